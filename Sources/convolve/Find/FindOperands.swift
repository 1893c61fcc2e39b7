import Analysis
import AudioFile
import NumPy
import Terminal

/// What is searched, and what for.
struct FindOperands {
  let recording: FindRecording
  let pattern: Kernel

  /// - Throws: a file cannot be read, or they do not fit each other.
  init(recording path: String, pattern text: String) throws(Failure) {
    do throws(AudioFileError) {
      recording = try FindRecording(path: path)
      pattern = try Kernel.isSpecification(text) ? Kernel(specification: text) : Kernel(path: text)
    } catch {
      throw Failure(error)
    }
    if let rate = recording.sampleRate, let other = pattern.sampleRate, rate != other {
      throw Failure(.badData, "\(pattern.name) has \(other) Hz, \(recording.name) \(rate) Hz: resample one of them")
    }
    let (channels, others) = (recording.channels.count, pattern.channels.count)
    if others != 1 && others != channels {
      throw Failure(
        .badData,
        "\(pattern.name) has \(others) channels, \(recording.name) has \(channels): a pattern has one, or as many as the recording")
    }
  }

  /// Whether to compare, not to correlate.
  var areIntegers: Bool {
    recording.isInteger && pattern.sampleRate == nil && pattern.channels[0].allSatisfy { $0 == $0.rounded() }
  }

  /// Where windows equal the pattern.
  func equalities() throws(Failure) -> FindResult {
    try result(threshold: nil) { channel, pattern throws(AnalysisError) in
      try occurrences(of: pattern, in: channel).map { Match(frame: $0, score: 1, gain: 1) }
    }
  }

  /// Where windows are like the pattern.
  func correlations(threshold: Double) throws(Failure) -> FindResult {
    var best: FoundMatch?
    var index = 0
    var found = try result(threshold: threshold) { channel, pattern throws(AnalysisError) in
      var filter = try MatchedFilter(pattern: pattern, threshold: threshold)
      try filter.process(channel)
      let matches = try filter.finish()
      if let match = filter.best, abs(match.score) > abs(best?.match.score ?? 0) { best = FoundMatch(match: match, channel: index) }
      index += 1
      return matches
    }
    found.best = best
    return found
  }

  private func result(
    threshold: Double?, search: ([Double], [Double]) throws(AnalysisError) -> [Match]
  ) throws(Failure) -> FindResult {
    var matches: [FoundMatch] = []
    for (channel, samples) in recording.channels.enumerated() {
      do throws(AnalysisError) {
        let found = try search(samples, pattern.channels[pattern.channels.count == 1 ? 0 : channel])
        matches += found.map { FoundMatch(match: $0, channel: channel) }
      } catch {
        throw Failure(.badData, "\(pattern.name) in \(recording.name)\(place(channel)): \(error.description)")
      }
    }
    matches.sort { ($0.match.frame, $0.channel) < ($1.match.frame, $1.channel) }
    return FindResult(
      recording: recording.name, pattern: pattern.name, sampleRate: recording.sampleRate, patternFrames: pattern.channels[0].count,
      threshold: threshold, matches: matches)
  }

  private func place(_ channel: Int) -> String { recording.channels.count == 1 ? "" : ", channel \(channel)" }
}

/// The channels of a sound file, or an array, which counts as one.
struct FindRecording {
  var channels: [[Double]]
  /// Hz; nil for an array.
  var sampleRate: Int?
  /// An array of whole numbers by its type.
  var isInteger: Bool
  var name: String

  init(path: String) throws(AudioFileError) {
    name = path
    if try NumPyArray.isFile(path) {
      let array = try NumPyArray(path: path)
      if array.shape.count > 1 { throw AudioFileError(.badData, "\(path): object too deep for desired array: it is \(array.layout)") }
      channels = [array.doubles]
      isInteger = ["int", "uint", "bool"].contains { array.elementType.rawValue.hasPrefix($0) }
    } else {
      let sound = try AudioSignal(path: path)
      (channels, sampleRate, isInteger) = (sound.channels, sound.sampleRate, false)
    }
  }
}
