import Configuration
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

  /// The version of the programs.
  public static let version = "0.1.0"

  public nonisolated let engine: Engine
  var filters: FilterSet
  /// The configuration in force, and the file's as it was read last.
  var text: ConfigurationText
  var fileText: ConfigurationText
  /// What is heard: how it is cut, and its kernels.
  var plan: Plan
  var kernels: [PreparedKernel]
  private(set) var costs: CostTable
  private let costStore: CostStore
  /// dB.
  var volume: Double
  var isDithered: Bool
  /// Nil where the output is not to be remembered.
  var memory: OutputMemory?
  var differsFromFile = false
  private let keeper: DeviceKeeper?
  private var keeping: Task<Void, Never>?
  private var watching: Task<Void, Never>?
  private var server: ControlServer?
  /// The change that is under way or waits last: each waits for the one before it.
  var lastChange: Task<Void, Never>?
  /// The newest upload of each filter.
  var newestUpload: [String: Int] = [:]
  var uploads = 0
  let logger: Logger

  /// Reads the kernels and starts the audio thread, still silent.
  ///
  /// - Parameter text: what `configuration` was read from.
  /// - Throws: every fault of the kernels, each with its line in the configuration.
  public init(
    _ configuration: Configuration, text: ConfigurationText, source: Source = .devices, logger: Logger
  ) throws(DaemonError) {
    self.logger = logger
    (self.text, fileText) = (text, text)
    do throws(ConfigurationError) {
      filters = try FilterSet(configuration, file: text.file)
    } catch {
      throw DaemonError(error)
    }
    costStore = CostStore(configuration.precision)
    costs = costStore.load() ?? .shipped(configuration.precision)
    let parts = filters.parts(costs: costs)
    let convolver = filters.makeConvolver(parts.head, costs: costs)
    (plan, kernels) = (convolver.plan, convolver.kernels)
    engine = Engine(
      convolver, tails: parts.tails, rate: configuration.rate, fade: configuration.fade, ceiling: configuration.output.ceiling)
    volume = configuration.output.volume
    isDithered = configuration.output.isDithered
    engine.setVolume(volume)
    engine.setDithered(isDithered)
    switch source {
    case .devices: keeper = DeviceKeeper(engine: engine, configuration: configuration, logger: logger)
    case .recording(let recording):
      keeper = nil
      engine.attach(recording)
    }
  }

  /// Opens the socket, then the devices.
  public func start(socket: String, mode: UInt16) async throws(DaemonError) {
    for warning in engine.status(takingPeaks: false).realTime.warnings { logger.warning("\(warning)") }
    warnOfClipping()
    if keeper != nil { recallOutput(OutputMemory(socket: socket)) }
    do throws(ControlError) {
      server = try await ControlServer.start(path: socket, mode: mode, handlers: handlers, logger: logger)
    } catch {
      throw DaemonError(.socket, error.description)
    }
    logger.info("control socket: \(socket)")
    watching = Task { await watch() }
    guard let keeper else { return }
    keeping = Task { await keeper.run() }
    if costStore.load() == nil { Task { await measureCosts() } }
  }

  /// Fades out and closes everything.
  public func stop() async {
    await server?.stop()
    keeping?.cancel()
    await keeping?.value
    watching?.cancel()
    await watching?.value
    engine.stop()
  }

  private nonisolated var handlers: ControlHandlers {
    ControlHandlers(
      status: { await self.status() },
      metrics: { await self.metrics() },
      replaceKernel: { (name, upload) async throws(Problem) in try await self.replaceKernel(name, upload) },
      changeOutput: { (change) async throws(Problem) in try await self.changeOutput(change) },
      changeFilters: { (changes) async throws(Problem) in try await self.changeFilters(changes) },
      configuration: configurationHandlers)
  }

  func warnOfClipping() {
    for warning in filters.worstCases.compactMap(\.warning) { logger.warning("\(warning)") }
  }

  /// Tells the log what was kept from the output, and remembers that the ceiling muted it.
  private func watch() async {
    var watch = SoundWatch(ceiling: filters.configuration.output.ceiling)
    while !Task.isCancelled {
      if watch.look(engine.guards, logger) { rememberOutput() }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Once for each processor. The next change is planned by it; what sounds is left as it is.
  private func measureCosts() async {
    let measured = await CostStore.measured(filters.configuration.precision)
    costs = measured
    costStore.save(measured)
    logger.info("measured the costs of convolution on this processor: changes are planned by them from now on")
  }

  // MARK: Status

  private func status(takingPeaks: Bool = true) async -> Status {
    let devices = await keeper?.report ?? DeviceKeeper.Report()
    return StatusReport(
      engine: engine.status(takingPeaks: takingPeaks), filters: filters, plan: plan.description, output: output, devices: devices,
      differsFromFile: differsFromFile
    ).status
  }

  private func metrics() async -> Metrics {
    let loads = engine.loads(below: LoadHistogram.bounds)
    return Metrics(
      status: await status(takingPeaks: false), load: LoadHistogram(below: loads.below, count: loads.all, sum: loads.sum))
  }
}
