import ConfigurationFile
import ControlAPI
import ControlServing
import Convolution
import Engine
import FilterKernels
import Filters
import Logging
import Platform
import Synchronization

/// The parts wired: an engine, its devices, its filters, and the socket that controls them.
public actor Daemon: ControlHandler {
  /// Where sound comes from and goes to.
  public enum Source: Sendable {
    /// The devices of the configuration.
    case devices
    /// A recording in place of devices.
    case recording(Recording)
  }

  /// From the start to the end.
  enum Phase {
    /// The audio thread runs; nothing is served.
    case prepared
    case serving(ControlSocket, ControlServer?, watch: Task<Void, Never>?)
    /// No other session begins.
    case stopping

    var isStopping: Bool { if case .stopping = self { true } else { false } }
  }

  private(set) var phase = Phase.prepared
  /// What is heard, and the filters as they are set.
  var session: Session {
    didSet {
      guard session.engine !== oldValue.engine else { return }
      watchedEngine.withLock { [engine] in $0 = engine }
      observe(engine)
    }
  }
  /// The engine of the session, for whoever cannot wait until the daemon has done other things.
  private nonisolated let watchedEngine: Mutex<AudioEngine>
  var filters: FilterSet {
    didSet {
      guard filters.configuration != oldValue.configuration, !presets.names.isEmpty else { return }
      presets.forgetReadiness()
      Task { await readyPresets() }
    }
  }
  /// The configuration's own filters, at each rate used so far.
  var rated: RatedFilters
  /// The configuration in force, and the file as it was read last.
  var text: ConfigurationText
  var fileText: ConfigurationText
  var differsFromFile = false
  /// dB.
  var volume: Double
  var isDithered: Bool
  /// dB of full scale; nil: none.
  var ceiling: Double?
  var outputOrder = OutputOrder()
  /// Nil where the output is not to be remembered.
  var memory: OutputMemory?
  var changeLog = ChangeLog() { didSet { if changeLog.isWaiting { stirring.raise() } } }
  /// Writes a change of the output that waits; nil: none does.
  var remembering: Task<Void, Never>?
  /// The write that is under way; nil: none is.
  var writing: Task<Void, Never>?
  var lastChange = LastChange.proven { didSet { stirring.raise() } }
  /// What the daemon counts itself since the start.
  var counts = [Counter.rollbacks: 0]
  /// Why the output is silent though it is open, or goes without late taps. What keeps its time is left out.
  var overloads: [DeadlineWatch.Late: String] = [:] { didSet { if overloads != oldValue { stirring.raise() } } }
  /// Changes of what is heard.
  var changeLine = TaskLine()
  /// Filters that are held ready.
  var presets = PresetShelf(folder: PresetFolder())
  /// What writes and removes files of presets.
  var presetLine = TaskLine()
  /// Done when the presets of the last run are there again; nil: there is nothing to wait for.
  var recalledPresets: Task<Void, Never>?
  /// What was drawn last.
  nonisolated let responses = Mutex(ResponseCache())
  /// Finds the levels of presets that a list lacks, for all who ask meanwhile; nil: nobody waits for them.
  var listing: Task<Void, Never>?
  /// The newest upload of each filter, where there was one: asked to end by the next.
  var newestUpload: [String: Cancellation] = [:]
  /// Within it changes are prepared and made: one at a time.
  let turnstile = Turnstile()
  /// Reads, resamples and plans.
  let background = BackgroundQueue(limit: .seconds(mostSeconds))
  /// Draws responses: no change waits for what is only looked at.
  let drawing = BackgroundQueue(limit: .seconds(mostSeconds))
  static let mostSeconds = 60
  /// Raised when there is something for `watch`.
  nonisolated let stirring = Alarm()
  /// What `watch` has looked at.
  var seenNews: EngineNews?
  private nonisolated let rights = Mutex(RightsWatch())
  private var selfCheck = KeptSelfCheck()
  /// One after each look at which the state may have changed. To be gone through once.
  public nonisolated let looks: AsyncStream<Void>
  let looked: AsyncStream<Void>.Continuation
  /// A verification runs beside changes.
  var isVerifying = false
  let logger: Logger

  /// Reads the kernels and starts the audio thread, still silent.
  ///
  /// - Throws: every fault of the configuration and its kernels, each with its line.
  public init(_ text: ConfigurationText, source: Source = .devices, logger: Logger) throws(DaemonError) {
    do throws(ConfigurationError) {
      self.init(try RatedFilters(text), source: source, logger: logger)
    } catch {
      throw DaemonError(.badConfiguration, error.description)
    }
  }

  /// - Parameter missing: why there are no devices to open; nil: there are.
  init(_ rated: RatedFilters, source: Source = .devices, missing: String? = nil, logger: Logger) {
    self.logger = logger
    (looks, looked) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    (text, fileText, self.rated) = (rated.text, rated.text, rated)
    filters = rated.first
    let configuration = filters.configuration
    let costs = CostStore(configuration.precision).load() ?? .shipped(configuration.precision)
    var recording: Recording?
    if case .recording(let given) = source { recording = given }
    session = Session(
      filters, PlannedFilters(filters, costs: costs), costs: costs, recording: recording, missing: missing, logger: logger)
    watchedEngine = Mutex(session.engine)
    volume = configuration.output.volume
    isDithered = configuration.output.isDithered
    ceiling = configuration.output.ceiling
    session.engine.setVolume(volume)
    session.engine.setDithered(isDithered)
    session.engine.setCeiling(ceiling)
  }

  var engine: AudioEngine { session.engine }

  /// Nil before the start and after the end.
  var socket: ControlSocket? { if case .serving(let socket, _, _) = phase { socket } else { nil } }

  /// Serves the socket, then opens the devices.
  public func start(socket: ControlSocket) async throws(DaemonError) {
    // A request may come before `serve` returns.
    phase = .serving(socket, nil, watch: nil)
    if let excess = DeadlineBudget.excess(session.predictedLoad) { logger.warning("\(excess) by prediction: \(DeadlineBudget.remedy)") }
    if session.keeper != nil {
      recallOutput(OutputMemory(socket: socket.path))
      recallPresets(PresetFolder(socket: socket.path))
    }
    let server: ControlServer
    do throws(ControlError) {
      server = try await socket.serve(self, logger)
    } catch {
      throw DaemonError(.socket, error.description)
    }
    logger.info("control socket: \(socket.path)")
    observe(engine)
    phase = .serving(socket, server, watch: Task { await watch() })
    await warnOfFilters()
    guard session.keeper != nil else { return }
    _ = await inBackground(niceness: 0) { FreedMemory.giveBackCode() }
    start(&session)
    Task {
      await measureCosts()
      _ = await inBackground(niceness: 0) { FreedMemory.giveBack() }
    }
  }

  /// Fades out and closes everything.
  public func stop() async {
    var (watching, server): (Task<Void, Never>?, ControlServer?)
    if case .serving(_, let served, let watch) = phase { (server, watching) = (served, watch) }
    // A change that is under way ends soon, but for a matrix that is being planned: that is left alone.
    await within(.seconds(1)) { [server] in await server?.stop() }
    phase = .stopping
    await within(.seconds(1)) { [changeLine, presetLine] in
      await changeLine.newest?.value
      await presetLine.newest?.value
    }
    watching?.cancel()
    await watching?.value
    await rememberOutputNow()
    changeLog.look(logger, isEnd: true)
    await session.end()
  }

  /// - Parameter output: which has another kernel; nil: all have.
  func warnOfFilters(of output: Int? = nil) async {
    if output == nil { for warning in filters.cautions { logger.warning("\(warning)") } }
    let cases = filters.worstCases.filter { output == nil || $0.output == output }
    // The largest |H| takes transforms.
    for warning in await inBackground(niceness: 5, { cases.compactMap(\.warning) }) ?? [] { logger.warning("\(warning)") }
  }

  /// Logs what the system grants the audio thread, on any thread.
  nonisolated func lookAtRights(of engine: AudioEngine) {
    guard watchedEngine.withLock({ $0 === engine }) else { return }
    rights.withLock { $0.look(logger) { SelfCheck(engine.realTime).report } }
  }

  /// Measures once for each processor and precision. The next change is planned by it; what sounds is left as it is.
  func measureCosts() async {
    let precision = filters.configuration.precision
    guard CostStore(precision).load() == nil else { return }
    let measured = await CostStore.measured(precision)
    CostStore(precision).save(measured)
    guard precision == filters.configuration.precision else { return }
    session.costs = measured
    logger.info("measured the costs of convolution on this processor: changes are planned by them from now on")
  }

  // MARK: Status

  /// State and cause, on one line for people.
  public var summary: String {
    get async {
      let status = await status(takingPeaks: false)
      return status.state.rawValue + (status.cause.map { ": \($0)" } ?? "")
    }
  }

  /// Iterations of the audio thread's loop so far. It waits for nothing that the daemon does.
  public nonisolated var iterations: Int { watchedEngine.withLock { $0.iterations } }

  /// What is told of so many filters takes less than a thread of its own.
  private static let fewFilters = 64

  /// The status of one session, also where another begins meanwhile.
  package func status(takingPeaks: Bool) async -> Status {
    while true {
      let session = session
      let devices = await session.keeper?.state ?? DeviceKeeper.State()
      guard session.engine === engine else { continue }
      // Who asks is not told before the log and the memory.
      if engine.news != seenNews { stirring.raise() }
      let now = engine.status(takingPeaks: takingPeaks)
      let report = StatusReport(
        engine: now, realtime: selfCheck.report(now.realTime), filters: filters, plan: self.session.plan.description,
        predictedLoad: self.session.predictedLoad, output: output, devices: devices, overloads: overloads,
        rollback: lastChange.rollback, counts: counts, differsFromFile: differsFromFile || outputDiffers,
        preset: activePreset, presets: presets.statuses)
      // Of thousands of filters it takes a while, in which the daemon has other things to do.
      guard filters.filters.count > Self.fewFilters, let status = await inBackground(niceness: 0, { report.status }) else {
        return report.status
      }
      return status
    }
  }
}
