import ALSA
import ConfigurationFile
import ControlAPI
import Engine
import Filters
import Logging
import PCM
import Platform

/// Keeps the configured devices open: opens them when they are there, and again after they were lost.
actor DeviceKeeper {
  private let engine: AudioEngine
  private let configuration: Configuration
  private let missing: String?
  private let logger: Logger
  private let texts: XrunText
  private var isAttached = false { didSet { if isAttached != oldValue { changed() } } }
  /// Why there are no devices; nil while there are, and before the first attempt.
  private var cause: String? { didSet { if cause != oldValue { changed() } } }
  /// Since when nothing has been heard; nil while something is, and before the first time.
  private var silentSince: ContinuousClock.Instant?
  private var hasRun = false
  private var log = XrunLog()
  /// The latest, oldest first.
  private var xruns: [Status.Xrun] = []
  /// Nil where the rate is given.
  private var follower: SourceFollower?
  private var poll: SourcePoll?
  /// Raised when there is something to look at.
  private let alarm = Alarm()
  /// Tells that the state has changed.
  private var changed: @Sendable () -> Void = {}

  /// Between two attempts, and two looks at what became of the devices where there is a cause for them, in milliseconds.
  private static let retryMilliseconds = 250
  private static let lookMilliseconds = 50
  /// For which a device may take to open before the state says so, or the session's end leaves it alone.
  private static let patience = Duration.seconds(1)
  /// How many xruns are kept.
  private static let mostXruns = 16

  /// - Parameter missing: why there are no devices to open; nil: there are.
  init(engine: AudioEngine, configuration: Configuration, missing: String? = nil, logger: Logger) {
    self.engine = engine
    self.configuration = configuration
    self.missing = missing
    self.logger = logger
    texts = XrunText(configuration)
    engine.observe { [alarm] isNew in if isNew { alarm.raise() } }
  }

  /// The devices' state.
  struct State: Sendable {
    var isRunning = true
    /// Why they do not run; nil before the first attempt to open them.
    var cause: String?
    var xruns: [Status.Xrun] = []
  }

  var state: State {
    collect()
    let stalled = isAttached ? engine.stalledDirection : nil
    return State(isRunning: isAttached && stalled == nil, cause: stalled.map(texts.stalled) ?? cause, xruns: xruns)
  }

  /// Keeps the former keeper's xruns in the status.
  func inheritXruns(from former: DeviceKeeper?) async {
    if let former { xruns = await former.state.xruns }
  }

  /// Looks after the devices until its task is cancelled.
  ///
  /// - Parameters:
  ///   - source: reads the source's rate, if it is known.
  ///   - follow: called once when the source plays at another rate.
  ///   - changed: called when the state has changed.
  /// - Returns: what reads the source's rate.
  func run(
    _ source: SourceControl?, _ follow: @Sendable (_ rate: Int) -> Void, _ changed: @escaping @Sendable () -> Void
  ) async -> SourceControl? {
    self.changed = changed
    if configuration.followsSource {
      follower = SourceFollower(device: configuration.capture.device, rate: configuration.rate, control: source)
    }
    if let missing {
      wait(for: missing)
      return nil
    }
    while !Task.isCancelled {
      // The fault comes after its record.
      let fault = engine.takeFault()
      collect()
      if let fault { lose(fault) }
      let isWanted = await areDevicesWanted(follow)
      if isWanted && !isAttached { await open() }
      noteSilence()
      await rest(isWanted: isWanted)
    }
    await poll?.stop()
    return follower?.control
  }

  /// Returns when there is something to do.
  private func rest(isWanted: Bool) async {
    if poll?.control !== follower?.control {
      await poll?.stop()
      poll = follower?.control.map { SourcePoll($0, alarm) }
    }
    let isRetrying = isWanted && !isAttached || follower.map { $0.control == nil } ?? false
    let isLingering = follower?.isLingering ?? false
    let isDue = isRetrying || isLingering || log.isWaiting
    // A source that is followed has the pace of its poll.
    let pause =
      isRetrying
      ? Self.retryMilliseconds
      : isLingering ? SourcePoll.milliseconds : follower == nil || log.isWaiting ? Self.lookMilliseconds : 0
    if pause > 0 { try? await Task.sleep(for: .milliseconds(pause)) }
    if !isDue { await alarm.rest() }
  }

  /// Closes the devices where the source's rate is followed, and it does not play at the engine's.
  private func areDevicesWanted(_ follow: @Sendable (_ rate: Int) -> Void) async -> Bool {
    guard let finding = await lookAtSource() else { return true }
    switch finding {
    case .plays: return true
    case .silent(let cause): await close(cause, .info)
    case .lacking(let cause): await close(cause, .warning)
    case .asks(let rate, let cause):
      await close(cause, .info)
      follow(rate)
    }
    return false
  }

  private func lookAtSource() async -> SourceFollower.Finding? {
    guard let follower, follower.control == nil else { return self.follower?.look() }
    let device = follower.device
    guard let found = await opened(device, { () throws(DeviceError) in try SourceControl(capture: device) }) else { return nil }
    return self.follower?.look(found)
  }

  /// Opens devices on a thread of their own, since one may hold up whoever opens it: a plug-in whose server hangs does.
  ///
  /// - Parameter names: those of the devices.
  /// - Returns: nil where the session ended meanwhile.
  private func opened<Value: Sendable>(
    _ names: String, _ open: @escaping @Sendable () throws(DeviceError) -> Value
  ) async -> Result<Value, DeviceError>? {
    guard !Task.isCancelled else { return nil }
    let patience = Task {
      try await Task.sleep(for: Self.patience)
      wait(for: "\(names) does not open, and says nothing: see what it waits for")
    }
    defer { patience.cancel() }
    let result = await abandonably(after: Self.patience) { Result { () throws(DeviceError) in try open() } }
    return Task.isCancelled ? nil : result
  }

  /// Notes why there are no kernels for the source's rate.
  func refuse(_ rate: Int, _ cause: String) {
    follower?.refuse(rate, cause)
    alarm.raise()
  }

  /// Fades out and closes the devices, if they are open.
  private func close(_ cause: String, _ level: Logger.Level) async {
    if isAttached { _ = await engine.detach() }
    isAttached = false
    wait(for: cause, level)
  }

  /// Logs a cause once, not at every attempt.
  private func wait(for cause: String, _ level: Logger.Level = .warning) {
    if self.cause != cause { logger.log(level: level, "waiting: \(cause)") }
    self.cause = cause
  }

  private func open() async {
    let configuration = configuration
    let names = "\(configuration.capture.device) or \(configuration.playback.device)"
    guard let opened = await opened(names, { () throws(DeviceError) in try DevicePair(configuration) }) else { return }
    do throws(DeviceError) {
      let pair = try opened.get()
      let isResampled = pair.isResampled(configuration.capture.clock)
      try engine.attach(
        capture: pair.capture, playback: pair.playback, periods: configuration.playback.periods, resampled: isResampled)
      isAttached = true
      cause = nil
      describe(pair.capture.negotiated, "capture")
      describe(pair.playback.negotiated, "playback")
      if isResampled { logger.info("clocks: two, so that what is captured is resampled to the clock of \(pair.playback.negotiated.name)") }
    } catch {
      wait(for: error.description)
    }
  }

  /// Notes a fault. Its xrun record has been logged already.
  private func lose(_ fault: DeviceFault) {
    isAttached = false
    if fault.kind == .lost { cause = texts.lost(fault) } else { wait(for: texts.lost(fault)) }
  }

  private func describe(_ device: Negotiated, _ direction: String) {
    logger.info(
      "\(direction): \(device.name), \(device.format.rawValue), \(device.rate) Hz, \(device.channels) channels, periods of \(device.periodFrames) frames, buffer of \(device.bufferFrames)"
    )
  }

  private func collect() {
    let new = engine.takeXruns().map { Status.Xrun($0, texts) }
    xruns = Array((xruns + new).suffix(Self.mostXruns))
    log.tell(new, logger)
  }

  /// Logs when sound comes back.
  private func noteSilence() {
    if isAttached && engine.stalledDirection == nil {
      if let silentSince, hasRun { logger.notice("running again after \(Self.seconds(.now - silentSince)) s") }
      (silentSince, hasRun) = (nil, true)
    } else if silentSince == nil {
      silentSince = .now
    }
  }

  private static func seconds(_ duration: Duration) -> Double { Double(duration / .milliseconds(100)).rounded() / 10 }
}
