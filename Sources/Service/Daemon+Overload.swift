import ControlAPI
import Engine
import FilterKernels
import Filters
import Logging

// Blocks and tails that keep taking longer than they last, whatever was predicted.
extension Daemon {
  /// Takes the last change back if it is on trial. Else the output is silent until blocks keep their time again; without tails it
  /// is heard, and the status says so.
  ///
  /// - Returns: whether the change was taken back.
  func relieve(_ late: DeadlineWatch.Late, load: Double) async -> Bool {
    let text = late.text(load)
    if let before = lastChange.trial {
      await enqueueChange { daemon in
        await daemon.goBack(to: before)
        let rollback = "the last change was taken back: \(text)"
        daemon.logger.error("\(rollback)")
        daemon.lastChange = .takenBack(rollback)
        daemon.counts[.rollbacks, default: 0] += 1
      }
      return true
    }
    let cause = late == .blocks ? "silent, since \(text)" : text
    overloads[late] = cause
    logger.error("\(cause)")
    if late == .blocks { engine.setHeld(true) }
    return false
  }

  /// Returns by a cut: there is no time for a fade. Within `enqueueChange` only.
  private func goBack(to before: Snapshot) async {
    if before.filters.configuration.sessionKeys(running: filters.configuration).isEmpty {
      restore(before)
      // Neither the filters that go nor those that come are heard louder than they were meant.
      if let turn = before.output, turn.wasQuieter { takeVolumeBack(turn) }
      if let problem = await handOver(atOnce: true) { return logger.error("\(problem.detail)") }
      takeOutputBack(before.output)
    } else {
      await replaceSession(by: before.filters, costs: before.costs) { daemon in
        daemon.restore(before)
        daemon.takeOutputBack(before.output)
      }
      await session.settle()
    }
  }

  /// Lets the output be heard again, since blocks keep their time.
  func resume(_ late: DeadlineWatch.Late) {
    overloads[late] = nil
    guard late == .blocks else { return logger.info("the threads of late taps keep their time again: nothing is left out") }
    engine.setHeld(false)
    logger.info("blocks keep their time again: the output is heard")
  }
}

extension DeadlineWatch.Late {
  /// What is late, why, and what to do.
  ///
  /// - Parameter load: the share of its time that it took.
  fileprivate func text(_ load: Double) -> String {
    let share = DeadlineBudget.percent(load)
    return switch self {
    case .blocks: "blocks took \(share) of their time, one after the other: \(DeadlineBudget.remedy)"
    case .tails where load > DeadlineBudget.most:
      "late taps were left out, since one of their threads took \(share) of its time: \(DeadlineBudget.remedy)"
    case .tails:
      "late taps were left out, since their threads are held up, though none took more than \(share) of its time: set fewer `workers`, or"
        + " leave more processors to convolved"
    }
  }
}
