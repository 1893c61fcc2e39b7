import ControlAPI
import Logging

/// Logs xruns, each kind at most once a second: a storm of xruns must not flood the log.
struct XrunLog {
  private struct Kind: Hashable {
    var direction: String
    var cause: String
  }

  private struct Untold {
    var last: ContinuousClock.Instant?
    var count = 0
    var text = ""
  }

  private var kinds: [Kind: Untold] = [:]

  /// Whether some wait to be told.
  var isWaiting: Bool { kinds.values.contains { $0.count > 0 } }

  /// Logs new xruns. To be called a few times a second while some wait.
  mutating func tell(_ xruns: [Status.Xrun], _ logger: Logger, now: ContinuousClock.Instant = .now) {
    for xrun in xruns {
      let kind = Kind(direction: xrun.direction, cause: xrun.cause)
      kinds[kind, default: Untold()].count += 1
      kinds[kind]?.text = xrun.text
    }
    for (kind, untold) in kinds where untold.count > 0 && untold.last.map({ now - $0 >= .seconds(1) }) ?? true {
      let times = untold.count == 1 ? "" : " (\(untold.count) times)"
      logger.log(level: kind.cause == "lost" ? .error : .warning, "\(untold.text)\(times)")
      kinds[kind] = Untold(last: now)
    }
  }
}
