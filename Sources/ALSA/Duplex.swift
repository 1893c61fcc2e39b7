import Numbers
import Platform
import Glibc
import PCM

/// A capture and a playback stream of one clock that run together, block by block, with an equal delay after every start.
///
/// `block` frames are read and written at once, whatever periods the devices have granted. A frame is delayed by `block` frames,
/// while the block fills, and by `queueFrames`, while it is convolved. Two devices never start at the same instant: after each
/// start their positions are compared, and silence makes up for the difference.
///
/// An unpaced capture device follows playback, and where both are unpaced a clock paces them.
///
/// Real-time safe: it calls ALSA, clock_gettime and clock_nanosleep. One thread at a time; owns nothing.
public struct Duplex: @unchecked Sendable {
  /// The result of an operation on running devices.
  public enum Outcome: Sendable, Equatable {
    case done
    /// A wait has timed out.
    case idle
    case fault(DeviceFault)
  }

  private let capture: Stream
  private let playback: Stream
  private let block: Int
  /// Frames that the playback device has left when a block has just been captured.
  private let queueFrames: Int
  private let buffers: Buffers
  /// Frames read and written since the start, with silence.
  private var readFrames = 0
  private var writtenFrames = 0
  /// Captured frames to discard.
  private var excessFrames = 0
  /// When the first wait for the capture device began that has timed out, in nanoseconds; 0: none has.
  private var idleSince = 0
  private var pace: Pace

  /// The memory that a duplex works in, and that outlives it.
  package struct Buffers: @unchecked Sendable {
    /// Zeros: as many bytes as the playback buffer holds.
    package let silence: UnsafeRawPointer
    /// Room for a block of captured frames.
    package let captured: UnsafeMutableRawPointer

    package init(silence: UnsafeRawPointer, captured: UnsafeMutableRawPointer) {
      (self.silence, self.captured) = (silence, captured)
    }
  }

  package init(capture: Stream, playback: Stream, block: Int, queueFrames: Int, buffers: Buffers) {
    self.capture = capture
    self.playback = playback
    self.block = block
    self.queueFrames = queueFrames
    self.buffers = buffers
    pace = Pace(rate: playback.rate)
  }

  /// Frames of silence to queue, so that the playback buffer holds `periods` periods once a block has been written.
  ///
  /// Adds the most by which blocks arrive late where the block does not divide the capture period.
  public static func queueFrames(block: Int, capturePeriod: Int, playbackPeriod: Int, periods: Int) -> Int {
    return (periods - 1) * max(block, playbackPeriod) + capturePeriod - greatestCommonDivisor(block, capturePeriod)
  }

  /// Starts both streams anew, from any state.
  @_noLocks @_noAllocation
  public mutating func start() -> Outcome {
    for _ in 0..<Pace.mostStarts {
      let begun = startBoth()
      guard case .done = begun.outcome else { return begun.outcome }
      if pace.examine(capture: capture, playback: playback, queued: queueFrames, since: begun.nanoseconds) { break }
    }
    return align()
  }

  /// - Returns: also when frames were first written, in nanoseconds.
  @_noLocks @_noAllocation
  private mutating func startBoth() -> (outcome: Outcome, nanoseconds: Int) {
    (readFrames, writtenFrames, excessFrames, idleSince) = (0, 0, 0, 0)
    stop()
    if let fault = DeviceFault(.capture, result: capture.prepare()) ?? DeviceFault(.playback, result: playback.prepare()) {
      return (.fault(fault), 0)
    }
    let begun = monotonicNanoseconds()
    if case .fault(let fault) = write(buffers.silence, count: queueFrames) { return (.fault(fault), 0) }
    if let fault = DeviceFault(.capture, result: capture.start()) ?? DeviceFault(.playback, result: playback.start()) {
      return (.fault(fault), 0)
    }
    return (.done, begun)
  }

  /// Whether both devices have moved since the start.
  public var isMoving: Bool {
    @_noLocks @_noAllocation get {
      readFrames &+ capture.available() > 0 && writtenFrames &+ playback.available() > playback.bufferFrames
    }
  }

  /// Stops both streams at once and loses the queued frames.
  @_noLocks @_noAllocation
  public func stop() {
    capture.drop()
    playback.drop()
  }

  /// Waits for a block and reads it.
  @_noLocks @_noAllocation
  public mutating func read() -> Outcome {
    while excessFrames > 0 {
      let part = min(excessFrames, block)
      let outcome = read(count: part)
      guard case .done = outcome else { return outcome }
      excessFrames &-= part
    }
    return read(count: block)
  }

  /// Decodes the block that was read, channel by channel; full scale is 1.
  @_noLocks @_noAllocation
  public func decode(to planes: UnsafePointer<UnsafeMutablePointer<Double>>) {
    capture.format.decode(buffers.captured, count: block, channels: capture.channels, to: planes)
  }

  /// Writes one block.
  @_noLocks @_noAllocation
  public mutating func write(_ frames: UnsafeRawPointer) -> Outcome { write(frames, count: block) }

  /// Frames between capture and playback by the positions of both devices; nil: they cannot be read.
  ///
  /// Call it when every frame that was read has been written.
  @_noLocks @_noAllocation
  public func measuredFrames() -> Int? {
    guard let lead = captureLead() else { return nil }
    return lead &+ writtenFrames &- readFrames &- excessFrames
  }

  /// Whether the measured delay differs from the promised one by more than positions that move by whole periods can feign.
  public var isApart: Bool {
    @_noLocks @_noAllocation get {
      guard let frames = measuredFrames() else { return false }
      return abs(frames &- block &- queueFrames) > capture.periodFrames &+ playback.periodFrames
    }
  }

  @_noLocks @_noAllocation
  private mutating func read(count: Int) -> Outcome {
    if pace.isCaptureUnpaced {
      let outcome = awaitPlayback(of: count)
      guard case .done = outcome else { return outcome }
    }
    var since = idleSince == 0 ? monotonicNanoseconds() : idleSince
    while true {
      let available = capture.available()
      if let fault = DeviceFault(.capture, result: available) {
        return .fault(capture.reclassified(fault, idleSince: idleSince, of: count))
      }
      if available >= count { break }
      // A device that is ready, but has nothing, is stalled too.
      if monotonicNanoseconds() &- since > capture.longestStall { return .fault(DeviceFault(direction: .capture, errno: ETIMEDOUT)) }
      let woken = capture.wait(milliseconds: capture.patience(frames: count, isIdle: idleSince != 0))
      if let fault = DeviceFault(.capture, result: woken) { return .fault(capture.reclassified(fault, idleSince: idleSince, of: count)) }
      if woken == 0 {
        idleSince = since
        return .idle
      }
    }
    idleSince = 0
    var done = 0
    while done < count {
      let moved = capture.read(buffers.captured + done &* capture.frameBytes, count: count &- done)
      if let fault = DeviceFault(.capture, result: moved) { return .fault(fault) }
      done &+= max(0, moved)
      guard done < count else { break }
      if moved > 0 { since = monotonicNanoseconds() }
      if monotonicNanoseconds() &- since > capture.longestStall { return .fault(DeviceFault(direction: .capture, errno: ETIMEDOUT)) }
      if let fault = DeviceFault(.capture, result: capture.wait(milliseconds: Stream.longestWait)) { return .fault(fault) }
    }
    readFrames &+= count
    return .done
  }

  /// Sleeps until so many frames more have been played than were read: until an unpaced capture device would have given them.
  @_noLocks @_noAllocation
  private mutating func awaitPlayback(of count: Int) -> Outcome {
    let since = idleSince == 0 ? monotonicNanoseconds() : idleSince
    while true {
      let now = monotonicNanoseconds()
      let space = playback.available()
      if let fault = DeviceFault(.playback, result: space) { return .fault(playback.reclassified(fault, idleSince: idleSince, of: count)) }
      let played = pace.isPlaybackUnpaced ? pace.frames(at: now) : writtenFrames &- (playback.bufferFrames &- max(0, space))
      if played > writtenFrames { return .fault(DeviceFault(direction: .playback, errno: EPIPE)) }
      let missing = readFrames &+ count &- played
      guard missing > 0 else { return .done }
      if now &- since > playback.longestStall { return .fault(DeviceFault(direction: .playback, errno: ETIMEDOUT)) }
      // A position that moves by whole periods is not looked at for each frame that is missing.
      if pace.sleep(frames: max(missing, count / 4)) == 0 {
        idleSince = since
        return .idle
      }
    }
  }

  @_noLocks @_noAllocation
  private mutating func write(_ frames: UnsafeRawPointer, count: Int) -> Outcome {
    let outcome = playback.writeAll(frames, count: count)
    guard case .done = outcome else { return outcome }
    writtenFrames &+= count
    return .done
  }

  /// Corrects the delay: writes more silence, or discards captured frames.
  @_noLocks @_noAllocation
  private mutating func align() -> Outcome {
    guard let lead = captureLead() else { return .fault(DeviceFault(direction: .playback, errno: EPIPE)) }
    let missing = block &+ queueFrames &- (lead &+ writtenFrames)
    excessFrames = max(0, 0 &- missing)
    var rest = max(0, missing)
    while rest > 0 {
      let part = min(rest, playback.bufferFrames)
      let outcome = write(buffers.silence, count: part)
      guard case .done = outcome else { return outcome }
      rest &-= part
    }
    return .done
  }

  /// Frames by which the capture device is ahead of the playback device.
  ///
  /// Looks at capture before and after playback: the two positions belong together only where capture has not moved meanwhile.
  /// Looks again, `mostLooks` times, until both have moved: a device that has just been started stays at zero for up to a frame too long.
  @_noLocks @_noAllocation
  private func captureLead() -> Int? {
    // An unpaced device is where the other one is.
    if pace.isCaptureUnpaced || pace.isPlaybackUnpaced { return 0 }
    var lead: Int?
    for _ in 0..<Self.mostLooks {
      let before = capture.available()
      let space = playback.available()
      let after = capture.available()
      if before < 0 || space < 0 || after < 0 { return nil }
      guard before == after else { continue }
      let captured = readFrames &+ before
      let played = writtenFrames &- (playback.bufferFrames &- space)
      lead = captured &- played
      if captured > 0 && played > 0 { break }
    }
    return lead
  }

  /// Looks for a few milliseconds: a device that moves by whole periods may not move in that time.
  private static var mostLooks: Int { @_noLocks @_noAllocation get { 4000 } }
}
