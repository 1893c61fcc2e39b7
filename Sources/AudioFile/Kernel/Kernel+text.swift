import Numbers
import Platform

extension Kernel {
  /// Parses one number a line, behind REW's header if that is there. `#` begins a comment; empty lines are skipped.
  ///
  /// - Parameter quotes: whether messages may quote a line.
  init(text bytes: [UInt8], name: String, limit: KernelLimit = .none, quotes: Bool = true) throws(AudioFileError) {
    guard let text = KernelText(bytes).utf8 else {
      throw AudioFileError(.badData, "\(name): it is read as text, but holds other bytes: save it as UTF-8, or as WAV or .npy")
    }
    var taps: [Double] = []
    var header: MeasurementHeader?
    var lines = TextLines(text)
    var unchecked = 0
    while let line = lines.next() {
      unchecked += line.count + 1
      if unchecked > 1 << 16 {
        try limit.checkCancellation(name)
        unchecked = 0
      }
      guard line.count <= Self.mostLineBytes else {
        let remedy = "a kernel's text has one number a line; several channels need a sound file"
        throw AudioFileError(.badData, "\(name): line \(lines.number) has more than \(Self.mostLineBytes) bytes: \(remedy)")
      }
      if lines.number == 1 { header = MeasurementHeader(firstLine: String(decoding: line, as: UTF8.self)) }
      if header?.isOpen == true {
        header?.take(String(decoding: line, as: UTF8.self))
        continue
      }
      let value = value(of: line)
      if value.isEmpty { continue }
      guard let tap = decimalNumber(value), tap.isFinite else {
        let quote = quotes ? " is \"\(quotable(value))\"" : ""
        let worded = taps.isEmpty && header == nil ? WordedText(text) : nil
        let fault = worded.map { $0.isCertain ? $0.message : "\(LineFault(value).message); \($0.message)" } ?? LineFault(value).message
        throw AudioFileError(.badData, "\(name): line \(lines.number)\(quote): \(fault)")
      }
      taps.append(tap)
      try limit.check(taps: taps.count, channels: 1, name: name)
    }
    guard let header else {
      try self.init(channels: [taps], name: name, layout: "text, \(quantity(taps.count, "tap"))")
      return
    }
    let (rate, cautions) = try header.rate(taps: taps.count, name: name)
    try self.init(channels: [taps], sampleRate: rate, name: name, layout: "REW's text, \(quantity(taps.count, "tap")), \(rate) Hz")
    self.cautions = cautions
  }

  /// Bytes of the longest line: what one line takes is bounded, and so is the time between two looks at whether it is still wanted.
  private static let mostLineBytes = 4096
}

/// The lines of a text in UTF-8, one after the other: to cut all of them at once would take many times the text.
private struct TextLines {
  private let bytes: ArraySlice<UInt8>
  private var place: Int
  /// Of the last line, from 1.
  private(set) var number = 0

  init(_ bytes: ArraySlice<UInt8>) { (self.bytes, place) = (bytes, bytes.startIndex) }

  /// The next line, without its end; of a long one no more than a kernel's may have and some bytes.
  mutating func next() -> ArraySlice<UInt8>? {
    guard place < bytes.endIndex else { return nil }
    number += 1
    let start = place
    let most = min(bytes.endIndex, start + (1 << 13))
    while place < most {
      let width = newlineWidth(at: place)
      if width > 0 {
        defer { place += width }
        return bytes[start..<place]
      }
      place += 1
    }
    return bytes[start..<place]
  }

  /// Bytes of a line's end, as Character.isNewline has it; 0: there is none.
  @inline(__always)
  private func newlineWidth(at place: Int) -> Int {
    func has(_ offset: Int, _ byte: UInt8) -> Bool { place + offset < bytes.endIndex && bytes[place + offset] == byte }
    switch bytes[place] {
    case 0x0D: return has(1, 0x0A) ? 2 : 1
    case 0x0A...0x0C: return 1
    case 0xC2: return has(1, 0x85) ? 2 : 0
    case 0xE2: return has(1, 0x80) && (has(2, 0xA8) || has(2, 0xA9)) ? 3 : 0
    default: return 0
    }
  }
}

/// What a line holds before a comment, without white space around it.
private func value(of line: ArraySlice<UInt8>) -> Substring {
  func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
  var rest = line.prefix { $0 != UInt8(ascii: "#") }.drop(while: isBlank)
  while let last = rest.last, isBlank(last) { rest.removeLast() }
  let text = String(decoding: rest, as: UTF8.self)
  // Other white space is no ASCII.
  return (rest.first ?? 0) < 0x80 && (rest.last ?? 0) < 0x80 ? text[...] : text.trimmed
}

/// The bytes of a text, of one of the encodings that editors write.
struct KernelText {
  private let bytes: ArraySlice<UInt8>

  /// - Parameter bytes: of the whole text, or the first of them.
  init(_ bytes: [UInt8]) {
    // Old programs end a text with Ctrl-Z.
    self.bytes = bytes.last == 0x1A ? bytes.dropLast() : bytes[...]
  }

  /// Whether all is printable characters and white space, of UTF-8 or its relatives, or of UTF-16 with its mark.
  var isText: Bool { utf16?.allSatisfy(Self.isPrintable) ?? bytes.allSatisfy { Self.isPrintable(UInt16($0)) } }

  /// The text in UTF-8 without the mark that some editors put first; nil if it is none. Bytes that are no UTF-8 are left as they are.
  var utf8: ArraySlice<UInt8>? {
    guard isText else { return nil }
    if let utf16 { return Array(String(decoding: utf16, as: UTF16.self).utf8)[...] }
    return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
  }

  /// The units after the mark of UTF-16; nil without one.
  private var utf16: [UInt16]? {
    guard bytes.count % 2 == 0, bytes.count >= 2 else { return nil }
    let isBig = bytes.starts(with: [0xFE, 0xFF])
    guard isBig || bytes.starts(with: [0xFF, 0xFE]) else { return nil }
    let units = stride(from: bytes.startIndex + 2, to: bytes.endIndex, by: 2).map { at in
      UInt16(bytes[at + (isBig ? 0 : 1)]) << 8 | UInt16(bytes[at + (isBig ? 1 : 0)])
    }
    return units.last == 0x1A ? units.dropLast() : units
  }

  private static func isPrintable(_ unit: UInt16) -> Bool { unit >= 0x20 && unit != 0x7F || (0x09...0x0D).contains(unit) }
}

/// Whether all bytes are those of a text.
func isText(_ bytes: [UInt8]) -> Bool { KernelText(bytes).isText }

/// Why a line is no tap. Several values could be taps, channels, or a time and its value: nothing is guessed.
private struct LineFault {
  let message: String

  init(_ value: Substring) { message = Self.columns(value) ?? Self.number(value) }

  private static func columns(_ value: Substring) -> String? {
    let remedy = "a kernel's text has one number a line; several channels need a sound file"
    let separators: [(Character, String)] = [(";", "semicolons"), ("\t", "tabs"), (",", "commas"), (" ", "spaces")]
    for (separator, name) in separators where value.contains(separator) {
      let columns = value.split(separator: separator, omittingEmptySubsequences: separator == " ").map(\.trimmed)
      if separator == ",", columns.count == 2, columns.allSatisfy({ Int($0) != nil }) {
        return "that is a decimal comma, or two values: write one number a line, with a decimal point"
      }
      let numbers = columns.count { decimalNumber($0) != nil }
      let found = numbers == columns.count ? "\(columns.count) values" : "\(columns.count) columns"
      return "it holds \(found) separated by \(name): \(remedy)"
    }
    return nil
  }

  private static func number(_ value: Substring) -> String {
    let word = value.lowercased().drop { $0 == "+" || $0 == "-" }
    if ["inf", "infinity", "nan"].contains(word) || decimalNumber(value) != nil { return "every tap must be a finite number of float64" }
    if word.hasPrefix("0x") { return "that is hexadecimal: write decimal digits" }
    if value.contains("\u{2212}") { return "its minus sign is that of printed text (U+2212): write -" }
    if word.contains("d"), decimalNumber(word.replacing("d", with: "e")) != nil {
      return "its exponent is Fortran's: write e in place of D"
    }
    return "that is not a number: write decimal digits, as in -0.5 or 1e-3"
  }
}
