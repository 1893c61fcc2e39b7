import ControlAPI
import Engine
import Filters
import Logging

// Blocks that keep taking longer than they last, whatever was predicted.
extension Daemon {
  /// Takes the last change back if it is on trial; else the output is silent until blocks keep their time again.
  ///
  /// - Returns: whether the change was taken back.
  func relieve(load: Double) async -> Bool {
    let late = "blocks took \(DeadlineBudget.percent(load)) of their time, one after the other: \(DeadlineBudget.remedy)"
    if let before = lastChange.trial {
      await enqueueChange { daemon in
        await daemon.goBack(to: before)
        let rollback = "the last change was taken back: \(late)"
        daemon.logger.error("\(rollback)")
        (daemon.lastChange, daemon.rollbacks) = (.takenBack(rollback), daemon.rollbacks + 1)
      }
      return true
    }
    overload = "silent, since \(late)"
    logger.error("\(overload!)")
    engine.setHeld(true)
    return false
  }

  /// Returns by a cut: there is no time for a fade. Within `enqueueChange` only.
  private func goBack(to before: Snapshot) async {
    if before.filters.configuration.sessionKeys(running: filters.configuration).isEmpty {
      restore(before)
      if let problem = await handOver(atOnce: true) { logger.error("\(problem.detail)") }
    } else {
      await replaceSession(by: before.filters, costs: before.costs) { daemon in daemon.restore(before) }
      await session.settle()
    }
  }

  /// Lets the output be heard again, since blocks keep their time.
  func resume() {
    overload = nil
    engine.setHeld(false)
    logger.info("blocks keep their time again: the output is heard")
  }
}
