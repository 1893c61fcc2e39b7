import Numbers
import Platform

extension Kernel {
  /// Parses one number a line, behind REW's header if that is there. `#` begins a comment; empty lines are skipped.
  ///
  /// - Parameter quotes: whether messages may quote a line.
  init(text bytes: [UInt8], name: String, limit: KernelLimit = .none, quotes: Bool = true) throws(AudioFileError) {
    guard let text = DecodedText(bytes) else {
      let fault = "it is read as text, but holds other bytes, or more than \(MarkRuns.longest) marks on a letter"
      throw AudioFileError(.badData, "\(name): \(fault): save it as UTF-8, or as WAV or .npy")
    }
    var taps: [Double] = []
    var header: MeasurementHeader?
    var (number, unchecked) = (0, 0)
    for line in text.lines {
      number += 1
      unchecked += line.count + 1
      if unchecked > 1 << 16 {
        try limit.checkCancellation(name)
        unchecked = 0
      }
      guard line.count <= Self.mostLineBytes else {
        let remedy = "a kernel's text has one number a line; several channels need a sound file"
        throw AudioFileError(.badData, "\(name): line \(number) has more than \(Self.mostLineBytes) bytes: \(remedy)")
      }
      if number == 1 { header = MeasurementHeader(firstLine: String(decoding: line, as: UTF8.self)) }
      if header?.isOpen == true {
        header?.take(String(decoding: line, as: UTF8.self))
        continue
      }
      let value = value(of: line)
      if value.isEmpty { continue }
      guard let tap = decimalNumber(value), tap.isFinite else {
        let quote = quotes ? " is \"\(quotable(value))\"" : ""
        let worded = taps.isEmpty && header == nil ? WordedText(text.utf8) : nil
        let fault = worded.map { $0.isCertain ? $0.message : "\(LineFault(value).message); \($0.message)" } ?? LineFault(value).message
        throw AudioFileError(.badData, "\(name): line \(number)\(quote): \(fault)")
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

  /// Whether a text may be a kernel: the first line that holds anything is a number.
  static func isLikely(text head: [UInt8]) -> Bool {
    let values = DecodedText(head)?.lines.lazy.map(value).first { !$0.isEmpty }
    return values.map { decimalNumber($0) != nil } ?? false
  }

  /// Bytes of the longest line: what one line takes is bounded, and so is the time between two looks at whether it is still wanted.
  private static let mostLineBytes = 4096
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

/// Whether all bytes are those of a text, which may go on.
func isText(_ bytes: [UInt8]) -> Bool { DecodedText(bytes) != nil }

/// Why a line is no tap. Several values could be taps, channels, or a time and its value: nothing is guessed.
private struct LineFault {
  let message: String

  init(_ value: Substring) { message = Self.configuration(value) ?? Self.columns(value) ?? Self.number(value) }

  /// Keys that stand at the top of one.
  private static func configuration(_ value: Substring) -> String? {
    let keys = ["rate:", "capture:", "playback:", "filters:", "block:", "precision:", "output:", "control:", "align:", "fade:"]
    guard keys.contains(where: value.hasPrefix) else { return nil }
    return "that is a configuration's: give one of its kernels; `convolved --check` shows the whole, and `convolve` takes it for a kernel"
  }

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
