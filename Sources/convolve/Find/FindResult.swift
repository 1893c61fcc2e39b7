import Analysis
import Terminal

/// A match and its channel.
struct FoundMatch {
  var match: Match
  /// Channel of the recording, from 0.
  var channel: Int
}

/// The output of `convolve find`.
struct FindResult {
  var recording: String
  var pattern: String
  /// Hz; nil if unknown.
  var sampleRate: Int?
  var patternFrames: Int
  /// nil if samples were compared for equality.
  var threshold: Double?
  /// Sorted by frame and channel.
  var matches: [FoundMatch]
  /// The place with the best score, if scores were computed.
  var best: FoundMatch?

  /// Bytes that a match takes as a value, and as a line or a member of the document.
  static let matchBytes = 700

  /// Keeps the `count` matches with the best scores, and of equal scores the first.
  mutating func keepBest(_ count: Int) {
    let order = matches.indices.sorted { (-abs(matches[$0].match.score), $0) < (-abs(matches[$1].match.score), $1) }
    matches = order.prefix(count).sorted().map { matches[$0] }
  }

  /// A table; empty without a match.
  var text: String {
    if matches.isEmpty { return "" }
    let (time, scores) = (sampleRate == nil ? "" : "time".right(13) + "  ", threshold == nil ? "" : "   score     level")
    let head = time + "starts at frame  channel" + scores
    return ([head] + matches.map(line)).joined(separator: "\n")
  }

  private func line(_ found: FoundMatch) -> String {
    let match = found.match
    var line = time(match.frame).map { $0.right(13) + "  " } ?? ""
    line += "\(match.frame)".right(15) + "\(found.channel)".right(9)
    if threshold != nil { line += fixed(match.score, 3).right(8) + " " + "\(fixed(match.level, 1)) dB".right(9) }
    return line
  }

  /// Why nothing was found.
  var nothingFound: String {
    guard let threshold else { return "\(recording): it does not equal \(pattern) anywhere: --threshold 0.8 finds what is alike" }
    let least = "\(recording): nothing matches \(pattern) with a score of \(threshold) or more"
    guard let best else { return "\(least): it is silent" }
    let place = "frame \(best.match.frame)\(time(best.match.frame).map { " (\($0))" } ?? "") of channel \(best.channel)"
    return "\(least): the best is \(fixed(best.match.score, 3)) at \(place)"
  }

  var json: JSON {
    .object([
      ("recording", .string(recording)), ("pattern", .string(pattern)), ("sampleRateHz", .integer(sampleRate)),
      ("patternFrames", .integer(patternFrames)), ("method", .string(threshold == nil ? "equality" : "correlation")),
      ("threshold", .number(threshold)), ("matches", .array(matches.map(json))),
    ])
  }

  private func json(_ found: FoundMatch) -> JSON {
    let seconds = sampleRate.map { Double(found.match.frame) / Double($0) }
    let isScored = threshold != nil
    return .object([
      ("startFrame", .integer(found.match.frame)), ("startSeconds", .number(seconds)), ("channel", .integer(found.channel)),
      ("score", .number(isScored ? found.match.score : nil)), ("gainDB", .number(isScored ? found.match.level : nil)),
    ])
  }

  /// "0:01:02.345", rounded down to the millisecond.
  private func time(_ frame: Int) -> String? {
    guard let rate = sampleRate else { return nil }
    let (seconds, milliseconds) = (frame / rate, frame % rate * 1_000 / rate)
    func padded(_ value: Int, _ width: Int) -> String { String(repeating: "0", count: width - "\(value)".count) + "\(value)" }
    return "\(seconds / 3_600):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2)).\(padded(milliseconds, 3))"
  }
}
