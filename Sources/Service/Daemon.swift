import Filters
import CConvolved
import ConfigurationFile
import Control
import Convolution
import Engine
import Logging

/// The parts wired: an engine, its devices, its filters, and the socket that steers them.
public actor Daemon {
  /// Where sound comes from and goes to.
  public enum Source: Sendable {
    /// The devices of the configuration.
    case devices
    /// A recording in place of devices.
    case recording(Recording)
  }

  /// The version of the programs and of the library: it stands in convolved.h.
  public static let version = CONVOLVED_VERSION

  /// What sounds, and the filters as they are set.
  var session: Session
  var filters: FilterSet
  /// The configuration's own, at each rate that there was.
  var rated: RatedFilters
  /// The configuration in force, and the file's as it was read last.
  var text: ConfigurationText
  var fileText: ConfigurationText
  /// dB.
  var volume: Double
  var isDithered: Bool
  /// dB of full scale; nil: none.
  var ceiling: Double?
  /// Nil where the output is not to be remembered.
  var memory: OutputMemory?
  var differsFromFile = false
  /// What the last change replaced, while it may still be taken back; why one was, and how many were.
  var trial: Trial?
  var rollback: String?
  var rollbacks = 0
  /// Why the output is silent though it is open.
  var overload: String?
  var isChanging = false
  private var watching: Task<Void, Never>?
  private var server: ControlServer?
  /// Nil before the start.
  private(set) var socket: ControlSocket?
  /// The change that is under way or waits last: each waits for the one before it.
  var lastChange: Task<Void, Never>?
  private(set) var isStopping = false
  /// The newest upload of each filter.
  var newestUpload: [String: Int] = [:]
  var uploads = 0
  var isVerifying = false
  let logger: Logger

  /// Reads the kernels and starts the audio thread, still silent.
  ///
  /// - Parameter text: what `configuration` was read from.
  /// - Throws: every fault of the kernels, each with its line in the configuration.
  public init(
    _ configuration: Configuration, text: ConfigurationText, source: Source = .devices, logger: Logger
  ) throws(DaemonError) {
    do throws(ConfigurationError) {
      self.init(try RatedFilters(text), source: source, logger: logger)
    } catch {
      throw DaemonError(error)
    }
  }

  /// - Parameter missing: why there are no devices to open; nil: there are.
  init(_ rated: RatedFilters, source: Source = .devices, missing: String? = nil, logger: Logger) {
    self.logger = logger
    (text, fileText, self.rated) = (rated.text, rated.text, rated)
    filters = rated.first
    let configuration = filters.configuration
    let costs = CostStore(configuration.precision).load() ?? .shipped(configuration.precision)
    var recording: Recording?
    if case .recording(let given) = source { recording = given }
    session = Session(filters, costs: costs, recording: recording, missing: missing, logger: logger)
    volume = configuration.output.volume
    isDithered = configuration.output.isDithered
    ceiling = configuration.output.ceiling
    session.engine.setVolume(volume)
    session.engine.setDithered(isDithered)
    session.engine.setCeiling(ceiling)
  }

  var engine: AudioEngine { session.engine }

  /// Serves the socket, then opens the devices.
  public func start(socket: ControlSocket) async throws(DaemonError) {
    self.socket = socket
    warnOfFilters()
    if session.predictedLoad > DeadlineBudget.most {
      logger.warning("a block takes \(DeadlineBudget.percent(session.predictedLoad)) of its time by prediction: \(DeadlineBudget.remedy)")
    }
    if session.keeper != nil { recallOutput(OutputMemory(socket: socket.path)) }
    do throws(ControlError) {
      server = try await socket.serve(handlers, logger)
    } catch {
      throw DaemonError(.socket, error.description)
    }
    logger.info("control socket: \(socket.path)")
    watching = Task { await watch() }
    guard session.keeper != nil else { return }
    start(&session)
    Task { await measureCosts() }
  }

  /// Fades out and closes everything.
  public func stop() async {
    await server?.stop()
    isStopping = true
    await lastChange?.value
    watching?.cancel()
    await watching?.value
    await session.end()
  }

  private nonisolated var handlers: ControlHandlers {
    ControlHandlers(
      status: { await self.status() },
      metrics: { await self.metrics() },
      replaceKernel: { (name, upload) async throws(Problem) in try await self.replaceKernel(name, upload) },
      changeOutput: { (change) async throws(Problem) in try await self.changeOutput(change) },
      changeFilters: { (changes) async throws(Problem) in try await self.changeFilters(changes) },
      verify: { (request) async throws(Problem) in try await self.verify(request) },
      configuration: configurationHandlers)
  }

  func warnOfFilters() {
    for warning in filters.rateless { logger.warning("\(warning)") }
    for warning in filters.worstCases.compactMap(\.warning) { logger.warning("\(warning)") }
  }

  /// Looks after what runs: tells the log what was kept from the output and what the system grants, remembers that the ceiling muted
  /// the output, and relieves a thread that is too late.
  private func watch() async {
    var (sound, rights, deadline) = (SoundWatch(), RightsWatch(), DeadlineWatch())
    var watched = engine
    while !Task.isCancelled {
      if watched !== engine { (watched, deadline) = (engine, DeadlineWatch()) }
      let status = watched.status(takingPeaks: false)
      if sound.look(status.guards, ceiling: ceiling, logger) { rememberOutput() }
      rights.look(logger) { SelfCheck(status.realTime).report }
      let seconds = Double(watched.block) / Double(watched.rate)
      switch deadline.look(
        status.load, blocks: status.blocks, block: seconds, isChanging: isChanging, isOnTrial: isOnTrial)
      {
      case .kept: break
      case .overload(let load): if await relieve(load: load) { deadline.forget() }
      case .recovered: resume()
      }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Once for each processor and precision. The next change is planned by it; what sounds is left as it is.
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

  /// How often the audio thread has turned.
  public var turns: Int { engine.iterations }

  /// All of it is of one session.
  private func status(takingPeaks: Bool = true) async -> Status {
    while true {
      let session = session
      let devices = await session.keeper?.state ?? DeviceKeeper.State()
      guard session.engine === engine else { continue }
      return StatusReport(
        engine: engine.status(takingPeaks: takingPeaks), filters: filters, plan: self.session.plan.description,
        predictedLoad: self.session.predictedLoad, output: output, devices: devices, overload: overload,
        rollback: rollback, rollbacks: rollbacks, differsFromFile: differsFromFile || outputDiffers
      ).status
    }
  }

  private func metrics() async -> Metrics {
    Metrics(status: await status(takingPeaks: false))
  }
}
