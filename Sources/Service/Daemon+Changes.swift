import BlockProcessing
import ControlAPI
import Convolution
import ConfigurationFile
import Engine
import Filters
import Logging
import Platform

// How a change becomes what is heard. An upload passes
//   replaceKernel → enqueueFilterChange → enqueueChange → applyFilterChange → handOver → AudioEngine.replace,
// and a change that takes other devices or another rate
//   enqueueChange → replaceSession → AudioEngine.finish, Session.start.
extension Daemon {
  enum Outcome {
    case unchanged, heard
    /// What was heard before still is.
    case refused(Problem)
  }

  /// What became of the last change.
  indirect enum LastChange: Sendable {
    /// It has kept its time, or there was none.
    case proven
    /// Both convolvers may be at work. `before`: what became of the one before.
    case underWay(before: LastChange)
    /// It was made a moment ago: an overload before `end` takes it back.
    case onTrial(replaced: Snapshot, end: ContinuousClock.Instant)
    /// It was taken back; the reason.
    case takenBack(String)

    var isUnderWay: Bool { if case .underWay = self { true } else { false } }

    /// What to return to on an overload; nil: the change has proven itself.
    var trial: Snapshot? { if case .onTrial(let replaced, let end) = self, end > .now { replaced } else { nil } }

    /// Why it was taken back; nil: it was not.
    var rollback: String? {
      switch self {
      case .takenBack(let reason): reason
      case .underWay(let before): before.rollback
      case .proven, .onTrial: nil
      }
    }
  }

  /// What is heard, and its configuration, for a later return.
  struct Snapshot: Sendable {
    let filters: FilterSet
    let costs: CostTable
    let text: ConfigurationText
    let rated: RatedFilters
    let differsFromFile: Bool
  }

  var snapshot: Snapshot {
    Snapshot(filters: filters, costs: session.costs, text: text, rated: rated, differsFromFile: differsFromFile)
  }

  func restore(_ snapshot: Snapshot) {
    (filters, text, rated) = (snapshot.filters, snapshot.text, snapshot.rated)
    differsFromFile = snapshot.differsFromFile || snapshot.text.bytes != fileText.bytes
  }

  /// After this time a plan has shown that it keeps its time: later overloads have another cause.
  private static let trialTime = Duration.seconds(10)

  /// Puts a change on trial.
  func beginTrial(replacing replaced: Snapshot) { lastChange = .onTrial(replaced: replaced, end: .now + Self.trialTime) }

  private static let notFinite = Problem(
    status: 422, title: "Unprocessable kernel",
    detail: "the output would not be finite: the filters stay as they were; is the kernel's level right?")

  private static let tooSlow = Problem(
    status: 422, title: "Too much work",
    detail: "the filters could not be brought to the present: blocks come faster than they are convolved: \(DeadlineBudget.remedy);"
      + " nothing was changed")

  /// Runs a change after those before it, in the order of their arrival.
  func enqueueChange<Value: Sendable>(_ change: @escaping @Sendable (isolated Daemon) async -> Value) async -> Value {
    let previous = newestChange
    let task = Task {
      await previous?.value
      return await change(self)
    }
    newestChange = Task { _ = await task.value }
    return await task.value
  }

  /// Changes the filters after the changes before, and returns when that is heard.
  ///
  /// - Parameter edit: makes the change, and returns whether there is one.
  func enqueueFilterChange(_ edit: @escaping @Sendable (isolated Daemon) -> Bool) async -> Outcome {
    await enqueueChange { daemon in await daemon.applyFilterChange(edit) }
  }

  /// Changes the filters within the session, all or nothing. Within `enqueueChange` only.
  func applyFilterChange(_ edit: (isolated Daemon) -> Bool) async -> Outcome {
    let before = snapshot
    guard edit(self) else { return .unchanged }
    if let problem = await handOver() {
      restore(before)
      return .refused(problem)
    }
    beginTrial(replacing: before)
    return .heard
  }

  /// Plans the filters as they are set now, and hands their convolver to the engine. Within `enqueueChange` only.
  ///
  /// - Parameter atOnce: whether there is no time to fade, nor to ask whether they fit.
  /// - Returns: why the engine keeps what it had; nil: the new filters are heard.
  func handOver(atOnce: Bool = false) async -> Problem? {
    let before = session
    let (filters, costs) = (filters, before.costs)
    if !atOnce, let refusal = MemoryBudget.refusal(filters.memoryBytes) {
      return Problem(status: 422, title: "Too much memory", detail: "\(refusal); nothing was changed")
    }
    let plan = { @Sendable in Planned(filters, costs: costs, reusing: before.kernels) }
    // What is to relieve the audio thread waits for nothing.
    let made = atOnce ? await inBackground(niceness: 0, plan) : await background.run(Cancellation(), plan)
    guard let planned = made else { return Self.noThread }
    let convolver = planned.take()
    let load = planned.load
    if !atOnce, let problem = DeadlineBudget.refusal(load, present: before.predictedLoad) { return problem }
    let isCut = atOnce || !DeadlineBudget.isEnoughForFade(load, before.predictedLoad)
    (session.plan, session.kernels, session.predictedLoad) = (convolver.plan, convolver.kernels, load)
    let former = lastChange
    lastChange = .underWay(before: former)
    defer { lastChange = former }
    if isCut && !atOnce { await fadeOut() }
    let outcome = await engine.replace(convolver, tails: planned.tails, fade: isCut ? 0 : filters.configuration.fade)
    if isCut { engine.setHeld(overloads[.blocks] != nil) }
    if outcome == .heard { return nil }
    (session.plan, session.kernels, session.predictedLoad) = (before.plan, before.kernels, before.predictedLoad)
    return outcome == .notFinite ? Self.notFinite : Self.tooSlow
  }

  /// Fades out where there is no time for both convolvers of a cross-fade.
  private func fadeOut() async {
    logger.info("both filters at once would take more than the time of a block: fading out and in instead")
    engine.setHeld(true)
    let block = Double(engine.block) * 1000 / Double(engine.rate)
    try? await Task.sleep(for: .milliseconds(filters.configuration.fade + 4 * block))
  }

  private static let noThread = Problem(status: 503, detail: "the system gives no thread to prepare this on: nothing was changed")

  /// Filters as they will be convolved. Made in the background: a large matrix takes its time.
  private final class Planned: @unchecked Sendable {
    private var convolver: Convolver?
    let tails: [TailPlan]
    let load: PredictedLoad

    init(_ filters: FilterSet, costs: CostTable, reusing known: [PreparedKernel]) {
      let parts = filters.parts(costs: costs)
      let convolver = filters.makeConvolver(parts.head, costs: costs, reusing: known)
      (tails, load) = (parts.tails, filters.load(of: convolver.plan, parts, costs: costs))
      self.convolver = consume convolver
    }

    /// Precondition: it was not taken before.
    func take() -> Convolver { convolver.take()! }
  }

  /// Changes to another session in silence: fades out, closes the devices, opens those of `next`, and ramps in. Within
  /// `enqueueChange` only.
  ///
  /// Status describes the old session until its devices are closed, then the new one. Counters and the output's settings are
  /// taken over.
  /// - Parameter edit: makes the rest of the change, in the same step.
  func replaceSession(by next: FilterSet, costs: CostTable, _ edit: (isolated Daemon) -> Void = { _ in }) async {
    guard !phase.isStopping else { return }
    let logger = logger
    // The audio thread takes its niceness from the thread that starts it, where it is granted no other priority.
    let made = await inBackground(niceness: 0) { Session(next, costs: costs, logger: logger) }
    guard let successor = made, !phase.isStopping else { return }
    let former = session
    let source = await former.end()
    await successor.keeper?.inheritXruns(from: former.keeper)
    // From here to the end nothing is awaited.
    successor.engine.inheritCounters(from: former.engine)
    let isSameSource = filters.configuration.capture.device == next.configuration.capture.device
    (session, filters) = (successor, next)
    overloads = [:]
    if case .onTrial = lastChange { lastChange = .proven }
    edit(self)
    engine.setVolume(volume)
    engine.setDithered(isDithered)
    engine.setCeiling(ceiling)
    engine.setOpen(former.engine.isOpen)
    start(&session, source: isSameSource ? source : nil)
  }
}
