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
  private var idleWaits = 0

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

  /// Waits without a block after which the playback device counts as stalled: a second.
  private static var mostIdleWaits: Int { @_noLocks @_noAllocation get { 10 } }

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
    (writtenFrames, idleWaits) = (queueFrames, 0)
    matcher.pointee.restart(queued: queueFrames)
    if let fault = Duplex.fault(.capture, capture.start()) { return .fault(fault) }
    return Duplex.fault(.playback, playback.start()).map { .fault($0) } ?? .done
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
    while heard.available >= 0 && playback.bufferFrames &- heard.available > queueFrames {
      let woken = playback.wait(milliseconds: Stream.longestWait)
      if let fault = Duplex.fault(.playback, woken) { return .fault(fault) }
      if woken == 0 { return idle() }
      heard = look(playback)
    }
    idleWaits = 0
    if let fault = Duplex.fault(.playback, heard.available) { return .fault(fault) }
    let seen = look(capture)
    if let fault = Duplex.fault(.capture, seen.available) { return .fault(fault) }
    let captured = RateMatcher.Look(frames: matcher.pointee.capturedFrames &+ max(0, seen.available), seconds: seen.seconds)
    let played = RateMatcher.Look(
      frames: writtenFrames &- (playback.bufferFrames &- max(0, heard.available)), seconds: heard.seconds)
    if let fault = take(max(0, seen.available)) { return .fault(fault) }
    let target = frames.assumingMemoryBound(to: Float.self)
    guard matcher.pointee.step(capture: captured, playback: played, to: target) else {
      return .fault(Duplex.Fault(direction: .capture, errno: EPIPE))
    }
    return .done
  }

  /// Writes one block.
  @_noLocks @_noAllocation
  public mutating func write(_ frames: UnsafeRawPointer) -> Duplex.Outcome {
    let outcome = playback.writeAll(frames, count: block)
    if outcome == .done { writtenFrames &+= block }
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

  @_noLocks @_noAllocation
  private mutating func idle() -> Duplex.Outcome {
    idleWaits &+= 1
    return idleWaits < Self.mostIdleWaits ? .idle : .fault(Duplex.Fault(direction: .playback, errno: ETIMEDOUT))
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

/// Nanoseconds of a clock that no one sets.
@inline(__always) @_semantics("no_performance_analysis")
private func monotonicNanoseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
}
