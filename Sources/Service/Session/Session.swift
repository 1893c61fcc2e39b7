import ALSA
import ConfigurationFile
import Convolution
import Engine
import FilterKernels
import Filters
import Logging

/// What sounds: an engine, the plan and kernels that it runs, and who keeps its devices open.
///
/// Filters change within a session; another rate, block, precision or device takes another one.
struct Session: Sendable {
  let engine: AudioEngine
  /// Nil where a recording plays.
  let keeper: DeviceKeeper?
  private var keeping: Task<SourceControl?, Never>?
  /// How the filters are cut, and their kernels, as they are heard.
  var prepared: PreparedMatrix
  var predictedLoad: PredictedLoad
  /// What the next plan is judged by.
  var costs: CostTable

  /// Starts an audio thread, silent and without devices. Off the actor: it takes its time.
  ///
  /// - Parameters:
  ///   - recording: what plays in place of devices.
  ///   - missing: why there are no devices to open; nil: there are.
  init(
    _ filters: FilterSet, _ planned: PlannedFilters, costs: CostTable, recording: Recording? = nil, missing: String? = nil,
    logger: Logger
  ) {
    let configuration = filters.configuration
    (prepared, predictedLoad, self.costs) = (planned.prepared, planned.load, costs)
    engine = AudioEngine(planned.takeConvolver(), tails: planned.tails, rate: configuration.rate, fade: configuration.fade)
    if let recording {
      keeper = nil
      engine.attach(recording)
    } else {
      keeper = DeviceKeeper(engine: engine, configuration: configuration, missing: missing, logger: logger)
    }
  }

  var plan: Plan { prepared.plan }

  /// What a change within the session is planned by.
  var heard: HeardPlan { HeardPlan(costs: costs, prepared: prepared, load: predictedLoad) }

  /// Opens the devices, now or when they are there.
  ///
  /// - Parameters:
  ///   - source: of the session before.
  ///   - follow: called when the source plays at another rate, which it does once for each time.
  ///   - changed: called when the devices' state has changed.
  mutating func start(
    _ source: SourceControl?, follow: @escaping @Sendable (_ rate: Int) -> Void, changed: @escaping @Sendable () -> Void
  ) {
    guard let keeper else { return }
    keeping = Task { await keeper.run(source, follow, changed) }
  }

  /// Fades out and closes everything. Takes as long as the fade and the queue.
  ///
  /// - Returns: what reads the source's rate, if it was followed.
  @discardableResult
  func end() async -> SourceControl? {
    keeping?.cancel()
    let source = await keeping?.value
    await engine.finish()
    return source ?? nil
  }

  /// Returns when the devices run, or it is known why they do not.
  func settle() async {
    guard let keeper else { return }
    while case let state = await keeper.state, !state.isRunning, state.cause == nil { try? await Task.sleep(for: .milliseconds(5)) }
  }
}
