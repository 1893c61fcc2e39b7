import BlockProcessing
import ConfigurationFile
import ControlAPI
import Convolution
import Engine
import FilterKernels
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

    /// Whether its trial has ended: what it replaced is needed no more.
    var isOver: Bool { if case .onTrial(_, let end) = self { end <= .now } else { false } }

    /// Whether a thread that is too late would change it.
    var isWatched: Bool { isUnderWay || trial != nil }

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
    /// What the change made of the output; nil: it left it.
    var output: OutputTurn?
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
    detail: "the output would not be finite: the filters stay as they were; is the kernel's gain right?")

  private static let tooSlow = Problem(
    status: 422, title: "Too much work",
    detail: "the filters could not be brought to the present: blocks come faster than they are convolved: \(DeadlineBudget.remedy);"
      + " nothing was changed")

  /// Runs a change after those before it, in the order of their arrival.
  ///
  /// - Parameter cancellation: requested when the task is cancelled. A change ends only where it looks at it.
  func enqueueChange<Value: Sendable>(
    _ cancellation: Cancellation = Cancellation(), _ change: @escaping @Sendable (isolated Daemon) async -> Value
  ) async -> Value {
    let task = changeLine.add { await change(self) }
    return await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      cancellation.request()
    }
  }

  /// Changes the filters after the changes before, and returns when that is heard.
  ///
  /// - Parameters:
  ///   - cancellation: ends the planning.
  ///   - edit: makes the change, and returns whether there is one.
  func enqueueFilterChange(
    _ cancellation: Cancellation = Cancellation(), _ edit: @escaping @Sendable (isolated Daemon) -> Bool
  ) async -> Outcome {
    await enqueueChange(cancellation) { daemon in await daemon.applyFilterChange(cancellation, edit) }
  }

  /// Changes the filters within the session, all or nothing. Within `enqueueChange` only.
  ///
  /// - Parameters:
  ///   - known: kernels that were prepared for it; nil: those that are heard.
  ///   - ready: see `handOver`.
  func applyFilterChange(
    _ cancellation: Cancellation, reusing known: PreparedMatrix? = nil, ready: (isolated Daemon) async -> Void = { _ in },
    _ edit: (isolated Daemon) -> Bool
  ) async -> Outcome {
    let before = snapshot
    guard edit(self) else { return .unchanged }
    if let problem = await handOver(cancellation, reusing: known, ready: ready) {
      restore(before)
      return .refused(problem)
    }
    beginTrial(replacing: before)
    return .heard
  }

  /// Plans the filters as they are set now, and hands their convolver to the engine. Within `enqueueChange` only.
  ///
  /// - Parameters:
  ///   - former: ends the planning too; what is planned is heard.
  ///   - known: kernels that were prepared before; nil: those that are heard.
  ///   - atOnce: whether there is no time to fade, nor to ask whether they fit.
  ///   - ready: called when they are planned, before they are heard.
  /// - Returns: why the engine keeps what it had; nil: the new filters are heard.
  func handOver(
    _ former: Cancellation? = nil, reusing known: PreparedMatrix? = nil, atOnce: Bool = false,
    ready: (isolated Daemon) async -> Void = { _ in }
  ) async -> Problem? {
    let (before, filters) = (session, filters)
    if !atOnce, let problem = Self.memoryProblem(of: filters) { return problem }
    let cancellation = Cancellation(following: former)
    // One processor is left to the audio thread, and one to each worker.
    let threads = atOnce ? 1 : max(1, processorCount - 1 - filters.configuration.workers)
    let heard = HeardPlan(
      costs: before.costs, prepared: known ?? before.prepared, load: atOnce ? .overload : before.predictedLoad)
    let plan = { @Sendable in
      Result { () throws(Problem) in
        try filters.planned(changing: heard, threads: threads) { cancellation.isRequested }
      }
    }
    // What is to relieve the audio thread waits for nothing.
    let planned: PlannedFilters
    switch atOnce ? await inBackground(niceness: 0, plan) : await background.run(cancellation, plan) {
    case .success(let made?): planned = made
    case .failure(let problem): return problem
    case .success(nil), nil: return cancellation.isRequested ? Self.brokenOff : Self.noThread
    }
    let load = planned.load
    let isCut = atOnce || !DeadlineBudget.isEnoughForFade(load, before.predictedLoad)
    (session.prepared, session.predictedLoad) = (planned.prepared, load)
    let former = lastChange
    lastChange = .underWay(before: former)
    defer { lastChange = former }
    await ready(self)
    if isCut && !atOnce { await fadeOut() }
    let outcome = await engine.replace(planned.takeConvolver(), tails: planned.tails, fade: isCut ? 0 : filters.configuration.fade)
    if isCut { engine.setHeld(overloads[.blocks] != nil) }
    if outcome == .heard { return nil }
    (session.prepared, session.predictedLoad) = (before.prepared, before.predictedLoad)
    return switch outcome {
    case .notFinite: Self.notFinite
    case .stopped: Self.brokenOff
    case .noThread: Self.noThread
    case .tooSlow, .heard: Self.tooSlow
    }
  }

  /// Why there is no memory for filters; nil: there is.
  static func memoryProblem(of filters: FilterSet) -> Problem? {
    MemoryBudget.refusal(filters.memoryBytes).map {
      Problem(status: 422, title: "Too much memory", detail: "\($0); nothing was changed")
    }
  }

  /// Fades out where there is no time for both convolvers of a cross-fade.
  private func fadeOut() async {
    changeLog.add(.fade, "both kernels at once would take more than the time of a block: fading out and in instead", logger)
    engine.setHeld(true)
    await rampIsOver()
  }

  /// Returns when a ramp of the output that begins now has ended: by the blocks that are heard, or where none are, after ten times that.
  func rampIsOver() async {
    let engine = engine
    let block = Duration.seconds(Double(engine.block) / Double(engine.rate))
    let blocks = 4 + Int(Duration.milliseconds(filters.configuration.fade) / block)
    let (end, latest) = (engine.blocks + blocks, ContinuousClock.now + block * (10 * blocks))
    repeat { try? await Task.sleep(for: block) } while engine.blocks < end && .now < latest && !Task.isCancelled
  }

  private static let noThread = Problem(status: 503, detail: "the system gives no thread to prepare this on: nothing was changed")

  static let brokenOff = Problem(
    status: 503, detail: "preparing this was broken off, or took more than \(mostSeconds) s: nothing was changed")

  /// Changes to another session in silence: fades out, closes the devices, opens those of `next`, and ramps in. Within
  /// `enqueueChange` only.
  ///
  /// Status describes the old session until its devices are closed, then the new one. Counters and the output's settings are
  /// taken over.
  /// - Parameters:
  ///   - cancellation: ends the planning; what is planned is heard.
  ///   - edit: makes the rest of the change, in the same step.
  /// - Returns: why nothing was changed; nil: it was.
  @discardableResult
  func replaceSession(
    by next: FilterSet, costs: CostTable, _ cancellation: Cancellation = Cancellation(), _ edit: (isolated Daemon) -> Void = { _ in }
  ) async -> Problem? {
    guard !phase.isStopping else { return Self.brokenOff }
    let logger = logger
    // The audio thread takes its niceness from the thread that starts it, where it is granted no other priority.
    let made = await inBackground(niceness: 0) {
      PlannedFilters(next, costs: costs) { cancellation.isAskedFor }.map { Session(next, $0, costs: costs, logger: logger) }
    }
    guard let successor = made ?? nil, !phase.isStopping else { return made == nil ? Self.noThread : Self.brokenOff }
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
    return nil
  }
}
