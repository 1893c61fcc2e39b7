import ALSA
import Configuration
import Engine
import Glibc
import Logging

/// Keeps the configured devices open: opens them when they are there, and again after they were lost.
actor DeviceKeeper {
  private let engine: Engine
  private let configuration: Configuration
  private let missing: String?
  private let logger: Logger
  private var isAttached = false
  private var cause: String?
  private var countedXruns = (capture: 0, playback: 0)
  /// Nil where the rate is given.
  private var follower: SourceFollower?

  /// Between two attempts, and two looks at what became of the devices, in milliseconds.
  private static let retryMilliseconds = 500
  private static let lookMilliseconds = 50
  /// Between two looks at a source that is followed.
  private static let sourceMilliseconds = 20

  /// - Parameter missing: why there are no devices to open; nil: there are.
  init(engine: Engine, configuration: Configuration, missing: String? = nil, logger: Logger) {
    self.engine = engine
    self.configuration = configuration
    self.missing = missing
    self.logger = logger
  }

  struct State: Sendable {
    var isRunning: Bool
    /// Why there are no devices; nil while there are, and before the first attempt.
    var cause: String?
  }

  var state: State { State(isRunning: isAttached, cause: cause) }

  /// Looks after the devices until its task is cancelled.
  ///
  /// - Parameters:
  ///   - source: what tells of the source, if that is known.
  ///   - follow: called once when the source plays at another rate.
  /// - Returns: what tells of the source.
  func run(_ source: SourceControl?, _ follow: @Sendable (_ rate: Int) -> Void) async -> SourceControl? {
    if configuration.followsSource {
      follower = SourceFollower(device: configuration.capture.device, rate: configuration.rate, control: source)
    }
    // An engine may count on from another one.
    let counted = engine.status(takingPeaks: false)
    countedXruns = (counted.captureXruns, counted.playbackXruns)
    if let missing {
      wait(for: missing)
      return nil
    }
    while !Task.isCancelled {
      if let fault = engine.takeFault() { lose(fault) }
      let isWanted = await areDevicesWanted(follow)
      if isWanted && !isAttached { open() }
      if isAttached { reportXruns() }
      let isWatching = follower?.control != nil && (isAttached || !isWanted)
      let pause = isWatching ? Self.sourceMilliseconds : isAttached ? Self.lookMilliseconds : Self.retryMilliseconds
      try? await Task.sleep(for: .milliseconds(pause))
    }
    return follower?.control
  }

  /// Closes the devices where the source's rate is followed, and it does not play at the engine's.
  private func areDevicesWanted(_ follow: @Sendable (_ rate: Int) -> Void) async -> Bool {
    guard let finding = follower?.look() else { return true }
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

  /// Why there are no kernels for the source's rate.
  func refuse(_ rate: Int, _ cause: String) { follower?.refuse(rate, cause) }

  /// Fades out and closes the devices, if they are open.
  private func close(_ cause: String, _ level: Logger.Level) async {
    if isAttached { _ = await engine.detach() }
    isAttached = false
    wait(for: cause, level)
  }

  /// Once for each cause, not at every attempt.
  private func wait(for cause: String, _ level: Logger.Level = .warning) {
    if self.cause != cause { logger.log(level: level, "waiting: \(cause)") }
    self.cause = cause
  }

  private func open() {
    do throws(DeviceError) {
      let pair = try DevicePair(configuration)
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

  private func lose(_ fault: Duplex.Fault) {
    isAttached = false
    wait(for: "\(fault.direction) device lost: \(String(cString: strerror(fault.errno)))")
  }

  private func describe(_ device: Negotiated, _ direction: String) {
    logger.info(
      "\(direction): \(device.name), \(device.format.rawValue), \(device.rate) Hz, \(device.channels) channels, periods of \(device.periodFrames) frames, buffer of \(device.bufferFrames)"
    )
  }

  private func reportXruns() {
    let status = engine.status(takingPeaks: false)
    let new = (status.captureXruns - countedXruns.capture, status.playbackXruns - countedXruns.playback)
    countedXruns = (status.captureXruns, status.playbackXruns)
    if new.0 > 0 { logger.warning("capture xrun: \(new.0) more, \(status.captureXruns) since the start") }
    if new.1 > 0 { logger.warning("playback xrun: \(new.1) more, \(status.playbackXruns) since the start") }
  }
}
