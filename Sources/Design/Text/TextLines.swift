/// The lines of a text file of any origin: UTF-8, UTF-16 or Latin-1, with or without a byte order mark, with LF, CRLF or CR.
package struct TextLines {
  /// Without their ends. An empty one counts, so that indices are line numbers less 1.
  package let lines: [Substring]

  /// - Throws: it is too long, or holds what no text does.
  package init(_ bytes: [UInt8], longest: Int) throws(TextFaults) {
    guard bytes.count <= longest else {
      throw TextFaults(line: 1, DesignError("the text has \(bytes.count) bytes, more than \(longest): is it the right file?"))
    }
    let text = Self.decoded(bytes)
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 && !(0x09...0x0D).contains($0.value) || $0.value == 0x7F }) else {
      throw TextFaults(line: 1, DesignError("the file is no text: is it a sound file? Then name it without a word before it"))
    }
    self.init(text)
  }

  init(_ text: String) {
    var (lines, start) = ([Substring](), text.unicodeScalars.startIndex)
    let scalars = text.unicodeScalars
    while let end = scalars[start...].firstIndex(where: Self.isEnd) {
      lines.append(text[start..<end])
      let next = scalars.index(after: end)
      let isPair = scalars[end] == "\r" && next < scalars.endIndex && scalars[next] == "\n"
      start = isPair ? scalars.index(after: next) : next
    }
    lines.append(text[start...])
    self.lines = lines
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
    return String(String.UnicodeScalarView(unmarked.map { Unicode.Scalar($0) }))
  }

  private static func utf16(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> String {
    let units = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { index -> UInt16 in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// As Character.isNewline has it.
  private static func isEnd(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}
