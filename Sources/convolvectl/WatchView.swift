import ControlAPI
import Numbers
import Terminal

/// What `convolvectl watch` shows, as the events tell it.
struct WatchView {
  private var state: Event.State?
  private var levels: Event.Levels?
  private var xruns = Status.Xruns(capture: 0, playback: 0)
  private var changes: Event.Changes?
  private var realtime: Status.RealTime?
  private var levelEvents = 0

  /// dBFS at a bar's left end; the right one is 0.
  private static let floor = -60.0
  /// Lines that tell levels, where standard output is no terminal, come with every so many of their events.
  private static let levelsALine = 4

  mutating func take(_ event: Event) {
    switch event {
    case .state(let state): self.state = state
    case .levels(let levels): self.levels = levels
    case .xruns(let xruns): self.xruns = xruns
    case .changes(let changes): self.changes = changes
    case .realtime(let realtime): self.realtime = realtime
    }
  }

  /// The whole view.
  func lines(columns: Int) -> [String] {
    var lines = ["convolved  \(stateText)"]
    if let levels {
      lines.append("latency    \(latency(levels))")
      lines.append("load       \(load(levels.load))")
      lines.append("xruns      \(xrunText), clipped \(levels.clipped) samples")
      if let last = xruns.last.last { lines.append("           \(last.time) \(last.text)") }
      if let changes { lines.append("output     \(text(changes))") }
      if let realtime { lines += ["thread     \(realtime.summary)"] + realtime.warnings.map { "warning    \($0)" } }
      lines.append("")
      for (side, peaks) in [("in", levels.inputs), ("out", levels.outputs)] {
        for (channel, peak) in peaks.enumerated() {
          let name = "\(side) \(channel)".left(8)
          lines.append(name + bar(peak, width: max(10, min(60, columns - 24))) + dBFS(peak).right(13))
        }
      }
      lines += ["", "blocks by the share of the deadline that they took:"] + LoadChart(levels.load.histogram).lines(columns: columns)
    }
    return (lines + ["", "q: quit"]).map { String($0.prefix(columns)) }
  }

  /// A line for an event, where it is to be told.
  mutating func line(_ event: Event) -> String? {
    take(event)
    switch event {
    case .state: return stateText
    case .xruns(let xruns): return "xruns: \(xrunText)" + (xruns.last.last.map { ": \($0.text)" } ?? "")
    case .changes(let changes): return text(changes)
    case .realtime(let realtime): return ([realtime.summary] + realtime.warnings).joined(separator: "\n")
    case .levels(let levels):
      defer { levelEvents += 1 }
      guard levelEvents.isMultiple(of: Self.levelsALine) else { return nil }
      let (inputs, outputs) = (levels.inputs.map(dBFS), levels.outputs.map(dBFS))
      return "in \(inputs.joined(separator: ", "))   out \(outputs.joined(separator: ", "))   load \(load(levels.load))"
    }
  }

  // MARK: Parts

  private var stateText: String { state.map { $0.state.rawValue + ($0.cause.map { ": \($0)" } ?? "") } ?? "" }

  private var xrunText: String { "capture \(xruns.capture), playback \(xruns.playback)" }

  private func text(_ changes: Event.Changes) -> String {
    "\(changes.output.mute ? "muted" : "open"), bypass \(changes.output.bypass ? "on" : "off"), \(changes.filters.count) filters, "
      + "\(changes.changes) changes\(changes.differsFromFile ? ", other than the configuration" : "")"
      + (changes.rollback.map { "; \($0)" } ?? "")
  }

  private func load(_ load: Status.Load) -> String {
    "mean \(percent(load.mean)), 99th percentile \(percent(load.p99)), max \(percent(load.max))"
  }

  private func latency(_ levels: Event.Levels) -> String {
    let latency = levels.latency
    let promised = latency.queueFrames.map { "\(latency.blockFrames + $0) frames" } ?? "block \(latency.blockFrames) frames"
    return promised + (latency.measuredFrames.map { ", measured \($0)" } ?? "")
  }

  private func dBFS(_ peak: Double?) -> String { peak.map { fixed($0, 1) + " dBFS" } ?? "silent" }

  private func bar(_ peak: Double?, width: Int) -> String {
    let share = ((peak ?? Self.floor) - Self.floor) / -Self.floor
    let filled = Int((min(max(share, 0), 1) * Double(width)).rounded())
    return String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled)
  }
}
