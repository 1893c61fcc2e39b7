import Numbers

/// What a text without taps is, where a kernel is made of such a text behind a word.
struct WordedText {
  /// What it is, and the word.
  let message: String
  /// Whether it can be nothing else.
  let isCertain: Bool

  private static let mostLines = 48
  private static let types: Set = ["pk", "peq", "modal", "lp", "hp", "lpq", "hpq", "bp", "no", "ap", "ls", "hs", "lsc", "hsc", "on"]

  /// - Parameter text: its beginning will do.
  init?(_ text: some Collection<UInt8>) {
    let lines = String(decoding: text.prefix(1 << 13), as: UTF8.self).split(whereSeparator: \.isNewline).prefix(Self.mostLines)
      .map { $0.lowercased().trimmed }
    if lines.contains(where: { $0.hasPrefix("graphiceq:") }) {
      (message, isCertain) = ("this is a graphic equaliser: write graphic:FILE", true)
    } else if lines.contains(where: Self.isFilter) {
      (message, isCertain) = ("these are filters of an equaliser: write eq:FILE", true)
    } else if let points = Self.firstFrequencies(lines) {
      let isNamed = lines.contains { $0.contains("freq") && !($0.first?.isNumber ?? true) }
      guard isNamed || points.count >= 3 && points[0] >= 1 && zip(points, points.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
      message = isNamed ? "this is a response: write response:FILE" : "frequencies and their dB are response:FILE"
      isCertain = isNamed
    } else {
      return nil
    }
  }

  /// Of Equalizer APO, Room EQ Wizard or AutoEq.
  private static func isFilter(_ line: Substring) -> Bool {
    if line.hasPrefix("filter settings file") { return true }
    let word = line.prefix { $0.isLetter }
    let rest = line.dropFirst(word.count)
    if word == "preamp" || word == "filter" { return rest.drop { $0.isWhitespace || $0.isNumber }.first == ":" }
    return types.contains(String(word)) && rest.contains(" fc ")
  }

  /// Of lines of two or three numbers; nil: there are none.
  private static func firstFrequencies(_ lines: [Substring]) -> [Double]? {
    let points = lines.compactMap { line -> Double? in
      let columns = line.split { " \t;,".contains($0) }
      guard (2...3).contains(columns.count), columns.allSatisfy({ decimalNumber($0) != nil }) else { return nil }
      return decimalNumber(columns[0])
    }
    return points.isEmpty ? nil : points
  }
}
