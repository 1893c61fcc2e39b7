/// What names a kernel: a file, or words from which one is made for each rate.
public indirect enum KernelWords: Sendable, Equatable {
  /// What is not made here: a file of taps, or `taps:`, `box:`, `diff`, `dirac`.
  case taps(String)
  /// `eq:` with lines, or with the name of a file of them.
  case equaliser(EqualiserText), equaliserFile(String)
  /// `graphic:`
  case graphic(GraphicText), graphicFile(String)
  /// `response:`
  case responseFile(String)
  /// `lowpass:`, `highpass:`, `bandpass:`
  case pass(PassWords)
  /// `minimum:`, `linear:`, `linear-above@300:`, `linear-below@300:`, each with `/TAPS` before its colon if wanted.
  case phased(KernelPhase, taps: Int?, KernelWords)
  /// `invert:`, the other polarity.
  case inverted(KernelWords)

  /// Lists the words, for help texts.
  public static let help =
    "eq:FILE or eq:LINES (filters: \"eq:PK Fc 1000 Hz Gain -3 dB Q 1.41; HSC Fc 8 kHz Gain 2 dB Q 0.7\"), graphic:FILE (GraphicEQ: lines),"
    + " response:FILE (frequency, dB, degrees), lowpass:LR4@2000, highpass:BW3@80, bandpass:BW4@300-3000 (BW1 to BW8, LR2, LR4, LR6, LR8,"
    + " BE2 to BE8, or sinc@2000/4095 of linear phase), and minimum:KERNEL, linear:KERNEL, invert:KERNEL of any kernel"

  /// How many words may stand before each other.
  static let deepest = 8

  /// Whether a kernel is made from words, rather than read or listed.
  public static func areWords(_ text: some StringProtocol) -> Bool { Word(text) != nil }

  /// - Throws: the words have no meaning; with lines of filters, the first of the faults.
  public init(_ text: some StringProtocol) throws(DesignError) { try self.init(Substring(text), depth: 0) }

  private init(_ text: Substring, depth: Int) throws(DesignError) {
    guard depth <= Self.deepest else { throw DesignError("the words are nested more than \(Self.deepest) deep: leave some out") }
    guard let word = Word(text) else {
      guard !text.isEmpty else { throw DesignError("a kernel's name is missing: name a file") }
      self = .taps(String(text))
      return
    }
    if word.taps != nil, !word.name.hasPhase {
      throw DesignError(found: String(text.prefix { $0 != ":" }), "only minimum and linear take a number of taps")
    }
    let taps = try word.taps.map(PassWords.taps)
    switch word.name {
    case .eq:
      self =
        try EqualiserLine.begins(word.rest)
        ? .equaliser(inline { () throws(TextFaults) in try EqualiserText(items: String(word.rest)) }) : .equaliserFile(word.file())
    case .graphic:
      self =
        try GraphicText.begins(word.rest)
        ? .graphic(inline { () throws(TextFaults) in try GraphicText(text: String(word.rest)) }) : .graphicFile(word.file())
    case .response: self = .responseFile(try word.file())
    case .minimum: self = .phased(.minimum, taps: taps, try KernelWords(word.rest, depth: depth + 1))
    case .linear: self = .phased(.linear, taps: taps, try KernelWords(word.rest, depth: depth + 1))
    case .linearAbove: self = .phased(.linearAbove(try word.edge()), taps: taps, try KernelWords(word.rest, depth: depth + 1))
    case .linearBelow: self = .phased(.linearBelow(try word.edge()), taps: taps, try KernelWords(word.rest, depth: depth + 1))
    case .invert: self = .inverted(try KernelWords(word.rest, depth: depth + 1))
    case .lowpass: self = .pass(try PassWords(.low, word.rest))
    case .highpass: self = .pass(try PassWords(.high, word.rest))
    case .bandpass: self = .pass(try PassWords(.band, word.rest))
    }
  }

  /// The files that are named: of taps, and of text.
  public var files: (taps: [String], texts: [String]) {
    switch self {
    case .taps(let name): ([name], [])
    case .equaliserFile(let name), .graphicFile(let name), .responseFile(let name): ([], [name])
    case .equaliser, .graphic, .pass: ([], [])
    case .phased(_, _, let words), .inverted(let words): words.files
    }
  }
}

/// Faults of text that stands in the words themselves: the writer sees it, so that it is quoted.
private func inline<Text>(_ read: () throws(TextFaults) -> Text) throws(DesignError) -> Text {
  do throws(TextFaults) {
    return try read()
  } catch {
    guard error.count == 1, let only = error.first.first else { throw DesignError(error.description(quotes: true)) }
    throw only.error
  }
}
