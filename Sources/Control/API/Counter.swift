/// Something counted since the start. A case and its row make a counter: the status, events, metrics, `GET /v1/openapi.json` and
/// the text of `convolvectl status` are derived from them.
///
/// The engine's counters have the same names there: `EngineStatus.Counter`.
public enum Counter: String, CaseIterable, CodingKey, Sendable {
  case captureXruns, playbackXruns, changes, clipped, late, missed, unusableSamples, faultyBlocks, closures, rollbacks

  package struct Row: Sendable {
    /// What is counted, in a sentence.
    package var help: String
    /// Prometheus' name after `convolved_`, with labels.
    package var metric: String
    /// Where the status has it other than in `guards`.
    fileprivate var place: (@Sendable (Status) -> Int)?
    /// What `convolvectl status` says of it in its line `guarded`.
    fileprivate var text: (@Sendable (Int) -> String)?
  }

  package var row: Row {
    let xruns = "Times that a device ran over or dry, or the sound was interrupted otherwise."
    return switch self {
    case .captureXruns: Row(help: xruns, metric: #"xruns_total{direction="capture"}"#, place: { $0.xruns.capture })
    case .playbackXruns: Row(help: xruns, metric: #"xruns_total{direction="playback"}"#, place: { $0.xruns.playback })
    case .changes: Row(help: "Changes of filters that have been heard.", metric: "changes_total", place: { $0.changes })
    case .clipped: Row(help: "Samples out of the playback format's range.", metric: "clipped_samples_total", place: { $0.clipped })
    case .late:
      Row(
        help: "Blocks that went without what other threads had not convolved in time.", metric: "late_blocks_total",
        place: { $0.load.late })
    case .missed: Row(help: "Blocks that took longer than they last.", metric: "missed_blocks_total", place: { $0.load.missed })
    case .unusableSamples:
      Row(
        help: "Captured samples that were no number, or 120 dB above full scale: taken as silence.",
        metric: "unusable_samples_total", text: { "\($0) samples in" })
    case .faultyBlocks:
      Row(
        help: "Blocks that were not finite when they were convolved: played as silence.", metric: "faulty_blocks_total",
        text: { " and \($0) blocks out that were no sound" })
    case .closures:
      Row(
        help: "Times that the ceiling has muted the output.", metric: "closures_total",
        text: { $0 == 0 ? "" : ", muted by the ceiling: \($0)" })
    case .rollbacks:
      Row(
        help: "Changes that were taken back, since blocks or tails took longer than they last.", metric: "rollbacks_total",
        text: { $0 == 0 ? "" : ", changes taken back: \($0)" })
    }
  }

  /// How often it has been counted.
  package func value(in status: Status) -> Int { row.place?(status) ?? status.guards[self] }

  /// Those of `Status.Guards`, in the order in which people read them.
  package static let guards = allCases.filter { $0.row.place == nil }
}

extension Status {
  /// What was kept from the output since the start.
  public struct Guards: Codable, Sendable, Equatable {
    private var counts: [Counter: Int]

    /// Counters that are not given are 0.
    public init(_ counts: [Counter: Int] = [:]) { self.counts = counts.filter { $0.value != 0 } }

    public subscript(_ counter: Counter) -> Int { counts[counter] ?? 0 }

    /// In one line; nil where nothing was counted.
    public var text: String? {
      counts.isEmpty ? nil : Counter.guards.map { counter in counter.row.text?(self[counter]) ?? "" }.joined()
    }

    public init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: Counter.self)
      self.init(Dictionary(uniqueKeysWithValues: try members.allKeys.map { ($0, try members.decode(Int.self, forKey: $0)) }))
    }

    public func encode(to encoder: any Encoder) throws {
      var members = encoder.container(keyedBy: Counter.self)
      for counter in Counter.guards { try members.encode(self[counter], forKey: counter) }
    }
  }
}
