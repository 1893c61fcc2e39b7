import Analysis
import AudioFile
import NPY
import Numbers
import Platform
import Terminal

/// The recording and the pattern of a search.
struct FindOperands {
  let recording: FindRecording
  let pattern: FindPattern

  /// Calls `body` with both operands.
  ///
  /// - Throws: a file cannot be read, or sample rates or channels do not match.
  static func open(
    recording: String, pattern: String, _ body: (FindOperands) throws(Failure) -> FindResult
  ) throws(Failure) -> FindResult {
    let result: Result<FindResult, Failure>
    do throws(AudioFileError) {
      result = try InputFile.open(recording) { file throws(AudioFileError) in
        let sound = try FindRecording(file)
        let wanted = try FindPattern(pattern, rate: sound.sampleRate)
        return Result { () throws(Failure) in try body(FindOperands(sound, wanted)) }
      }
    } catch {
      throw Failure(error)
    }
    return try result.get()
  }

  private init(_ recording: FindRecording, _ pattern: FindPattern) throws(Failure) {
    (self.recording, self.pattern) = (recording, pattern)
    if let rate = recording.sampleRate, let other = pattern.sampleRate, rate != other {
      throw Failure(.badData, "\(pattern.name) has \(other) Hz, \(recording.name) \(rate) Hz: resample one of them")
    }
    let (channels, others) = (recording.channelCount, pattern.channels.count)
    if others != 1 && others != channels {
      throw Failure(
        .badData,
        "\(pattern.name) has \(quantity(others, "channel")), \(recording.name) has \(channels): a pattern has one, or as many as the"
          + " recording")
    }
  }

  /// Finds where whole numbers equal the pattern, exactly to 64 bits; nil unless both operands are whole numbers.
  func integerEqualities() throws(Failure) -> FindResult? {
    guard let values = recording.integers, let wanted = pattern.integers else { return nil }
    try checkMemory(EqualitySearch<Int128>.byteCount(frames: wanted.count))
    return try result(threshold: nil) { () throws(AnalysisError) in
      var search = try EqualitySearch(pattern: wanted)
      search.process(values)
      return ([try search.finish().map { Match(frame: $0, score: 1, gain: 1) }], nil)
    }
  }

  private func checkMemory(_ bytes: Int) throws(Failure) {
    do throws(AudioFileError) { try AudioFileError.checkMemory(bytes, for: "\(pattern.name) in \(recording.name)") } catch {
      throw Failure(error)
    }
  }

  /// Finds where samples equal the pattern.
  func equalities(_ messages: Messages) throws(Failure) -> FindResult {
    try search(threshold: nil, messages) { pattern throws(AnalysisError) in try EqualitySearch(pattern: pattern) }
  }

  /// Finds where the recording correlates with the pattern.
  func correlations(threshold: Double, _ messages: Messages) throws(Failure) -> FindResult {
    try search(threshold: threshold, messages) { pattern throws(AnalysisError) in try MatchedFilter(pattern: pattern, threshold: threshold)
    }
  }

  /// Runs one search for each channel, over blocks of the recording.
  private func search(
    threshold: Double?, _ messages: Messages, making: ([Double]) throws(AnalysisError) -> any PatternSearch
  ) throws(Failure) -> FindResult {
    let need = threshold == nil ? EqualitySearch<Double>.byteCount(frames:) : MatchedFilter.byteCount(frames:)
    try checkMemory(saturatedProduct(recording.channelCount, need(pattern.channels[0].count)))
    var searches: [any PatternSearch] = []
    do throws(AnalysisError) {
      for channel in 0..<recording.channelCount {
        searches.append(try making(pattern.channels[pattern.channels.count == 1 ? 0 : channel]))
      }
    } catch {
      throw Failure(.badData, "\(pattern.name): \(error.description)")
    }
    do throws(AudioFileError) {
      var (checked, frames) = (0, 0)
      try recording.forEachBlock { channel, samples throws(AudioFileError) in
        let found = searches.reduce(0) { $0 + $1.foundCount }
        if found > checked {
          checked = 2 * found
          try AudioFileError.checkMemory(
            saturatedProduct(checked, FindResult.matchBytes), for: "\(recording.name): a list of \(found) matches")
        }
        do throws(AnalysisError) {
          try searches[channel].process(samples)
        } catch {
          throw AudioFileError(.badData, "\(recording.name): channel \(channel): \(error.description)")
        }
        if channel == recording.channelCount - 1 {
          frames += samples.count
          messages.advance(to: frames, of: recording.frameCount, rate: recording.sampleRate ?? 1)
        }
      }
    } catch {
      throw Failure(error)
    }
    return try result(threshold: threshold) { () throws(AnalysisError) in
      var found: [[Match]] = []
      var best: FoundMatch?
      for channel in searches.indices {
        found.append(try searches[channel].matches())
        if let match = searches[channel].best, abs(match.score) > abs(best?.match.score ?? 0) {
          best = FoundMatch(match: match, channel: channel)
        }
      }
      return (found, best)
    }
  }

  private func result(
    threshold: Double?, _ found: () throws(AnalysisError) -> (channels: [[Match]], best: FoundMatch?)
  ) throws(Failure) -> FindResult {
    let channels: [[Match]], best: FoundMatch?
    do throws(AnalysisError) { (channels, best) = try found() } catch {
      throw Failure(.badData, "\(pattern.name) in \(recording.name): \(error.description)")
    }
    try checkMemory(saturatedProduct(channels.reduce(0) { $0 + $1.count }, FindResult.matchBytes))
    var matches = channels.enumerated().flatMap { channel, list in list.map { FoundMatch(match: $0, channel: channel) } }
    matches.sort { ($0.match.frame, $0.channel) < ($1.match.frame, $1.channel) }
    return FindResult(
      recording: recording.name, pattern: pattern.name, sampleRate: recording.sampleRate, patternFrames: pattern.channels[0].count,
      threshold: threshold, matches: matches, best: best)
  }
}

/// The pattern of a search.
struct FindPattern {
  var channels: [[Double]]
  /// Hz; nil if the file does not say.
  var sampleRate: Int?
  var name: String
  /// The values, if the array's type or the text says whole numbers; nil for sound.
  var integers: [Int128]?

  /// - Parameter rate: Hz, of the recording.
  init(_ text: String, rate: Int?) throws(AudioFileError) {
    let source = KernelSource(text: text)
    let kernel = try source.read(rate: rate)
    (channels, sampleRate, name) = (kernel.channels, kernel.sampleRate, kernel.name)
    for caution in kernel.cautions { Convolve.report(Failure(.success, caution)) }
    if let whole = kernel.integers {
      integers = whole.map { Int128($0) }
    } else if let array = try source.array() {
      integers = array.array.elements.integers
    } else if sampleRate == nil {
      // Text has no type: if float64 holds all values exactly and all are whole, they count as integers.
      integers = channels[0].allSatisfy { $0 == $0.rounded() && abs($0) <= 0x1p53 } ? channels[0].map { Int128($0) } : nil
    }
  }
}

/// A search in one channel, block by block.
protocol PatternSearch {
  mutating func process(_ block: ArraySlice<Double>) throws(AnalysisError)
  /// Matches so far.
  var foundCount: Int { get }
  /// Ends the search, and returns its matches.
  mutating func matches() throws(AnalysisError) -> [Match]
  /// The best place in the channel, if places are scored. Valid after `matches`.
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
