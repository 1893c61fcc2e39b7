import Glibc

/// An occurrence of a pattern in a recording.
public struct Match: Sendable, Equatable {
  /// The frame of the pattern's first sample, from 0.
  public var frame: Int
  /// <x, p> / (|x| |p|) of the pattern p and the window x of the recording: -1 to 1, negative where it occurs inverted.
  public var score: Double
  /// <x, p> / |p|²: the gain at which the pattern occurs, with its sign. Infinite or 0 where it is beyond float64.
  public var gain: Double { Double(sign: .plus, exponent: exponent, significand: significand) }
  /// dB of the gain, beyond float64 too.
  public var level: Double { gain.isNormal ? 20 * log10(abs(gain)) : 20 * (log10(abs(significand)) + Double(exponent) * log10(2)) }
  private let significand: Double
  private let exponent: Int

  /// - Parameters:
  ///   - gain: to be multiplied by a power of two.
  ///   - exponent: of that power.
  public init(frame: Int, score: Double, gain: Double, exponent: Int = 0) {
    (self.frame, self.score, significand, self.exponent) = (frame, score, gain, exponent)
  }
}

/// Chooses the best matches that do not overlap, from the scores of all windows in order.
///
/// Candidates are the local peaks of |score| from the threshold up. Of candidates less than a pattern's length apart the
/// better one wins, the earlier one of equals, the best of all first: greedy non-maximum suppression.
/// Memory grows with the matches, plus at most 65,536 candidates that overlap in a row; longer rows are decided in parts.
struct MatchSelection {
  private let length: Int
  private let threshold: Double
  private var matches: [Match] = []
  /// Candidates in a row, each less than a pattern's length after the one before.
  private var pending: [Match] = []
  private var before = -1.0
  private var last: Match?
  /// The best of all windows, whatever the threshold.
  private(set) var best: Match?

  /// - Parameter length: of the pattern.
  init(length: Int, threshold: Double) { (self.length, self.threshold) = (length, threshold) }

  /// Takes the next window's score.
  mutating func add(_ next: Match) {
    let rank = Self.rank(next)
    if let last { decide(last, next: rank) }
    last = next
    if best.map({ rank > Self.rank($0) }) ?? true { best = next }
  }

  var count: Int { matches.count + pending.count }

  /// All matches by their frames.
  mutating func finish() -> [Match] {
    if let last { decide(last, next: -1) }
    last = nil
    resolve(keepingFrom: .max)
    return matches
  }

  /// |score|, so coarse that equal windows have equal ranks.
  private static func rank(_ match: Match) -> Double { (abs(match.score) * 0x1p30).rounded() * 0x1p-30 }

  private mutating func decide(_ match: Match, next: Double) {
    let rank = Self.rank(match)
    if rank >= threshold && rank >= before && rank >= next {
      if let previous = pending.last, match.frame - previous.frame >= length { resolve(keepingFrom: .max) }
      if pending.count == 65_536 { resolve(keepingFrom: match.frame - length + 1) }
      pending.append(match)
    }
    before = rank
  }

  /// Settles the candidates; winners from `frame` on stay candidates.
  private mutating func resolve(keepingFrom frame: Int) {
    var winners: [Match] = []
    for candidate in pending.sorted(by: { (Self.rank($1), $0.frame) < (Self.rank($0), $1.frame) }) {
      let place = winners.partitioningIndex { $0.frame > candidate.frame }
      if place > 0 && candidate.frame - winners[place - 1].frame < length { continue }
      if place < winners.count && winners[place].frame - candidate.frame < length { continue }
      winners.insert(candidate, at: place)
    }
    let kept = winners.partitioningIndex { $0.frame >= frame }
    matches += winners[..<kept]
    pending = Array(winners[kept...])
  }
}

extension Array {
  /// The first index whose element satisfies the condition. Precondition: so do all elements after it.
  fileprivate func partitioningIndex(where condition: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
