extension Kernel {
  /// A number a line; `#` begins a comment, empty lines count for nothing.
  init(text bytes: [UInt8], name: String) throws(AudioFileError) {
    guard isText(bytes) else {
      throw AudioFileError(.badData, "\(name): it is taken for text, but holds other bytes: name it by what it is (.wav, .npy)")
    }
    var text = String(decoding: bytes, as: UTF8.self)
    // Some editors begin a file with a mark of its encoding.
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    var taps: [Double] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let value = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
      if value.isEmpty { continue }
      guard value.count == 1, let tap = Double(value[0]) else {
        throw Self.malformed(line: index + 1, value, name)
      }
      taps.append(tap)
    }
    try self.init(channels: [taps], name: name, layout: "text, \(count(taps.count, "tap"))")
  }

  private static func malformed(line: Int, _ value: [Substring], _ name: String) -> AudioFileError {
    let text = value.joined(separator: " ")
    // Values side by side could be taps or channels, and a comma a decimal one: none is guessed.
    let isList = value.count > 1 || text.contains(",") || text.contains(";")
    let fault = isList ? "it must hold one number, with a decimal point: for several channels use a sound file" : "that is no number"
    return AudioFileError(.badData, "\(name): line \(line) is \"\(text.prefix(40))\": \(fault)")
  }
}

/// Whether there is nothing but printable characters and white space.
func isText(_ bytes: [UInt8]) -> Bool {
  bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
}
