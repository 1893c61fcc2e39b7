import ALSA
import Platform
import Clocks
import Glibc
import PCM

/// A capture and a playback stream, each with its own clock, that run together block by block: playback sets the pace, and captured
/// frames are resampled to it.
///
/// A block is due when the playback device has `queueFrames` left. The delay from capture to playback is the matcher's
/// `latencyFrames`. An unpaced device runs at the nominal rate by CLOCK_MONOTONIC. Real-time safe: it calls ALSA, clock_gettime,
/// clock_nanosleep and the resampler. One thread at a time; owns nothing.
struct ResampledDuplex: @unchecked Sendable {
  private let capture: Stream
  private let playback: Stream
  private let block: Int
  private let queueFrames: Int
  private let matcher: UnsafeMutablePointer<RateMatcher>
  private let buffers: Duplex.Buffers
  private let planes: UnsafePointer<UnsafeMutablePointer<Double>>
  private var writtenFrames = 0
  /// When the first wait for the playback device began that has timed out, in nanoseconds; 0: none has.
  private var idleSince = 0
  /// When the capture device last gave frames, or was started, in nanoseconds.
  private var lastCaptured = 0
  private var pace: Pace

  /// - Parameters:
  ///   - playback: wakes its thread when it has `queueFrames` left.
  ///   - matcher, buffers: outlive the value.
  ///   - planes: room for a block of captured frames, channel by channel, which outlives the value.
  init(
    capture: Stream, playback: Stream, block: Int, queueFrames: Int, matcher: UnsafeMutablePointer<RateMatcher>,
    buffers: Duplex.Buffers, planes: UnsafePointer<UnsafeMutablePointer<Double>>
  ) {
    self.capture = capture
    self.playback = playback
    self.block = block
    self.queueFrames = queueFrames
    self.matcher = matcher
    self.buffers = buffers
    self.planes = planes
    pace = Pace(rate: playback.rate)
  }

  /// The state of the resampler.
  var clock: (isSettled: Bool, ppm: Double) {
    @_noLocks @_noAllocation get { (matcher.pointee.isSettled, matcher.pointee.ppm) }
  }

  /// Frames between capture and playback by both clocks; nil: the matcher still gives silence.
  @_noLocks @_noAllocation
  func measuredFrames() -> Int? {
    if matcher.pointee.isSilent { return nil }
    return matcher.pointee.latencyFrames &+ matcher.pointee.errorFrames
  }

  /// Starts both streams anew, from any state.
  @_noLocks @_noAllocation
  mutating func start() -> Duplex.Outcome {
    (writtenFrames, idleSince) = (queueFrames, 0)
    for _ in 0..<Pace.mostStarts {
      stop()
      if let fault = DeviceFault(.capture, result: capture.prepare()) { return .fault(fault) }
      if let fault = DeviceFault(.playback, result: playback.prepare()) { return .fault(fault) }
      matcher.pointee.restart(queued: queueFrames)
      let begun = monotonicNanoseconds()
      if case .fault(let fault) = playback.writeAll(buffers.silence, count: queueFrames) { return .fault(fault) }
      if let fault = DeviceFault(.capture, result: capture.start()) ?? DeviceFault(.playback, result: playback.start()) {
        return .fault(fault)
      }
      if pace.examine(capture: capture, playback: playback, queued: queueFrames, since: begun) { break }
    }
    lastCaptured = monotonicNanoseconds()
    return .done
  }

  /// Stops both streams at once and loses the queued frames.
  @_noLocks @_noAllocation
  func stop() {
    capture.drop()
    playback.drop()
  }

  /// Waits until a block is due and resamples it.
  @_noLocks @_noAllocation
  mutating func read() -> Duplex.Outcome {
    var heard = lookAtPlayback()
    let since = idleSince == 0 ? monotonicNanoseconds() : idleSince
    while heard.available >= 0 && playback.bufferFrames &- heard.available > queueFrames {
      if monotonicNanoseconds() &- since > playback.longestStall {
        return .fault(DeviceFault(direction: .playback, errno: ETIMEDOUT))
      }
      let woken =
        pace.isPlaybackUnpaced
        ? pace.sleep(frames: playback.bufferFrames &- heard.available &- queueFrames)
        : playback.wait(milliseconds: playback.patience(frames: block, isIdle: idleSince != 0))
      if let fault = DeviceFault(.playback, result: woken) { return .fault(playback.reclassified(fault, idleSince: idleSince, of: block)) }
      if woken == 0 {
        idleSince = since
        return .idle
      }
      heard = lookAtPlayback()
    }
    if let fault = DeviceFault(.playback, result: heard.available) {
      return .fault(playback.reclassified(fault, idleSince: idleSince, of: block))
    }
    idleSince = 0
    let seen = lookAtCapture()
    if let fault = DeviceFault(.capture, result: seen.available) { return .fault(fault) }
    let now = monotonicNanoseconds()
    if seen.available > 0 { lastCaptured = now }
    if now &- lastCaptured > capture.longestStall { return .fault(refusal(at: now)) }
    let captured = RateMatcher.Look(frames: matcher.pointee.capturedFrames &+ max(0, seen.available), seconds: seen.seconds)
    let played = RateMatcher.Look(
      frames: writtenFrames &- (playback.bufferFrames &- max(0, heard.available)), seconds: heard.seconds)
    if let fault = take(max(0, seen.available)) { return .fault(fault) }
    guard matcher.pointee.step(capture: captured, playback: played) else { return .fault(refusal(at: now)) }
    return .done
  }

  /// Gives the block that was read, channel by channel; full scale is 1.
  @_noLocks @_noAllocation
  func decode(to planes: UnsafePointer<UnsafeMutablePointer<Double>>) { matcher.pointee.copy(to: planes) }

  /// Why the matcher has refused a block. A capture device without frames has not been read, so that no call returned its error.
  @_noLocks @_noAllocation
  private func refusal(at now: Int) -> DeviceFault {
    if let errno = capture.stateError() { return DeviceFault(direction: .capture, errno: errno) }
    let isStalled = now &- lastCaptured > capture.nanoseconds(2 &* max(capture.periodFrames, block))
    return DeviceFault(direction: .capture, errno: isStalled ? ETIMEDOUT : ERANGE)
  }

  /// Whether both devices have moved since the start.
  var isMoving: Bool {
    @_noLocks @_noAllocation get {
      matcher.pointee.capturedFrames &+ capture.available() > 0 && writtenFrames &+ playback.available() > playback.bufferFrames
    }
  }

  /// Writes one block.
  @_noLocks @_noAllocation
  mutating func write(_ frames: UnsafeRawPointer) -> Duplex.Outcome {
    let outcome = playback.writeAll(frames, count: block)
    if case .done = outcome { writtenFrames &+= block }
    return outcome
  }

  /// Hands `count` captured frames to the matcher.
  @_noLocks @_noAllocation
  private func take(_ count: Int) -> DeviceFault? {
    var left = count
    while left > 0 {
      let moved = capture.read(buffers.captured, count: min(left, block))
      if let fault = DeviceFault(.capture, result: moved) { return fault }
      if moved <= 0 { break }
      capture.format.decode(buffers.captured, count: moved, channels: capture.channels, to: planes)
      matcher.pointee.append(planes, count: moved)
      left &-= moved
    }
    return nil
  }

  /// The frames that can be written to the playback device, and the time of that count.
  @_noLocks @_noAllocation
  private func lookAtPlayback() -> (available: Int, seconds: Double) {
    guard pace.isPlaybackUnpaced else { return look(playback) }
    let now = monotonicNanoseconds()
    let queued = writtenFrames &- pace.frames(at: now)
    return (queued < 0 ? 0 &- Int(EPIPE) : playback.bufferFrames &- queued, Double(now) * 1e-9)
  }

  /// The frames that the capture device holds, and the time of that count.
  @_noLocks @_noAllocation
  private func lookAtCapture() -> (available: Int, seconds: Double) {
    guard pace.isCaptureUnpaced else { return look(capture) }
    let now = monotonicNanoseconds()
    let held = pace.frames(at: now) &- matcher.pointee.capturedFrames
    return (held > capture.bufferFrames ? 0 &- Int(EPIPE) : held, Double(now) * 1e-9)
  }

  /// A device's available frames, and the time of that count. Looks again where the thread was interrupted meanwhile.
  @_noLocks @_noAllocation
  private func look(_ stream: Stream) -> (available: Int, seconds: Double) {
    var result = (available: 0, seconds: 0.0)
    for _ in 0..<3 {
      let before = monotonicNanoseconds()
      result.available = stream.available()
      let after = monotonicNanoseconds()
      result.seconds = Double(before &+ (after &- before) / 2) * 1e-9
      if after &- before < 20_000 || result.available < 0 { break }
    }
    return result
  }
}
