import Platform
import CALSA
import Glibc
import PCM

/// One direction of sound for the audio thread: ALSA's calls and nothing else. Owns nothing; see `Device`.
///
/// Each method of the structure is one call to ALSA, as real-time safe as the driver: audited, since the compiler's proof ends at
/// C. Negative results are error numbers.
public struct Stream: Sendable {
  nonisolated(unsafe) let pcm: OpaquePointer
  public let format: SampleFormat
  /// Bits of an integer sample that the device uses; nil: floating point.
  public let significantBits: Int?
  public let channels: Int
  public let periodFrames: Int
  public let bufferFrames: Int
  /// Frames a second.
  public let rate: Int

  package init(pcm: OpaquePointer, negotiated: Negotiated) {
    self.pcm = pcm
    format = negotiated.format
    significantBits = negotiated.significantBits
    channels = negotiated.channels
    periodFrames = negotiated.periodFrames
    bufferFrames = negotiated.bufferFrames
    rate = negotiated.rate
  }

  /// Bytes of a frame.
  public var frameBytes: Int { @_noLocks @_noAllocation get { format.bytes &* channels } }

  /// Frames that can be read or written now, by the device's present position. Source: snd_pcm_avail(3).
  @inline(__always) @_semantics("no_performance_analysis")
  package func available() -> Int { Int(snd_pcm_avail(pcm)) }

  @inline(__always) @_semantics("no_performance_analysis")
  package func read(_ frames: UnsafeMutableRawPointer, count: Int) -> Int { Int(snd_pcm_readi(pcm, frames, snd_pcm_uframes_t(count))) }

  @inline(__always) @_semantics("no_performance_analysis")
  package func write(_ frames: UnsafeRawPointer, count: Int) -> Int { Int(snd_pcm_writei(pcm, frames, snd_pcm_uframes_t(count))) }

  /// Sleeps until a period has passed, for `milliseconds` at most. Returns 1; 0: the time is over.
  @inline(__always) @_semantics("no_performance_analysis")
  package func wait(milliseconds: Int32) -> Int { Int(snd_pcm_wait(pcm, milliseconds)) }

  @inline(__always) @_semantics("no_performance_analysis")
  package func prepare() -> Int { Int(snd_pcm_prepare(pcm)) }

  @inline(__always) @_semantics("no_performance_analysis")
  package func start() -> Int { Int(snd_pcm_start(pcm)) }

  /// The error of a device that nobody reads or writes, which no other call would return; nil: there is none.
  @_noLocks @_noAllocation
  package func stateError() -> Int32? {
    switch state() {
    case SND_PCM_STATE_XRUN: EPIPE
    case SND_PCM_STATE_SUSPENDED: ESTRPIPE
    case SND_PCM_STATE_DISCONNECTED: ENODEV
    default: nil
    }
  }

  @inline(__always) @_semantics("no_performance_analysis")
  private func state() -> snd_pcm_state_t { snd_pcm_state(pcm) }

  @inline(__always) @_semantics("no_performance_analysis") @discardableResult
  package func drop() -> Int { Int(snd_pcm_drop(pcm)) }
}

extension Stream {
  /// The longest sleep of one call for a device that gives nothing, in milliseconds, so that the audio thread takes requests in time.
  package static var longestWait: Int32 { @_noLocks @_noAllocation get { 20 } }

  /// How long to wait for `frames` frames, in milliseconds: a little longer than they or a period last, so that one wait is enough, and a
  /// tenth of a second at most. Where a wait has timed out already, as long as `longestWait`.
  @_noLocks @_noAllocation
  package func patience(frames: Int, isIdle: Bool) -> Int32 {
    if isIdle { return Self.longestWait }
    let lasting = nanoseconds(max(frames, periodFrames)) / 1_000_000 &+ 5
    return Int32(truncatingIfNeeded: min(100, max(Int(Self.longestWait), lasting)))
  }

  /// Nanoseconds without a frame after which a device is stalled: its whole buffer, at least a quarter of a second.
  package var longestStall: Int { @_noLocks @_noAllocation get { max(250_000_000, nanoseconds(bufferFrames)) } }

  /// The duration of `frames` frames.
  @_noLocks @_noAllocation
  package func nanoseconds(_ frames: Int) -> Int { frames &* 1_000_000 / rate &* 1000 }

  /// The fault with its true cause: a device that runs over or dry after a wait has timed out is stalled.
  ///
  /// - Parameters:
  ///   - idleSince: the beginning of that wait, in nanoseconds; 0: no wait has timed out.
  ///   - frames: those that it waited for, which may take several waits.
  @_noLocks @_noAllocation
  package func reclassified(_ fault: DeviceFault, idleSince: Int, of frames: Int) -> DeviceFault {
    let lasting = nanoseconds(2 &* max(periodFrames, frames))
    guard fault.errno == EPIPE, idleSince > 0, monotonicNanoseconds() &- idleSince > lasting else { return fault }
    return DeviceFault(direction: fault.direction, errno: ETIMEDOUT)
  }

  /// Writes `count` frames, waiting for room. Real-time safe.
  @_noLocks @_noAllocation
  public func writeAll(_ frames: UnsafeRawPointer, count: Int) -> Duplex.Outcome {
    var done = 0
    var (since, idleSince) = (0, 0)
    while done < count {
      let moved = write(frames + done &* frameBytes, count: count &- done)
      if let fault = DeviceFault(.playback, result: moved) { return .fault(reclassified(fault, idleSince: idleSince, of: count)) }
      done &+= max(0, moved)
      guard done < count else { break }
      let now = monotonicNanoseconds()
      if moved > 0 || since == 0 { (since, idleSince) = (now, 0) }
      // A device that is ready, but takes nothing, is stalled too.
      if now &- since > longestStall { return .fault(DeviceFault(direction: .playback, errno: ETIMEDOUT)) }
      let woken = wait(milliseconds: patience(frames: count &- done, isIdle: idleSince != 0))
      if let fault = DeviceFault(.playback, result: woken) { return .fault(reclassified(fault, idleSince: idleSince, of: count)) }
      if woken == 0 { idleSince = since }
    }
    return .done
  }

  /// Stops the stream, fills its queue with `count` frames and starts it. Real-time safe.
  @_noLocks @_noAllocation
  public func restart(queued frames: UnsafeRawPointer, count: Int) -> Duplex.Outcome {
    drop()
    if let fault = DeviceFault(.playback, result: prepare()) { return .fault(fault) }
    if case .fault(let fault) = writeAll(frames, count: count) { return .fault(fault) }
    return DeviceFault(.playback, result: start()).map { .fault($0) } ?? .done
  }

  /// Stops at once and loses the queued frames.
  @_noLocks @_noAllocation
  public func stop() { drop() }
}
