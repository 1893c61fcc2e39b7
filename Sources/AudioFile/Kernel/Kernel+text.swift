import Numbers

extension Kernel {
  /// Parses one number a line. `#` begins a comment; empty lines are skipped.
  ///
  /// - Parameter quotes: whether messages may quote a line.
  init(text bytes: [UInt8], name: String, limit: KernelLimit = .none, quotes: Bool = true) throws(AudioFileError) {
    guard isText(bytes) else {
      throw AudioFileError(.badData, "\(name): it is read as text, but holds other bytes: give it the extension of its kind (.wav, .npy)")
    }
    var text = String(decoding: bytes, as: UTF8.self)
    // Some editors write a byte order mark.
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    var taps: [Double] = []
    // Not cut into lines at once, which would take many times the text; by scalars, since characters take ten times as long.
    let scalars = text.unicodeScalars
    var (start, number) = (scalars.startIndex, 0)
    while start < scalars.endIndex {
      let end = scalars[start...].firstIndex(where: isNewline) ?? scalars.endIndex
      let line = text[start..<end]
      start = end < scalars.endIndex ? scalars.index(after: end) : end
      if start < scalars.endIndex, scalars[end] == "\r", scalars[start] == "\n" { start = scalars.index(after: start) }
      number += 1
      if line.isEmpty { continue }
      let value = line.prefix { $0 != "#" }.trimmed
      if value.isEmpty { continue }
      guard let tap = Double(value) else {
        let quote = quotes ? " is \"\(printable(value))\"" : ""
        throw AudioFileError(.badData, "\(name): line \(number)\(quote): \(fault(value))")
      }
      taps.append(tap)
      try limit.check(taps: taps.count, channels: 1, name: name)
    }
    try self.init(channels: [taps], name: name, layout: "text, \(quantity(taps.count, "tap"))")
  }
}

/// Why a line is no tap. Several values could be taps, channels, or a time and its value: nothing is guessed.
private func fault(_ value: Substring) -> String {
  let remedy = "a kernel's text has one number a line; several channels need a sound file"
  let separators: [(Character, String)] = [(";", "semicolons"), ("\t", "tabs"), (",", "commas"), (" ", "spaces")]
  for (separator, name) in separators where value.contains(separator) {
    let columns = value.split(separator: separator, omittingEmptySubsequences: separator == " ").map(\.trimmed)
    if separator == ",", columns.count == 2, columns.allSatisfy({ Int($0) != nil }) {
      return "that is a decimal comma, or two values: write one number a line, with a decimal point"
    }
    let numbers = columns.count { Double($0) != nil }
    let found = numbers == columns.count ? "\(columns.count) values" : "\(columns.count) columns"
    return "it holds \(found) separated by \(name): \(remedy)"
  }
  return "that is not a number"
}

/// The first characters of a line, without control characters.
private func printable(_ text: Substring) -> String {
  String(text.prefix(40).map { $0.isWhitespace ? " " : $0.unicodeScalars.contains(where: isControl) ? "?" : $0 })
}

/// As Character.isNewline has it.
@inline(__always)
private func isNewline(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
  default: false
  }
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .control }

/// Whether all bytes are printable characters or white space.
func isText(_ bytes: [UInt8]) -> Bool {
  bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
}
