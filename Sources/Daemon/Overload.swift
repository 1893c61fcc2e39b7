import Configuration
import Control

// Blocks that keep taking longer than they last, whatever was predicted.
extension Daemon {
  /// What was heard before the last change, for as long as that change is on trial.
  struct Trial {
    var filters: FilterSet
    var text: ConfigurationText
    var differsFromFile: Bool
    var end: ContinuousClock.Instant

    /// After which a plan has shown that it keeps its time: what makes blocks late then is something else.
    static let duration = Duration.seconds(10)
  }

  var isOnTrial: Bool { trial.map { $0.end > .now } ?? false }

  /// Takes the last change back if it is on trial; else the output is silent until blocks keep their time again.
  ///
  /// - Returns: whether it was taken back.
  func relieve(load: Double) async -> Bool {
    let late = "blocks took \(DeadlineBudget.percent(load)) of their time, one after the other"
    if let trial, isOnTrial {
      rollback = "the last change was taken back: \(late): \(DeadlineBudget.remedy)"
      logger.error("\(rollback!)")
      rollbacks += 1
      _ = await stage(fading: false) { daemon in
        (daemon.filters, daemon.text) = (trial.filters, trial.text)
        daemon.differsFromFile = trial.differsFromFile || trial.text.bytes != daemon.fileText.bytes
        return true
      }
      self.trial = nil
      return true
    } else {
      overload = "silent, since \(late): \(DeadlineBudget.remedy)"
      logger.error("\(overload!)")
      engine.setHeld(true)
      return false
    }
  }

  /// Blocks keep their time again.
  func resume() {
    overload = nil
    engine.setHeld(false)
    logger.info("blocks keep their time again: the output is heard")
  }
}
