/// How long blocks took, counted by shares of the time that a block lasts.
public struct LoadHistogram: Sendable, Equatable {
  /// Upper ends of the buckets, ascending: shares of the deadline.
  public static let bounds = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.5, 2]

  /// For each bound, the blocks below it.
  public var below: [Int]
  /// Blocks.
  public var count: Int
  /// Of all shares.
  public var sum: Double

  public init(below: [Int], count: Int, sum: Double) { (self.below, self.count, self.sum) = (below, count, sum) }
}

/// What `GET /metrics` tells, in Prometheus' text format, version 0.0.4.
public struct Metrics: Sendable, Equatable {
  /// Its levels are not told: they would be missing elsewhere.
  public var status: Status
  public var load: LoadHistogram

  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  public init(status: Status, load: LoadHistogram) { (self.status, self.load) = (status, load) }

  var text: String {
    var lines: [String] = []
    func add(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) {
      guard !samples.isEmpty else { return }
      lines += ["# HELP convolved_\(name) \(help)", "# TYPE convolved_\(name) \(type)"]
      lines += samples.map { "convolved_\(name)\($0.labels) \($0.value)" }
    }
    func add(_ name: String, _ type: String, _ help: String, _ value: Int?) {
      add(name, type, help, value.map { [("", "\($0)")] } ?? [])
    }
    add(
      "info", "gauge", "The daemon and what it computes in.",
      [("{version=\(quoted(status.version)),precision=\(quoted(status.precision))}", "1")])
    add(
      "state", "gauge", "1 for the state that the daemon is in.",
      Status.State.allCases.map { ("{state=\"\($0.rawValue)\"}", $0 == status.state ? "1" : "0") })
    add("rate_hertz", "gauge", "Sample rate.", status.rate)
    add("block_frames", "gauge", "Frames convolved at once.", status.block)
    add("queue_frames", "gauge", "Frames kept queued for playback.", status.latency.queueFrames)
    add("latency_frames", "gauge", "Frames from capture to playback, as measured.", status.latency.measuredFrames)
    add(
      "xruns_total", "counter", "Times that a device ran over or dry, or the sound was interrupted otherwise.",
      [("{direction=\"capture\"}", "\(status.xruns.capture)"), ("{direction=\"playback\"}", "\(status.xruns.playback)")])
    add(
      "xrun_causes_total", "counter", "The same times, by what is known of their cause.",
      status.xruns.causes.sorted { $0.key < $1.key }.map { ("{cause=\(quoted($0.key))}", "\($0.value)") })
    add("changes_total", "counter", "Changes of filters that have been heard.", status.changes)
    add("clipped_samples_total", "counter", "Samples out of the playback format's range.", status.clipped)
    add(
      "late_blocks_total", "counter", "Blocks that went without what other threads had not convolved in time.", status.load.late)
    add("filters", "gauge", "Routes of the matrix.", status.filters.count)
    add("muted", "gauge", "Whether the output is muted.", status.output.mute ? 1 : 0)
    add("bypassed", "gauge", "Whether the kernels are bypassed.", status.output.bypass ? 1 : 0)
    add(
      "differs_from_file", "gauge", "Whether something is other than in the configuration file.", status.differsFromFile ? 1 : 0)
    add("realtime_priority", "gauge", "Priority of the audio thread.", status.realtime.priority)
    add("locked_bytes", "gauge", "Memory that cannot be paged out.", status.realtime.lockedBytes)
    add("realtime_warnings", "gauge", "Real-time rights that were not granted.", status.realtime.warnings.count)
    add("load_max", "gauge", "Largest share of its time that a block took.", [("", "\(status.load.max)")])
    var buckets = zip(LoadHistogram.bounds, load.below).map { (labels: "_bucket{le=\"\($0)\"}", value: "\($1)") }
    buckets += [("_bucket{le=\"+Inf\"}", "\(load.count)"), ("_sum", "\(load.sum)"), ("_count", "\(load.count)")]
    add("load", "histogram", "Shares of its time that a block took.", buckets)
    return lines.joined(separator: "\n") + "\n"
  }

  /// A label's value.
  private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
  }
}
