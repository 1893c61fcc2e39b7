import Analysis

/// A search of one channel, block by block.
protocol PatternSearch {
  mutating func process(_ block: ArraySlice<Double>) throws(AnalysisError)
  /// Ends the channel.
  mutating func matches() throws(AnalysisError) -> [Match]
  /// After `matches`: of all windows the one most like the pattern, if they were scored.
  var best: Match? { get }
}

extension MatchedFilter: PatternSearch {
  mutating func matches() throws(AnalysisError) -> [Match] { try finish() }
}

extension EqualitySearch: PatternSearch where Value == Double {
  mutating func process(_ block: ArraySlice<Double>) { process(AnySequence(block)) }

  mutating func matches() throws(AnalysisError) -> [Match] { try finish().map { Match(frame: $0, score: 1, gain: 1) } }

  var best: Match? { nil }
}
