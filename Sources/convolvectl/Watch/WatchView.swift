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
  /// What was printed of levels last.
  private var levelsLine = ""
  /// Why there is no daemon at the moment.
  private var loss: String?

  /// Lines that tell levels, where standard output is no terminal, come with every so many of their events.
  private static let levelsALine = 4

  mutating func take(_ event: Event) {
    loss = nil
    switch event {
    case .state(let state): self.state = state
    case .levels(let levels): self.levels = levels
    case .xruns(let xruns): self.xruns = xruns
    case .changes(let changes): self.changes = changes
    case .realtime(let realtime): self.realtime = realtime
    }
  }

  /// Forgets what the daemon told, which is gone.
  mutating func lose(_ cause: String) {
    self = WatchView()
    loss = "\(cause); waiting for the daemon to return"
  }

  /// The whole view, in the terminal's rows: state, warnings and levels before all else, the histogram in what is left.
  func lines(on terminal: TerminalKind) -> [String] {
    let most = max(2, terminal.rows)
    var lines = head(on: terminal, rows: most - 1)
    let hasAir = most >= 20
    func add(_ more: [ScreenLine]) {
      guard !more.isEmpty, lines.count < most - 1 else { return }
      if hasAir { lines.append(ScreenLine()) }
      lines += more.prefix(max(0, most - 1 - lines.count))
    }
    if let levels {
      // Half of what is left goes to many channels, all of it to few.
      let left = most - 1 - lines.count - (hasAir ? 1 : 0)
      let meters = meters(levels)
      add(meters.lines(rows: max(1, min(left, max(4, left / 2))), on: terminal))
      add(details(levels))
      let title = "blocks by the share of the deadline that they took:"
      let rows = most - 1 - lines.count - (hasAir ? 2 : 1)
      let chart =
        rows < 2
        ? []
        : LoadChart(levels.load.histogram).lines(
          columns: terminal.columns, rows: rows, block: terminal.isUnicode ? "█" : "#")
      add(chart.isEmpty ? [] : [ScreenLine(title)] + chart.map { ScreenLine($0) })
    }
    return (lines + [ScreenLine("q: quit")]).prefix(most).map { $0.text(on: terminal) }
  }

  /// A line for an event, where it is to be told.
  mutating func line(_ event: Event) -> String? {
    take(event)
    switch event {
    case .state: return stateText
    case .xruns(let xruns): return "xruns: \(xrunText)" + (xruns.last.last.map { ": \($0.text.brief)" } ?? "")
    case .changes(let changes): return text(changes)
    case .realtime(let realtime): return ([realtime.summary] + realtime.warnings).map(\.brief).joined(separator: "\n")
    case .levels(let levels):
      defer { levelEvents += 1 }
      guard levelEvents.isMultiple(of: Self.levelsALine) else { return nil }
      let (inputs, outputs) = (levels.inputs.map(LevelMeters.text), levels.outputs.map(LevelMeters.text))
      let line = "in \(inputs.joined(separator: ", "))   out \(outputs.joined(separator: ", "))   load \(load(levels.load))"
      defer { levelsLine = line }
      return line == levelsLine ? nil : line
    }
  }

  // MARK: Parts

  private func head(on terminal: TerminalKind, rows: Int) -> [ScreenLine] {
    func wrapped(_ name: String, _ text: String, _ colour: ScreenLine.Colour?, most: Int) -> [ScreenLine] {
      ScreenLine.wrapped(name, text.brief, colour, columns: terminal.columns, most: most)
    }
    if let loss { return wrapped("convolved", loss, .red, most: rows) }
    var lines = wrapped("convolved", stateText, stateColour, most: max(1, rows / 4))
    let warnings = (realtime?.warnings ?? []) + [changes?.rollback].compactMap { $0 }
    // A third of the screen at most, and of each of several warnings at least its beginning.
    let most = max(1, rows / 3)
    for (index, warning) in warnings.prefix(most).enumerated() {
      let left = most - (lines.count - 1) - (min(warnings.count, most) - index - 1)
      lines += wrapped("warning", warning, .yellow, most: max(1, left))
    }
    return lines
  }

  private func meters(_ levels: Event.Levels) -> LevelMeters {
    let sides = [("in", levels.inputs), ("out", levels.outputs)]
    return LevelMeters(
      channels: sides.flatMap { side, peaks in
        peaks.enumerated().map { LevelMeters.Channel(name: "\(side) \($0.offset)", peak: $0.element) }
      })
  }

  private func details(_ levels: Event.Levels) -> [ScreenLine] {
    let hasXruns = xruns.capture > 0 || xruns.playback > 0
    var lines = [
      ScreenLine("load       \(load(levels.load))", levels.load.missed > 0 ? .yellow : nil),
      ScreenLine("xruns      \(xrunText), clipped \(quantity(levels.clipped, "sample"))", hasXruns || levels.clipped > 0 ? .yellow : nil),
    ]
    if let last = xruns.last.last { lines.append(ScreenLine("           \(last.time.brief) \(last.text.brief)")) }
    lines.append(ScreenLine("latency    \(latency(levels))"))
    if let changes { lines.append(ScreenLine("output     \(text(changes))", changes.output.mute ? .yellow : nil)) }
    if let realtime { lines.append(ScreenLine("thread     \(realtime.summary.brief)")) }
    return lines
  }

  private var stateText: String { state.map { $0.state.rawValue + ($0.cause.map { ": \($0.brief)" } ?? "") } ?? "" }

  private var stateColour: ScreenLine.Colour? {
    switch state?.state {
    case .running: .green
    case .starting, .waiting, .muted: .yellow
    case .failed: .red
    case nil: nil
    }
  }

  private var xrunText: String { "capture \(xruns.capture), playback \(xruns.playback)" }

  private func text(_ changes: Event.Changes) -> String {
    let count = changes.filters.count
    let volume = changes.output.volume == 0 ? "" : ", volume \(decimal(changes.output.volume, places: 1)) dB"
    return "\(changes.output.mute ? "muted" : "open")\(volume), bypass \(changes.output.bypass ? "on" : "off"), "
      + "\(quantity(count, "filter")), "
      + "\(quantity(changes.changes, "change"))\(changes.differsFromFile ? ", other than the configuration" : "")"
      + (changes.rollback.map { "; \($0.brief)" } ?? "")
  }

  private func load(_ load: Status.Load) -> String {
    "mean \(percent(load.mean)), 99th percentile \(percent(load.p99)), max \(percent(load.max))"
  }

  private func latency(_ levels: Event.Levels) -> String {
    let latency = levels.latency
    let promised = latency.queueFrames.map { "\(latency.blockFrames.saturatingAdd($0)) frames" } ?? "block \(latency.blockFrames) frames"
    return promised + (latency.measuredFrames.map { ", measured \($0)" } ?? "")
  }
}
