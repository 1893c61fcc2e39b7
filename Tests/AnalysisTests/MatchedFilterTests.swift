import Analysis
import Foundation
import TestSupport
import Testing

@Suite struct MatchedFilterTests {
  // The parts of one recording are up to 180 dB apart, which leaves quiet windows beside loud ones eight digits.
  @Test("Scores and gains are NumPy's, whatever the blocks")
  func numpy() throws {
    var numbers = try Numbers("matches", "50", "40")
    for index in 0..<40 {
      let lengths = numbers.next(2).map { Int($0) }
      let (recording, pattern) = (numbers.next(lengths[0]), numbers.next(lengths[1]))
      let windows = lengths[0] - lengths[1] + 1
      let (scores, gains) = (numbers.next(windows), numbers.next(windows))
      // Where the pattern was not put into the recording, a low threshold finds what chance made.
      let threshold = 0.05
      let matches = try search(recording, pattern, threshold: threshold, block: [1, 777, 40_000][index % 3])
      for match in matches {
        #expect(abs(match.score - scores[match.frame]) < 1e-8, "seed 50, case \(index), frame \(match.frame)")
        #expect(abs(match.gain - gains[match.frame]) <= 1e-8 * abs(gains[match.frame]) + 1e-12)
      }
      #expect(matches.map(\.frame) == expected(scores, length: lengths[1], threshold: threshold), "seed 50, case \(index)")
    }
  }

  @Test("Patterns hidden in noise are found at their frames, at any gain and sign, and nothing else", arguments: [64, 1_000, 30_000])
  func hidden(length: Int) throws {
    var random = SeededGenerator(seed: UInt64(length))
    let pattern = random.noise(length)
    var recording = random.noise(12 * length + 100_000).map { $0 * 0.1 }
    var places: [(frame: Int, gain: Double)] = []
    // The first at the very start, the last at the very end, two that touch.
    for frame in [0, length, 4 * length + 17, 7 * length + 50_000, recording.count - length] {
      let gain = Double.random(in: 0.3...3, using: &random) * (Bool.random(using: &random) ? 1 : -1)
      for index in 0..<length { recording[frame + index] += gain * pattern[index] }
      places.append((frame, gain))
    }
    let matches = try search(recording, pattern, threshold: 0.8)
    #expect(matches.map(\.frame) == places.map(\.frame))
    for (match, place) in zip(matches, places) {
      #expect(match.score.sign == place.gain.sign && abs(match.gain - place.gain) < 0.1, "\(match), \(place)")
    }
  }

  @Test("Frames and scores do not depend on the units of either, to the ends of float64, and levels follow them")
  func units() throws {
    var random = SeededGenerator(seed: 53)
    for length in [8, 700] {
      let pattern = random.noise(length)
      var recording = random.noise(40_000).map { $0 * 0.2 }
      for frame in [3_000, 21_000] { for index in 0..<length { recording[frame + index] += pattern[index] } }
      let known = try search(recording, pattern, threshold: 0.6, block: 40_000)
      #expect(known.count > 1)
      let sizes = [(1_000, 1_000), (-1_000, -1_000), (700, 0), (0, 700), (-700, 0), (0, -700), (1_000, -1_000), (-1_000, 1_000)]
      for (signal, other) in sizes {
        let scaled = try search(
          recording.map { Double(sign: .plus, exponent: signal, significand: $0) },
          pattern.map { Double(sign: .plus, exponent: other, significand: $0) }, threshold: 0.6, block: 40_000)
        try #require(scaled.map(\.frame) == known.map(\.frame), "\(signal), \(other)")
        for (match, wanted) in zip(scaled, known) {
          #expect(abs(match.score - wanted.score) < 1e-9, "\(match), \(wanted)")
          #expect(abs(match.level - wanted.level - 20 * log10(2) * Double(signal - other)) < 1e-6, "\(match), \(wanted)")
        }
      }
    }
  }

  @Test("Repetitions are found one after the other, each once")
  func repetitions() throws {
    var random = SeededGenerator(seed: 51)
    let cycle = random.noise(100)
    let recording = (0..<50).flatMap { _ in cycle }
    #expect(try search(recording, cycle + cycle, threshold: 0.9).map(\.frame) == Array(stride(from: 0, to: 4_801, by: 200)))
    let ones = [Double](repeating: 1, count: 200_000)
    #expect(try search(ones, [1, 1], threshold: 1).map(\.frame) == Array(stride(from: 0, to: 199_999, by: 2)))
  }

  @Test("Silence scores 0, and what follows loud sound is not lost in its rounding")
  func silence() throws {
    var random = SeededGenerator(seed: 52)
    let pattern = random.noise(500)
    let zeros = [Double](repeating: 0, count: 30_000)
    let filter = try searched(zeros, pattern, threshold: 0.1)
    #expect(filter.matches.isEmpty && filter.best?.score == 0)
    let loud = random.noise(3_000).map { $0 * 1e3 }
    // 180 dB below.
    let matches = try search(zeros + loud + pattern.map { $0 * -1e-6 } + loud + zeros, pattern, threshold: 0.9)
    #expect(matches.map(\.frame) == [33_000])
    #expect(abs(matches[0].score + 1) < 1e-5 && abs(matches[0].gain + 1e-6) < 1e-10)
  }

  @Test("The frame stays exact in a recording of many blocks")
  func long() throws {
    var random = SeededGenerator(seed: 53)
    let pattern = random.noise(48)
    var filter = try MatchedFilter(pattern: pattern, threshold: 0.95)
    let noise = random.noise(1_000_000).map { $0 * 1e-3 }
    for _ in 0..<20 { try filter.process(noise) }
    try filter.process(pattern)
    try filter.process(noise)
    #expect(try filter.finish().map(\.frame) == [20_000_000])
  }

  @Test("What cannot be looked for is refused")
  func refused() throws {
    #expect(throws: AnalysisError.silentPattern) { try MatchedFilter(pattern: [0, 0], threshold: 0.8) }
    #expect(throws: AnalysisError.emptyKernel) { try MatchedFilter(pattern: [], threshold: 0.8) }
    #expect(throws: AnalysisError.patternLonger(patternFrames: 3, recordingFrames: 2)) { try search([1, 1], [1, 1, 1], threshold: 0.8) }
    let bad = [Double](repeating: 1, count: 40_000) + [.infinity]
    #expect(throws: AnalysisError.sampleNotFinite(frame: 40_000, value: .infinity)) { try search(bad, [1, 2], threshold: 0.8) }
    #expect(throws: AnalysisError.patternLonger(patternFrames: 2, recordingFrames: 1)) { try equal([1, 2], in: [1]) }
    #expect(throws: AnalysisError.emptyKernel) { try equal([], in: [1]) }
  }

  @Test("Equal windows are those that a search by definition finds")
  func equality() throws {
    var random = SeededGenerator(seed: 54)
    for _ in 0..<500 {
      let values = (0..<Int.random(in: 1...60, using: &random)).map { _ in Int.random(in: 0...1, using: &random) }
      let pattern = (0..<Int.random(in: 1...min(5, values.count), using: &random)).map { _ in Int.random(in: 0...1, using: &random) }
      let expected = (0...values.count - pattern.count).filter { Array(values[$0..<$0 + pattern.count]) == pattern }
      #expect(try equal(pattern, in: values) == expected, "\(pattern) in \(values)")
    }
  }

  private func equal(_ pattern: [Int], in values: [Int]) throws -> [Int] {
    var search = try EqualitySearch(pattern: pattern)
    for start in stride(from: 0, to: values.count, by: 7) { search.process(values[start..<min(start + 7, values.count)]) }
    return try search.finish()
  }

  private func search(_ recording: [Double], _ pattern: [Double], threshold: Double, block: Int = 4_096) throws -> [Match] {
    try searched(recording, pattern, threshold: threshold, block: block).matches
  }

  private func searched(
    _ recording: [Double], _ pattern: [Double], threshold: Double, block: Int = 4_096
  ) throws -> (matches: [Match], best: Match?) {
    var filter = try MatchedFilter(pattern: pattern, threshold: threshold)
    for start in stride(from: 0, to: recording.count, by: block) {
      try filter.process(recording[start..<min(start + block, recording.count)])
    }
    return (try filter.finish(), filter.best)
  }

  /// Local peaks, the best first, none less than a length from a better one.
  private func expected(_ scores: [Double], length: Int, threshold: Double) -> [Int] {
    let ranks = scores.map { (abs($0) * 0x1p30).rounded() }
    var free = [Bool](repeating: true, count: scores.count)
    var frames: [Int] = []
    let peaks = ranks.indices.filter { index in
      ranks[index] >= threshold * 0x1p30 && ranks[index] >= (index == 0 ? -1 : ranks[index - 1])
        && ranks[index] >= (index == ranks.count - 1 ? -1 : ranks[index + 1])
    }
    for index in peaks.sorted(by: { (ranks[$1], $0) < (ranks[$0], $1) }) where free[index] {
      frames.append(index)
      for near in max(0, index - length + 1)...min(scores.count - 1, index + length - 1) { free[near] = false }
    }
    return frames.sorted()
  }
}
