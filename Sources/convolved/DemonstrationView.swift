import ControlAPI
import Glibc
import Numbers
import Terminal

/// What the demonstration shows on the terminal.
enum DemonstrationView {
  static let isTerminal = isatty(STDOUT_FILENO) == 1

  /// One line that is written over and over.
  static func show(_ status: Status, elapsed: Double, title: String) {
    guard isTerminal else { return }
    let meters = status.levels.outputs.map(meter).joined(separator: " ")
    print(
      "\r\(time(elapsed))  \(title.left(16)) \(meters)  load \(percent(status.load.mean).left(7)) xruns \(status.xruns.playback) ",
      terminator: "")
    fflush(nil)
  }

  static func time(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10) s".left(7) }

  static func summary(_ status: Status, taps: Int) -> String {
    let rate = Double(status.rate)
    func milliseconds(_ frames: Int) -> String { "\((Double(frames) * 10000 / rate).rounded() / 10) ms" }
    let latency = status.latency.measuredFrames ?? status.latency.blockFrames
    let realtime = status.realtime.policy + (status.realtime.priority > 0 ? " at priority \(status.realtime.priority)" : "")
    var lines = [
      isTerminal ? "\n" : "",
      "block      \(status.block) frames, \(milliseconds(status.block))",
      "taps       \(taps) a channel, \(status.precision)",
      "load       mean \(percent(status.load.mean)), 99th percentile \(percent(status.load.p99)), max \(percent(status.load.max)) of the deadline",
      "latency    \(latency) frames, \(milliseconds(latency)): one block, and \(status.latency.queueFrames ?? 0) frames queued",
      "xruns      \(status.xruns.capture + status.xruns.playback)",
      "changes    \(status.changes), cross-faded",
      "thread     \(realtime), \(status.realtime.lockedBytes >> 20) MiB locked",
    ]
    lines += status.realtime.warnings.map { "warning    \($0)" }
    return lines.joined(separator: "\n")
  }

  /// Twelve steps from -48 dBFS to 0.
  private static func meter(_ peak: Double?) -> String {
    let full = min(max(Int(((peak ?? -100) + 48) / 4), 0), 12)
    return "[" + String(repeating: "=", count: full) + String(repeating: " ", count: 12 - full) + "]"
  }
}
