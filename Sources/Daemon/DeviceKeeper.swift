import ALSA
import Configuration
import Control
import Engine
import Logging

/// Keeps the configured devices open: opens them when they are there, and again after they were lost.
actor DeviceKeeper {
  private let engine: Engine
  private let configuration: Configuration
  private let logger: Logger
  private let texts: XrunText
  private var isAttached = false
  /// Why there are no devices; nil while there are, and before the first attempt.
  private var cause: String?
  /// Since when nothing has been heard; nil while something is, and before the first time.
  private var silentSince: ContinuousClock.Instant?
  private var hasRun = false
  private var log = XrunLog()
  /// The latest, oldest first.
  private var xruns: [Status.Xrun] = []

  /// Between two attempts, and two looks at what became of the devices, in milliseconds.
  private static let retryMilliseconds = 250
  private static let lookMilliseconds = 50
  /// How many xruns are kept.
  private static let mostXruns = 16

  init(engine: Engine, configuration: Configuration, logger: Logger) {
    self.engine = engine
    self.configuration = configuration
    self.logger = logger
    texts = XrunText(configuration)
  }

  /// What there is to say of the devices.
  struct State: Sendable {
    var isRunning = true
    /// Why they do not run; nil before the first attempt to open them.
    var cause: String?
    var xruns: [Status.Xrun] = []
  }

  var state: State {
    collect()
    let standing = isAttached ? engine.standing : nil
    return State(isRunning: isAttached && standing == nil, cause: standing.map(texts.standing) ?? cause, xruns: xruns)
  }

  /// Looks after the devices until its task is cancelled.
  func run() async {
    while !Task.isCancelled {
      // The fault comes after its record.
      let fault = engine.takeFault()
      collect()
      if let fault { lose(fault) }
      if !isAttached { open() }
      noteSilence()
      try? await Task.sleep(for: .milliseconds(isAttached ? Self.lookMilliseconds : Self.retryMilliseconds))
    }
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
      // Once for each cause, not at every attempt.
      if cause != error.description { logger.warning("waiting: \(error)") }
      cause = error.description
    }
  }

  /// The log has it from its record.
  private func lose(_ fault: Duplex.Fault) {
    isAttached = false
    cause = texts.lost(fault)
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

  /// Tells when sound comes back.
  private func noteSilence() {
    if isAttached && engine.standing == nil {
      if let silentSince, hasRun { logger.notice("running again after \(Self.seconds(.now - silentSince)) s") }
      (silentSince, hasRun) = (nil, true)
    } else if silentSince == nil {
      silentSince = .now
    }
  }

  private static func seconds(_ duration: Duration) -> Double { Double(duration / .milliseconds(100)).rounded() / 10 }
}
