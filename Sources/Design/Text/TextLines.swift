/// The lines of a text file of any origin: UTF-8, UTF-16 or Latin-1, with or without a byte order mark, with LF, CRLF or CR.
///
/// They come without their ends, one after the other: to hold all of them at once would take many times the text. An empty one counts.
package struct TextLines: Sequence {
  private let text: String

  /// The most lines of a file: four for each point of the longest response.
  static let most = 1 << 20
  /// Bytes of the longest line that has a few numbers: what one takes is bounded, and so is the time between two looks at whether the
  /// work is still wanted.
  private static let mostBytes = 4_096
  /// How often somebody who goes through the lines asks whether the work is still wanted.
  private static let look = 1_024

  /// - Throws: it is too long, holds what no text does, or the work was cancelled.
  package init(_ bytes: [UInt8], longest: Int, isCancelled: CancellationCheck = { false }) throws(TextFaults) {
    guard bytes.count <= longest else {
      throw TextFaults(line: 1, DesignError("the text has \(bytes.count) bytes, more than \(longest): is it the right file?"))
    }
    let text = Self.decoded(bytes)
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 && !(0x09...0x0D).contains($0.value) || $0.value == 0x7F }) else {
      throw TextFaults(line: 1, DesignError("the file is no text: is it a sound file? Then name it without a word before it"))
    }
    self.init(text)
    var count = 0
    for _ in self {
      count += 1
      try Self.check(line: count, isCancelled)
      guard count <= Self.most else {
        throw TextFaults(line: count, DesignError("the text has more than \(Self.most) lines: is it the right file?"))
      }
    }
  }

  init(_ text: String) { self.text = text }

  /// Looks now and then whether the work is still wanted.
  static func check(line number: Int, _ isCancelled: CancellationCheck) throws(TextFaults) {
    if number % look == 0, isCancelled() { throw .cancelled }
  }

  /// Checks that a line of a few numbers is no longer than any can be.
  static func check(_ line: Substring) throws(DesignError) {
    guard line.utf8.count <= mostBytes else {
      throw DesignError("the line has \(line.utf8.count) bytes, more than \(mostBytes): is it the right file?")
    }
  }

  package func makeIterator() -> Iterator { Iterator(text) }

  package struct Iterator: IteratorProtocol {
    private let text: String
    /// Where the next line begins; nil after the last one.
    private var start: String.Index?

    fileprivate init(_ text: String) { (self.text, start) = (text, text.startIndex) }

    package mutating func next() -> Substring? {
      guard let start else { return nil }
      let scalars = text.unicodeScalars
      guard let end = scalars[start...].firstIndex(where: TextLines.isEnd) else {
        self.start = nil
        return text[start...]
      }
      let next = scalars.index(after: end)
      let isPair = scalars[end] == "\r" && next < scalars.endIndex && scalars[next] == "\n"
      self.start = isPair ? scalars.index(after: next) : next
      return text[start..<end]
    }
  }

  private static func decoded(_ bytes: [UInt8]) -> String {
    if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes.dropFirst(2), isBigEndian: false) }
    if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes.dropFirst(2), isBigEndian: true) }
    let head = bytes.prefix(64)
    if head.count > 3 {
      let zeros = (head.indices.count { $0 % 2 == 0 && head[$0] == 0 }, head.indices.count { $0 % 2 == 1 && head[$0] == 0 })
      if zeros.0 == 0, zeros.1 > head.count / 3 { return utf16(bytes[...], isBigEndian: false) }
      if zeros.1 == 0, zeros.0 > head.count / 3 { return utf16(bytes[...], isBigEndian: true) }
    }
    let unmarked = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    if let text = String(validating: unmarked, as: UTF8.self) { return text }
    return latin1(unmarked)
  }

  private static func latin1(_ bytes: ArraySlice<UInt8>) -> String {
    var utf8: [UInt8] = []
    utf8.reserveCapacity(2 * bytes.count)
    for byte in bytes {
      if byte >= 0x80 { utf8.append(0xC0 | byte >> 6) }
      utf8.append(byte < 0x80 ? byte : 0x80 | byte & 0x3F)
    }
    return String(decoding: utf8, as: UTF8.self)
  }

  private static func utf16(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> String {
    let units = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { index -> UInt16 in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// As Character.isNewline has it.
  fileprivate static func isEnd(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}
