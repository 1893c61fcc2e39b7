import Numbers

extension Kernel {
  /// Parses one number a line, behind REW's header if that is there. `#` begins a comment; empty lines are skipped.
  ///
  /// - Parameter quotes: whether messages may quote a line.
  init(text bytes: [UInt8], name: String, limit: KernelLimit = .none, quotes: Bool = true) throws(AudioFileError) {
    guard let text = KernelText(bytes).decoded else {
      throw AudioFileError(.badData, "\(name): it is read as text, but holds other bytes: save it as UTF-8, or as WAV or .npy")
    }
    var taps: [Double] = []
    var header: MeasurementHeader?
    // Not cut into lines at once, which would take many times the text; by scalars, since characters take ten times as long.
    let scalars = text.unicodeScalars
    var (start, number) = (scalars.startIndex, 0)
    while start < scalars.endIndex {
      let end = scalars[start...].firstIndex(where: isNewline) ?? scalars.endIndex
      let line = text[start..<end]
      start = end < scalars.endIndex ? scalars.index(after: end) : end
      if start < scalars.endIndex, scalars[end] == "\r", scalars[start] == "\n" { start = scalars.index(after: start) }
      number += 1
      if number % 4096 == 0 { try limit.checkCancellation(name) }
      if line.isEmpty { continue }
      if number == 1 { header = MeasurementHeader(firstLine: line) }
      if header?.isOpen == true {
        header?.take(line)
        continue
      }
      let value = line.prefix { $0 != "#" }.trimmed
      if value.isEmpty { continue }
      guard let tap = decimalNumber(value), tap.isFinite else {
        let quote = quotes ? " is \"\(quotable(value))\"" : ""
        throw AudioFileError(.badData, "\(name): line \(number)\(quote): \(LineFault(value).message)")
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

  /// The text without the mark that some editors put first; nil if it is none.
  var decoded: String? {
    guard isText else { return nil }
    if let utf16 { return String(decoding: utf16, as: UTF16.self) }
    var text = String(decoding: bytes, as: UTF8.self)
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    return text
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

/// As Character.isNewline has it.
@inline(__always)
private func isNewline(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
  default: false
  }
}
