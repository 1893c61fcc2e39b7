import ALSA
import Configuration
import Engine
import Glibc
import Logging

/// Keeps the configured devices open: opens them when they are there, and again after they were lost.
actor DeviceKeeper {
  private let engine: Engine
  private let configuration: Configuration
  private let logger: Logger
  private var isAttached = false
  private var cause: String?
  private var countedXruns = (capture: 0, playback: 0)

  /// Between two attempts, and two looks at what became of the devices, in milliseconds.
  private static let retryMilliseconds = 500
  private static let lookMilliseconds = 50

  init(engine: Engine, configuration: Configuration, logger: Logger) {
    self.engine = engine
    self.configuration = configuration
    self.logger = logger
  }

  struct State: Sendable {
    var isRunning: Bool
    /// Why there are no devices; nil while there are, and before the first attempt.
    var cause: String?
  }

  var state: State { State(isRunning: isAttached, cause: cause) }

  /// Looks after the devices until its task is cancelled.
  func run() async {
    while !Task.isCancelled {
      if let fault = engine.takeFault() { lose(fault) }
      if !isAttached { open() }
      if isAttached { reportXruns() }
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

  private func lose(_ fault: Duplex.Fault) {
    isAttached = false
    cause = "\(fault.direction) device lost: \(String(cString: strerror(fault.errno)))"
    logger.warning("waiting: \(cause!)")
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
