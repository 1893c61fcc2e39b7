import ConfigurationFile
import Control
import Convolution
import Engine
import Filters
import Logging

// Blocks that keep taking longer than they last, whatever was predicted.
extension Daemon {
  /// What is heard, and which configuration it is.
  struct Standing: Sendable {
    fileprivate var filters: FilterSet
    fileprivate var costs: CostTable
    fileprivate var text: ConfigurationText
    fileprivate var rated: RatedFilters
    fileprivate var differsFromFile: Bool
  }

  /// A change that was made a moment ago.
  struct Trial: Sendable {
    /// What it replaced.
    fileprivate var before: Standing
    fileprivate var end: ContinuousClock.Instant

    /// After which a plan has shown that it keeps its time: what makes blocks late then is something else.
    fileprivate static let duration = Duration.seconds(10)
  }

  var standing: Standing { Standing(filters: filters, costs: session.costs, text: text, rated: rated, differsFromFile: differsFromFile) }

  var isOnTrial: Bool { trial.map { $0.end > .now } ?? false }

  func begin(trialOf before: Standing) { (trial, rollback) = (Trial(before: before, end: .now + Trial.duration), nil) }

  func restore(_ standing: Standing) {
    (filters, text, rated) = (standing.filters, standing.text, standing.rated)
    differsFromFile = standing.differsFromFile || standing.text.bytes != fileText.bytes
  }

  /// Takes the last change back if it is on trial; else the output is silent until blocks keep their time again.
  ///
  /// - Returns: whether it was taken back.
  func relieve(load: Double) async -> Bool {
    let late = "blocks took \(DeadlineBudget.percent(load)) of their time, one after the other: \(DeadlineBudget.remedy)"
    if let trial, isOnTrial {
      await alone { daemon in await daemon.goBack(to: trial.before) }
      let rollback = "the last change was taken back: \(late)"
      logger.error("\(rollback)")
      (self.trial, self.rollback, rollbacks) = (nil, rollback, rollbacks + 1)
      return true
    }
    overload = "silent, since \(late)"
    logger.error("\(overload!)")
    engine.setHeld(true)
    return false
  }

  /// By a cut: there is no time for a fade. For `alone`.
  private func goBack(to before: Standing) async {
    if before.filters.configuration.sessionKeys(running: filters.configuration).isEmpty {
      restore(before)
      if let problem = await replace(atOnce: true) { logger.error("\(problem.detail)") }
    } else {
      await renew(before.filters, costs: before.costs) { daemon in daemon.restore(before) }
      await session.settle()
    }
  }

  /// Blocks keep their time again.
  func resume() {
    overload = nil
    engine.setHeld(false)
    logger.info("blocks keep their time again: the output is heard")
  }
}
