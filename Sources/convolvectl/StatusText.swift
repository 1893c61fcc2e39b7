import ControlAPI
import Numbers
import Terminal

/// A status for people: one thing a line, with units.
struct StatusText {
  private let status: Status
  /// How many of the latest xruns are told.
  private static let xrunLines = 4

  init(_ status: Status) { self.status = status }

  var text: String {
    var lines = [("convolved", "\(status.version), \(status.state.rawValue)" + (status.cause.map { ": \($0)" } ?? ""))]
    lines.append(("rate", "\(status.rate) Hz, \(status.precision)"))
    lines.append(("block", frames(status.block)))
    lines.append(("capture", device(status.devices.capture)))
    lines.append(("playback", device(status.devices.playback)))
    lines.append(("latency", latency))
    lines += outputLatencies
    lines.append(("resampler", resampler))
    lines.append(("load", load))
    lines += LoadChart(status.load.histogram).lines(columns: 60).map { ("", $0) }
    lines.append(("xruns", "capture \(status.xruns.capture), playback \(status.xruns.playback)"))
    lines += status.xruns.last.suffix(Self.xrunLines).map { ("xrun", "\($0.time) \($0.text)") }
    lines.append(("changes", "\(status.changes)" + (status.differsFromFile ? ", other than the configuration" : "")))
    if let preset = status.preset { lines.append(("preset", preset)) }
    if let rollback = status.rollback { lines.append(("warning", rollback)) }
    lines.append(("clipped", "\(quantity(status.clipped, "sample"))"))
    if status.worstCase.contains(where: { ($0 ?? 0) > 0.05 }) {
      lines.append(
        (
          "worst case",
          status.worstCase.map { $0.map { decimal($0 - 1e-9, places: 1, rounded: .up) + " dB" } ?? "silent" }.joined(separator: ", ")
        ))
    }
    for (index, line) in Status.Exact.lines(status.exact).enumerated() { lines.append((index == 0 ? "exact" : "", line)) }
    if let guarded = status.guards.text { lines.append(("guarded", guarded)) }
    lines.append(("levels", "in \(levels(status.levels.inputs))   out \(levels(status.levels.outputs))"))
    lines.append(("output", outputText(status.output)))
    lines.append(("thread", status.realtime.summary))
    lines += status.realtime.warnings.map { ("warning", $0) }
    lines.append(("plan", status.plan))
    let named = lines.filter { !$0.1.isEmpty }.map { name, value in name.left(11) + value.brief }
    return (named + [""] + filters).joined(separator: "\n")
  }

  private func device(_ device: Status.Device?) -> String {
    guard let device else { return "closed" }
    return "\(device.name), \(device.format), \(device.rate) Hz, \(quantity(device.channels, "channel")), "
      + "periods of \(device.periodFrames), buffer of \(quantity(device.bufferFrames, "frame"))"
  }

  private var latency: String {
    let queue = status.latency.queueFrames.map { ", queue \(frames($0))" } ?? ""
    let measured = status.latency.measuredFrames.map { ", measured \(frames($0))" } ?? ""
    let resampler = status.latency.resamplerFrames.map { ", resampler \(frames($0))" } ?? ""
    let lead = status.latency.leadFrames.map { ", kernels before time 0 \(frames($0))" } ?? ""
    return "block \(frames(status.latency.blockFrames))" + queue + resampler + measured + lead
  }

  /// A line for all outputs whose filters delay by as much, where they do.
  private var outputLatencies: [(String, String)] {
    let groups = Dictionary(grouping: status.latency.outputs.indices) { status.latency.outputs[$0].kernelFrames ?? 0 }
    let later = groups.filter { $0.key > 0 }.sorted { $0.value[0] < $1.value[0] }.map { kernelFrames, outputs in
      let latency = status.latency.outputs[outputs[0]]
      let promised = latency.promisedFrames.map { "; \(frames($0)) in all" } ?? ""
      let measured = latency.measuredFrames.map { ", measured \(frames($0))" } ?? ""
      let names = outputs.map { "\($0)" }.joined(separator: ", ")
      return ("", "output \(names): the filters' main peak comes \(frames(kernelFrames)) later\(promised)\(measured)")
    }
    return later + alignmentLines
  }

  /// What outputs are delayed by for their peaks to coincide.
  private var alignmentLines: [(String, String)] {
    status.latency.outputs.enumerated().compactMap { output, latency in
      guard let kernelFrames = latency.kernelFrames, let before = latency.unalignedFrames, kernelFrames > before else { return nil }
      return ("", "output \(output): aligned: \(frames(before)) before, delayed by \(frames(kernelFrames.saturatingSubtract(before)))")
    }
  }

  /// Empty where it is off.
  private var resampler: String {
    guard let ppm = status.resampler.ppm else { return "" }
    return "\(status.resampler.state.rawValue), capture \(decimal(ppm.magnitude, places: 2)) ppm \(ppm < 0 ? "slower" : "faster")"
  }

  private var load: String {
    let load = status.load
    let late = load.late == 0 ? "" : ", \(quantity(load.late, "block")) without what other threads had not done in time"
    let missed = load.missed == 0 ? "" : ", \(quantity(load.missed, "block")) took longer than they last"
    return "mean \(percent(load.mean)), 99th percentile \(percent(load.p99)), max \(percent(load.max)) of the deadline" + missed + late
  }

  private var filters: [String] {
    let rows =
      [["filter", "route", "gain", "delay", "taps", "kernel"]]
      + status.filters.map { filter in
        [
          filter.name, "\(filter.from) to \(filter.to)", "\(decimal(filter.gain, places: 1)) dB", frames(filter.delay), "\(filter.taps)",
          "\(filter.kernel) (\(filter.layout))" + (filter.bypass == .mute ? ", bypass mutes it" : ""),
        ]
      }
    return aligned(rows)
  }

  // MARK: Units

  private func levels(_ peaks: [Double?]) -> String {
    peaks.map { $0.map { decimal($0, places: 1) + " dBFS" } ?? "silent" }.joined(separator: ", ")
  }

  private func frames(_ count: Int) -> String {
    guard count != 0, status.rate > 0 else { return "0" }
    return "\(quantity(count, "frame")) (\(decimal(Double(count) * 1000 / Double(status.rate), places: 2)) ms)"
  }
}

/// What was done to the output, as far as it is not as usual.
func outputText(_ output: Status.Output) -> String {
  let volume = output.volume == 0 ? "" : ", volume \(decimal(output.volume, places: 1)) dB"
  let ceiling = output.ceiling.map { ", ceiling \(decimal($0, places: 1)) dB" } ?? ""
  let dither = output.dither == .off ? "" : ", dither \(output.dither.rawValue)"
  return "\(output.mute ? "muted" : "open"), bypass \(output.bypass ? "on" : "off")\(volume)\(ceiling)\(dither)"
}

/// The lines of a table, its columns one below the other.
func aligned(_ rows: [[String]]) -> [String] {
  let rows = rows.map { $0.map(\.brief) }
  let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! + 2 }
  return rows.map { row in row.indices.map { $0 == row.count - 1 ? row[$0] : row[$0].left(widths[$0]) }.joined() }
}
