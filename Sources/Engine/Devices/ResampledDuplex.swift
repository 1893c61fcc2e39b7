import ALSA
import Platform
import Clocks
import Glibc
import PCM

/// A capture and a playback stream with clocks of their own, block by block: playback sets the pace, and what was captured is
/// resampled to it.
///
/// A block is due when `queueFrames` are left before the playback device; its frames are `FLOAT_LE`, as many as the playback device
/// takes. From capture to playback lie the matcher's `latencyFrames`. Everything here is real-time safe: it calls ALSA,
/// clock_gettime and the resampler. One thread at a time; owns nothing.
public struct ResampledDuplex: @unchecked Sendable {
  public let capture: Stream
  public let playback: Stream
  public let block: Int
  /// Frames that wait in front of the playback device when a block is due.
  public let queueFrames: Int
  private let matcher: UnsafeMutablePointer<RateMatcher>
  private let buffers: Buffers
  private var writtenFrames = 0
  /// When the wait for the playback device began that has timed out, in nanoseconds; 0: none has.
  private var idleSince = 0
  /// When the capture device last gave frames, or was started.
  private var lastCaptured = 0

  /// What it works in; outlives it.
  public struct Buffers: @unchecked Sendable {
    /// Zeros: as many bytes as the playback buffer holds.
    let silence: UnsafeRawPointer
    /// Room for `block` frames as captured, and apart.
    let captured: UnsafeMutableRawPointer
    let planes: UnsafePointer<UnsafeMutablePointer<Double>>

    public init(
      silence: UnsafeRawPointer, captured: UnsafeMutableRawPointer, planes: UnsafePointer<UnsafeMutablePointer<Double>>
    ) {
      (self.silence, self.captured, self.planes) = (silence, captured, planes)
    }
  }

  /// - Parameters:
  ///   - playback: to be woken when `queueFrames` are left.
  ///   - matcher: outlives the value.
  public init(
    capture: Stream, playback: Stream, block: Int, queueFrames: Int, matcher: UnsafeMutablePointer<RateMatcher>, buffers: Buffers
  ) {
    self.capture = capture
    self.playback = playback
    self.block = block
    self.queueFrames = queueFrames
    self.matcher = matcher
    self.buffers = buffers
  }

  /// How far the resampler is.
  public var clock: (isSettled: Bool, ppm: Double) {
    @_noLocks @_noAllocation get { (matcher.pointee.isSettled, matcher.pointee.ppm) }
  }

  /// Frames between capture and playback, as both clocks say; nil while nothing is to be heard.
  @_noLocks @_noAllocation
  public func measuredFrames() -> Int? {
    if matcher.pointee.isSilent { return nil }
    return matcher.pointee.latencyFrames &+ matcher.pointee.errorFrames
  }

  /// Starts both streams anew, from whatever state they are in.
  @_noLocks @_noAllocation
  public mutating func start() -> Duplex.Outcome {
    stop()
    if let fault = Duplex.fault(.capture, capture.prepare()) { return .fault(fault) }
    if let fault = Duplex.fault(.playback, playback.prepare()) { return .fault(fault) }
    if case .fault(let fault) = playback.writeAll(buffers.silence, count: queueFrames) { return .fault(fault) }
    (writtenFrames, idleSince) = (queueFrames, 0)
    matcher.pointee.restart(queued: queueFrames)
    if let fault = Duplex.fault(.capture, capture.start()) ?? Duplex.fault(.playback, playback.start()) { return .fault(fault) }
    lastCaptured = monotonicNanoseconds()
    return .done
  }

  /// Stops both at once; what is queued is lost.
  @_noLocks @_noAllocation
  public func stop() {
    capture.drop()
    playback.drop()
  }

  /// Gives one block, waiting until it is due.
  @_noLocks @_noAllocation
  public mutating func read(_ frames: UnsafeMutableRawPointer) -> Duplex.Outcome {
    var heard = look(playback)
    let since = idleSince == 0 ? monotonicNanoseconds() : idleSince
    while heard.available >= 0 && playback.bufferFrames &- heard.available > queueFrames {
      if monotonicNanoseconds() &- since > playback.longestStand {
        return .fault(Duplex.Fault(direction: .playback, errno: ETIMEDOUT))
      }
      let woken = playback.wait(milliseconds: Stream.longestWait)
      if let fault = Duplex.fault(.playback, woken) { return .fault(playback.judged(fault, idleSince: idleSince)) }
      if woken == 0 {
        idleSince = since
        return .idle
      }
      heard = look(playback)
    }
    if let fault = Duplex.fault(.playback, heard.available) { return .fault(playback.judged(fault, idleSince: idleSince)) }
    idleSince = 0
    let seen = look(capture)
    if let fault = Duplex.fault(.capture, seen.available) { return .fault(fault) }
    let now = monotonicNanoseconds()
    if seen.available > 0 { lastCaptured = now }
    if now &- lastCaptured > capture.longestStand { return .fault(refusal(at: now)) }
    let captured = RateMatcher.Look(frames: matcher.pointee.capturedFrames &+ max(0, seen.available), seconds: seen.seconds)
    let played = RateMatcher.Look(
      frames: writtenFrames &- (playback.bufferFrames &- max(0, heard.available)), seconds: heard.seconds)
    if let fault = take(max(0, seen.available)) { return .fault(fault) }
    let target = frames.assumingMemoryBound(to: Float.self)
    guard matcher.pointee.step(capture: captured, playback: played, to: target) else { return .fault(refusal(at: now)) }
    return .done
  }

  /// Why the matcher found nothing to give. A capture device that is never read from does not say what it has.
  @_noLocks @_noAllocation
  private func refusal(at now: Int) -> Duplex.Fault {
    if let errno = capture.trouble() { return Duplex.Fault(direction: .capture, errno: errno) }
    let isStanding = now &- lastCaptured > capture.nanoseconds(2 &* max(capture.periodFrames, block))
    return Duplex.Fault(direction: .capture, errno: isStanding ? ETIMEDOUT : ERANGE)
  }

  /// Whether both devices have moved since the start.
  public var isMoving: Bool {
    @_noLocks @_noAllocation get {
      matcher.pointee.capturedFrames &+ capture.available() > 0 && writtenFrames &+ playback.available() > playback.bufferFrames
    }
  }

  /// Writes one block.
  @_noLocks @_noAllocation
  public mutating func write(_ frames: UnsafeRawPointer) -> Duplex.Outcome {
    let outcome = playback.writeAll(frames, count: block)
    if case .done = outcome { writtenFrames &+= block }
    return outcome
  }

  /// Hands `count` captured frames to the matcher.
  @_noLocks @_noAllocation
  private func take(_ count: Int) -> Duplex.Fault? {
    var left = count
    while left > 0 {
      let moved = capture.read(buffers.captured, count: min(left, block))
      if let fault = Duplex.fault(.capture, moved) { return fault }
      if moved <= 0 { break }
      capture.format.decode(buffers.captured, count: moved, channels: capture.channels, to: buffers.planes)
      matcher.pointee.append(buffers.planes, count: moved)
      left &-= moved
    }
    return nil
  }

  /// A device's frames and the time at which they were counted. Where the thread was held up between the two, it looks again.
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
