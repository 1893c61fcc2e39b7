import AudioFile
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
  private var plan: Plan
  private var kernels: [PreparedKernel]
  private(set) var costs: CostTable
  private let costStore: CostStore
  /// dB.
  private var volume: Double
  private var isDithered: Bool
  /// Nil where the output is not to be remembered.
  private var memory: OutputMemory?
  var differsFromFile = false
  private let keeper: DeviceKeeper?
  private var keeping: Task<Void, Never>?
  private var watching: Task<Void, Never>?
  private var server: ControlServer?
  /// The change that is under way or waits last: each waits for the one before it.
  private var lastChange: Task<Void, Never>?
  /// The newest upload of each filter.
  var newestUpload: [String: Int] = [:]
  private var uploads = 0
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

  /// Serves the socket, then opens the devices.
  public func start(socket: ControlSocket) async throws(DaemonError) {
    for warning in engine.status(takingPeaks: false).realTime.warnings { logger.warning("\(warning)") }
    warnOfClipping()
    if keeper != nil { recallOutput(OutputMemory(socket: socket.path)) }
    do throws(ControlError) {
      server = try await socket.serve(handlers, logger)
    } catch {
      throw DaemonError(.socket, error.description)
    }
    logger.info("control socket: \(socket.path)")
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

  /// Sets volume and mute as they were left. Nothing is heard yet.
  private func recallOutput(_ memory: OutputMemory) {
    self.memory = memory
    guard let left = memory.load(logger) else { return }
    if left.configuredVolume == filters.configuration.output.volume { volume = left.volume }
    engine.setVolume(volume)
    engine.setOpen(!left.mute)
    logger.info("output: \(volume) dB, \(left.mute ? "muted" : "open"), as it was left")
  }

  private func warnOfClipping() {
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

  // MARK: Changes

  private func replaceKernel(_ name: String, _ upload: KernelUpload) async throws(Problem) -> KernelReport {
    let number = beginUpload(of: name)
    let filter = try await prepare(name, upload)
    let blocks = engine.status(takingPeaks: false).blocks
    let outcome = await stage { daemon in
      guard daemon.newestUpload[name] == number else { return false }
      daemon.filters.put(filter)
      return true
    }
    switch outcome {
    case .heard:
      differsFromFile = true
      warnOfClipping()
    case .unchanged: throw Problem(status: 409, title: "superseded", detail: "a newer kernel for \(name) came before this one was heard")
    case .rejected: throw Self.rejection
    }
    logger.info("filter \(name): \(filter.layout)")
    return KernelReport(
      filter: name, taps: filter.response.taps.count, layout: filter.layout, method: plan.description,
      blocks: engine.status(takingPeaks: false).blocks - blocks)
  }

  /// Another kernel is on its way to a filter. Returns its number in `newestUpload`.
  func beginUpload(of name: String) -> Int {
    uploads += 1
    newestUpload[name] = uploads
    return uploads
  }

  /// Off the actor: a long kernel takes its time.
  private nonisolated func prepare(_ name: String, _ upload: KernelUpload) async throws(Problem) -> LiveFilter {
    let filters = await self.filters
    do throws(AudioFileError) {
      let kernel = try Kernel(bytes: upload.bytes, name: "uploaded", contentType: upload.contentType)
      do throws(KernelFault) {
        if let filter = try filters.replacement(for: name, kernel, channel: upload.channel) { return filter }
      } catch {
        throw AudioFileError(.badData, error.message)
      }
    } catch {
      throw Problem(status: 422, title: "Unprocessable kernel", detail: error.message)
    }
    throw filters.missing(name)
  }

  private func changeOutput(_ change: OutputChange) async throws(Problem) -> Status.Output {
    if let mute = change.mute, mute == engine.isOpen {
      engine.setOpen(!mute)
      logger.info("output: \(mute ? "muted" : "unmuted")")
    }
    if let volume = change.volume, volume != self.volume {
      self.volume = volume
      engine.setVolume(volume)
      logger.info("volume: \(volume) dB")
    }
    if let dither = change.dither {
      isDithered = dither == .tpdf
      engine.setDithered(isDithered)
    }
    if change.mute != nil || change.volume != nil { rememberOutput() }
    if let bypass = change.bypass {
      let outcome = await stage { daemon in
        defer { daemon.filters.bypass = bypass }
        return daemon.filters.bypass != bypass
      }
      if outcome == .rejected { throw Self.rejection }
      if outcome == .heard { logger.info("bypass: \(bypass ? "on" : "off")") }
    }
    return output
  }

  private var output: Status.Output {
    Status.Output(
      mute: !engine.isOpen, bypass: filters.bypass, volume: volume, dither: isDithered ? .tpdf : .off,
      ceiling: filters.configuration.output.ceiling)
  }

  /// What another configuration says of the output otherwise than the one before.
  func takeOutput(of new: Configuration.Output, before old: Configuration.Output) {
    if new.volume != old.volume {
      volume = new.volume
      engine.setVolume(volume)
    }
    if new.isDithered != old.isDithered {
      isDithered = new.isDithered
      engine.setDithered(isDithered)
    }
    rememberOutput()
  }

  private func rememberOutput() {
    let configured = filters.configuration.output.volume
    memory?.save(OutputMemory.Contents(volume: volume, mute: !engine.isOpen, configuredVolume: configured), logger)
  }

  enum Outcome {
    case unchanged, heard
    /// The output was not finite: what was heard before still is.
    case rejected
  }

  static let rejection = Problem(
    status: 422, title: "Unprocessable kernel",
    detail: "the output would not be finite: the filters stay as they were; is the kernel's level right?")

  /// Changes the filters and waits until that is what is heard. Changes come one after the other, in the order of their
  /// arrival.
  ///
  /// - Parameter edit: makes the change, and returns whether there is one.
  func stage(_ edit: @escaping @Sendable (isolated Daemon) -> Bool) async -> Outcome {
    let previous = lastChange
    let task = Task { () -> Outcome in
      await previous?.value
      let before = filters
      guard edit(self) else { return .unchanged }
      if await replace() { return .heard }
      filters = before
      return .rejected
    }
    lastChange = Task { _ = await task.value }
    return await task.value
  }

  /// Returns false where the engine keeps what it had.
  private func replace() async -> Bool {
    let before = (plan, kernels)
    let (filters, costs) = (filters, costs)
    let parts = filters.parts(costs: costs)
    let convolver = await Self.convolver(for: filters, parts.head, costs: costs, reusing: kernels)
    (plan, kernels) = (convolver.plan, convolver.kernels)
    if await engine.replace(convolver, tails: parts.tails, fade: filters.configuration.fade) { return true }
    (plan, kernels) = before
    return false
  }

  /// Off the actor: a large matrix takes its time.
  private nonisolated static func convolver(
    for filters: FilterSet, _ routes: [Route], costs: CostTable, reusing known: [PreparedKernel]
  ) async -> Convolver {
    filters.makeConvolver(routes, costs: costs, reusing: known)
  }

  /// Once for each processor. The next change is planned by it; what sounds is left as it is.
  private func measureCosts() async {
    let measured = await CostStore.measured(filters.configuration.precision)
    costs = measured
    costStore.save(measured)
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
  public var turns: Int { engine.turns }

  private func status(takingPeaks: Bool = true) async -> Status {
    let cause = await keeper?.cause
    let isRunning = await keeper?.isRunning ?? true
    return StatusReport(
      engine: engine.status(takingPeaks: takingPeaks), filters: filters, plan: plan.description, output: output, isRunning: isRunning,
      cause: cause,
      differsFromFile: differsFromFile
    ).status
  }

  private func metrics() async -> Metrics {
    let loads = engine.loads(below: LoadHistogram.bounds)
    return Metrics(
      status: await status(takingPeaks: false), load: LoadHistogram(below: loads.below, count: loads.all, sum: loads.sum))
  }
}
