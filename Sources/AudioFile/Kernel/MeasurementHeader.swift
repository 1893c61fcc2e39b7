import Numbers

/// What stands before the taps in Room EQ Wizard's text of an impulse response: `4096 // Response length` and so on, to `* Data start`.
struct MeasurementHeader {
  /// Whether the next line is one of it.
  private(set) var isOpen = true
  private var count: Int?
  /// Seconds.
  private var interval: Double?
  private var isNormalised = false

  /// - Returns: nil where a text does not begin so.
  init?(firstLine line: String) {
    guard line.hasPrefix("* Impulse Response data"), line.contains("REW") else { return nil }
  }

  mutating func take(_ line: String) {
    if line.hasPrefix("*") {
      let text = line.lowercased()
      if text.hasPrefix("* data start") { isOpen = false }
      if text.hasPrefix("* ir is normalised") { isNormalised = true }
      return
    }
    guard let slashes = line.firstRange(of: "//") else { return }
    let value = line[..<slashes.lowerBound].trimmed
    let name = line[slashes.upperBound...].trimmed.lowercased()
    if name.hasPrefix("response length") { count = Int(value) }
    if name.hasPrefix("sample interval") { interval = decimalNumber(value) }
  }

  /// The rate in Hz, and what is to be said of it.
  ///
  /// - Throws: the header has no end, says no rate, or another number of taps.
  func rate(taps: Int, name: String) throws(AudioFileError) -> (hertz: Int, cautions: [String]) {
    func fault(_ text: String) -> AudioFileError { AudioFileError(.badData, "\(name): the header of REW's text \(text): export it again") }
    guard !isOpen else { throw fault("does not end with \"* Data start\"") }
    guard let count else { throw fault("does not say how many taps follow") }
    guard count == taps else { throw fault("says \(quantity(count, "tap")), and \(taps) \(taps == 1 ? "follows" : "follow")") }
    guard let interval, interval > 0, case let rate = 1 / interval, rate >= 1, rate < 1e7, abs(rate - rate.rounded()) < 1e-4 * rate else {
      throw fault("has no sample interval of a whole number of Hz")
    }
    let caution = "\(name): REW has normalised it: its gain is not what was measured, unless you export it without"
    return (Int(rate.rounded()), isNormalised ? [caution] : [])
  }
}
