extension KernelWords {
  /// The most bytes of a text that words name.
  public static let longestText = ResponseText.longest

  /// The most bytes of the text that these words name.
  public var longestText: Int {
    switch self {
    case .equaliserFile: EqualiserText.longest
    case .graphicFile: GraphicText.longest
    case .phased(_, _, let words), .inverted(let words): words.longestText
    case .taps, .equaliser, .graphic, .responseFile, .pass: Self.longestText
    }
  }

  /// Whether the kernel is another one at another rate; else it is made of taps alone.
  public var dependsOnRate: Bool {
    switch self {
    case .taps: false
    case .phased(.linearAbove, _, _), .phased(.linearBelow, _, _): true
    case .phased(_, _, let words), .inverted(let words): words.dependsOnRate
    case .equaliser, .equaliserFile, .graphic, .graphicFile, .responseFile, .pass: true
    }
  }

  /// A text with another name in place of the file, or of what else stands for taps, that it names. What is nested deeper than words
  /// may be stays as it is.
  public static func renamed(_ text: String, _ rename: (String) -> String) -> String { renamed(text, depth: 0, rename) }

  private static func renamed(_ text: String, depth: Int, _ rename: (String) -> String) -> String {
    guard depth <= deepest else { return text }
    guard let word = Word(text) else { return rename(text) }
    let rest = String(word.rest)
    let head = text.dropLast(rest.count)
    switch word.name {
    case .eq where EqualiserLine.begins(rest), .graphic where GraphicText.begins(rest), .lowpass, .highpass, .bandpass: return text
    case .eq, .graphic, .response: return rest.isEmpty ? text : head + rename(rest)
    case .minimum, .linear, .linearAbove, .linearBelow, .invert: return head + renamed(rest, depth: depth + 1, rename)
    }
  }
}

extension GraphicText {
  /// Whether a text is a graphic equaliser, rather than a file's name.
  static func begins(_ text: some StringProtocol) -> Bool { text.lowercased().hasPrefix("graphiceq:") }
}
