/// A word, its options, and what follows its colon.
struct Word {
  enum Name: String {
    case eq, graphic, response, lowpass, highpass, bandpass, minimum, linear, invert
    case linearAbove = "linear-above"
    case linearBelow = "linear-below"

    var hasFrequency: Bool { self == .linearAbove || self == .linearBelow }
    var hasPhase: Bool { self == .minimum || self == .linear || hasFrequency }
  }

  var name: Name
  /// Behind `/`.
  var taps: Substring?
  /// Behind `@`.
  var frequency: Substring?
  var rest: Substring

  init?(_ text: some StringProtocol) {
    let text = Substring(text)
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let sized = text[..<colon].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = sized[0].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first.flatMap({ Name(rawValue: String($0)) }) else { return nil }
    self.name = name
    rest = text[text.index(after: colon)...]
    taps = sized.count > 1 ? sized[1] : nil
    frequency = parts.count > 1 ? parts[1] : nil
    // A folder with the name of a word holds files, not taps: eq/room:1.wav.
    if let taps, Int(taps) == nil { return nil }
    if frequency != nil, !name.hasFrequency { return nil }
  }

  func file() throws(DesignError) -> String {
    guard !rest.isEmpty else { throw DesignError("\(name.rawValue): a file's name is missing: write \(name.rawValue):FILE") }
    return String(rest)
  }

  func edge() throws(DesignError) -> Double {
    guard let frequency else { throw DesignError("\(name.rawValue): the frequency is missing: write \(name.rawValue)@300:KERNEL") }
    return try PassWords.frequency(frequency)
  }
}
