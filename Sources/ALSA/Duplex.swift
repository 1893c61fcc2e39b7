import Numbers
import Platform
import Glibc
import PCM

/// A capture and a playback stream that run together, block by block, with a delay that is the same after every start.
///
/// The block is independent of the periods: `block` frames are read and written whatever each end granted. Between a
/// frame's capture and its playback lie `block` frames, while the block fills, and `queueFrames`, which are the time to
/// convolve it in. Two devices never start at the same instant, so after each start their positions are compared and the
/// difference is made up with silence.
///
/// Everything here is real-time safe: it calls ALSA and nothing else. One thread at a time.
public struct Duplex: @unchecked Sendable {
  public enum Outcome: Sendable, Equatable {
    case done
    /// Nothing happened for as long as a wait lasts.
    case idle
    case fault(Fault)
  }

  public let capture: Stream
  public let playback: Stream
  public let block: Int
  /// Frames that wait in front of the playback device when a block has just been captured.
  public let queueFrames: Int
  /// Zeros: as many bytes as the playback buffer holds.
  private let silence: UnsafeRawPointer
  /// Frames read and written since the start, silence included.
  private var readFrames = 0
  private var writtenFrames = 0
  /// Captured frames still to be thrown away.
  private var excessFrames = 0
  /// When the wait for the capture device began that has timed out, in nanoseconds; 0: none has.
  private var idleSince = 0

  /// - Parameter silence: zeroed memory of `playback.bufferFrames` frames, which outlives the value.
  public init(capture: Stream, playback: Stream, block: Int, queueFrames: Int, silence: UnsafeRawPointer) {
    self.capture = capture
    self.playback = playback
    self.block = block
    self.queueFrames = queueFrames
    self.silence = silence
  }

  /// Frames of silence that must lie before the playback device for `periods` of its periods to be in its buffer once a
  /// block has been written.
  ///
  /// A capture period that the block does not divide makes blocks arrive late, by at most what is added here.
  public static func queueFrames(block: Int, capturePeriod: Int, playbackPeriod: Int, periods: Int) -> Int {
    return (periods - 1) * max(block, playbackPeriod) + capturePeriod - greatestCommonDivisor(block, capturePeriod)
  }

  /// Starts both streams anew, from whatever state they are in.
  @_noLocks @_noAllocation
  public mutating func start() -> Outcome {
    (readFrames, writtenFrames, excessFrames, idleSince) = (0, 0, 0, 0)
    capture.drop()
    playback.drop()
    if let fault = Self.fault(.capture, capture.prepare()) ?? Self.fault(.playback, playback.prepare()) { return .fault(fault) }
    if case .fault(let fault) = write(silence, count: queueFrames) { return .fault(fault) }
    if let fault = Self.fault(.capture, capture.start()) ?? Self.fault(.playback, playback.start()) { return .fault(fault) }
    return align()
  }

  /// Whether both devices have moved since the start.
  public var isMoving: Bool {
    @_noLocks @_noAllocation get {
      readFrames &+ capture.available() > 0 && writtenFrames &+ playback.available() > playback.bufferFrames
    }
  }

  /// Stops both at once; what is queued is lost.
  @_noLocks @_noAllocation
  public func stop() {
    capture.drop()
    playback.drop()
  }

  /// Reads one block, waiting for it.
  @_noLocks @_noAllocation
  public mutating func read(_ frames: UnsafeMutableRawPointer) -> Outcome {
    while excessFrames > 0 {
      let part = min(excessFrames, block)
      let outcome = read(frames, count: part)
      guard outcome == .done else { return outcome }
      excessFrames &-= part
    }
    return read(frames, count: block)
  }

  /// Writes one block.
  @_noLocks @_noAllocation
  public mutating func write(_ frames: UnsafeRawPointer) -> Outcome { write(frames, count: block) }

  /// Frames between capture and playback, as the positions of both devices say; nil where they cannot be read.
  ///
  /// To be called when every frame read has been written.
  @_noLocks @_noAllocation
  public func measuredFrames() -> Int? {
    guard let lead = captureLead() else { return nil }
    return lead &+ writtenFrames &- readFrames
  }

  /// Whether that is another delay than the promised one, by more than devices' positions can deceive that move by whole periods.
  public var isApart: Bool {
    @_noLocks @_noAllocation get {
      guard let frames = measuredFrames() else { return false }
      return abs(frames &- block &- queueFrames) > capture.periodFrames &+ playback.periodFrames
    }
  }

  @_noLocks @_noAllocation
  private mutating func read(_ frames: UnsafeMutableRawPointer, count: Int) -> Outcome {
    var since = idleSince == 0 ? monotonicNanoseconds() : idleSince
    while true {
      let available = capture.available()
      if let fault = Self.fault(.capture, available) { return .fault(capture.judged(fault, idleSince: idleSince)) }
      if available >= count { break }
      // A device that says it is ready and has nothing stands too.
      if monotonicNanoseconds() &- since > capture.longestStand { return .fault(Fault(direction: .capture, errno: ETIMEDOUT)) }
      let woken = capture.wait(milliseconds: Stream.longestWait)
      if let fault = Self.fault(.capture, woken) { return .fault(capture.judged(fault, idleSince: idleSince)) }
      if woken == 0 {
        idleSince = since
        return .idle
      }
    }
    idleSince = 0
    var done = 0
    while done < count {
      let moved = capture.read(frames + done &* capture.frameBytes, count: count &- done)
      if let fault = Self.fault(.capture, moved) { return .fault(fault) }
      done &+= max(0, moved)
      guard done < count else { break }
      if moved > 0 { since = monotonicNanoseconds() }
      if monotonicNanoseconds() &- since > capture.longestStand { return .fault(Fault(direction: .capture, errno: ETIMEDOUT)) }
      if let fault = Self.fault(.capture, capture.wait(milliseconds: Stream.longestWait)) { return .fault(fault) }
    }
    readFrames &+= count
    return .done
  }

  @_noLocks @_noAllocation
  private mutating func write(_ frames: UnsafeRawPointer, count: Int) -> Outcome {
    let outcome = playback.writeAll(frames, count: count)
    guard outcome == .done else { return outcome }
    writtenFrames &+= count
    return .done
  }

  /// Makes the delay what it is to be: more silence, or captured frames thrown away.
  @_noLocks @_noAllocation
  private mutating func align() -> Outcome {
    guard let lead = captureLead() else { return .fault(Fault(direction: .playback, errno: EPIPE)) }
    let missing = block &+ queueFrames &- (lead &+ writtenFrames)
    excessFrames = max(0, 0 &- missing)
    var rest = max(0, missing)
    while rest > 0 {
      let part = min(rest, playback.bufferFrames)
      let outcome = write(silence, count: part)
      guard outcome == .done else { return outcome }
      rest &-= part
    }
    return .done
  }

  /// By how many frames the capture device is ahead of the playback device.
  ///
  /// Capture is looked at before and after playback: only where it stood still did both stand where they were seen. And
  /// only when both have moved: a device that has just been started stands at zero for up to a frame too long.
  @_noLocks @_noAllocation
  private func captureLead() -> Int? {
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

  /// A few milliseconds of looking: a device that moves by whole periods is taken as it stands.
  private static var mostLooks: Int { @_noLocks @_noAllocation get { 4000 } }
}
