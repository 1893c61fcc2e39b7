import ControlAPI

/// What `GET /metrics` tells, in Prometheus' text format, version 0.0.4.
struct Metrics {
  /// Its levels are left out: peaks that were read here would be missing elsewhere.
  let status: Status

  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

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
    add("state_cause", "gauge", "Why it is in that state.", status.cause.map { [("{cause=\(quoted($0))}", "1")] } ?? [])
    add("rate_hertz", "gauge", "Sample rate.", status.rate)
    add("block_frames", "gauge", "Frames convolved at once.", status.block)
    add("queue_frames", "gauge", "Frames kept queued for playback.", status.latency.queueFrames)
    add("latency_frames", "gauge", "Frames from capture to playback, as measured.", status.latency.measuredFrames)
    for (name, counters) in Self.counters {
      add(name, "counter", counters[0].help, counters.map { ($0.labels, "\($0.counter.value(in: status))") })
    }
    add(
      "xrun_causes_total", "counter", "The same times, by what is known of their cause.",
      status.xruns.causes.sorted { $0.key < $1.key }.map { ("{cause=\(quoted($0.key))}", "\($0.value)") })
    add("filters", "gauge", "Filters of the configuration.", status.filters.count)
    add("muted", "gauge", "Whether the output is muted.", status.output.mute ? 1 : 0)
    add("bypassed", "gauge", "Whether the kernels are bypassed.", status.output.bypass ? 1 : 0)
    add(
      "differs_from_file", "gauge", "Whether something is other than in the configuration file.", status.differsFromFile ? 1 : 0)
    let realtime = status.realtime
    add(
      "realtime_info", "gauge", "How the audio thread is scheduled, and who sets the processors' frequency.",
      [("{policy=\(quoted(realtime.policy)),governor=\(quoted(realtime.governor ?? ""))}", "1")])
    add("realtime_priority", "gauge", "Priority of the audio thread.", realtime.priority)
    add("locked_bytes", "gauge", "Memory that cannot be paged out.", realtime.lockedBytes)
    add("needed_bytes", "gauge", "Memory that the audio thread touches.", realtime.neededBytes)
    add("realtime_warnings", "gauge", "Real-time rights that were not granted.", realtime.warnings.count)
    add(
      "realtime_warning", "gauge", "What was not granted, and how to grant it.",
      realtime.warnings.map { ("{warning=\(quoted($0))}", "1") })
    add(
      "output_latency_frames", "gauge", "Frames from capture to the main peak of an output, as measured.",
      status.latency.outputs.enumerated().compactMap { index, output in
        output.measuredFrames.map { ("{output=\"\(index)\"}", "\($0)") }
      })
    add("load_predicted", "gauge", "Share of its time that a block was predicted to take.", [("", "\(status.load.predicted)")])
    add(
      "load_predicted_workers", "gauge", "Share of its time that the busiest worker was predicted to take.",
      status.load.predictedWorkers.map { [("", "\($0)")] } ?? [])
    add("load_max", "gauge", "Largest share of its time that a block took.", [("", "\(status.load.max)")])
    add("load", "histogram", "Shares of its time that a block took.", load)
    return lines.joined(separator: "\n") + "\n"
  }

  private typealias Labelled = (counter: Counter, help: String, labels: String)

  /// Counters by their metric, in the order of `Counter`.
  private static let counters: [(name: String, counters: [Labelled])] = {
    var metrics: [(name: String, counters: [Labelled])] = []
    for counter in Counter.allCases {
      let metric = counter.row.metric
      let name = String(metric.prefix { $0 != "{" })
      let labelled = (counter, counter.row.help, String(metric.dropFirst(name.count)))
      if metrics.last?.name == name {
        metrics[metrics.count - 1].counters.append(labelled)
      } else {
        metrics.append((name, [labelled]))
      }
    }
    return metrics
  }()

  /// Each bucket has those before it as well.
  private var load: [(labels: String, value: String)] {
    let histogram = status.load.histogram
    var count = 0
    var samples = zip(histogram.bounds.map { "\($0)" } + ["+Inf"], histogram.blocks).map { bound, blocks in
      count += blocks
      return (labels: "_bucket{le=\"\(bound)\"}", value: "\(count)")
    }
    samples += [("_sum", "\(status.load.mean * Double(count))"), ("_count", "\(count)")]
    return samples
  }

  /// A label's value.
  private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
  }
}
