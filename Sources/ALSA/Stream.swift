import Platform
import CALSA
import Glibc
import PCM

/// One direction of sound as the audio thread uses it: ALSA's calls and nothing else. Owns nothing; see `Device`.
///
/// Each method is one call of ALSA's, real-time safe as far as the driver is: audited, since the compiler's proof ends at
/// C. Negative results are error numbers.
public struct Stream: Sendable {
  nonisolated(unsafe) let pcm: OpaquePointer
  public let format: SampleFormat
  /// Bits of an integer sample that the device uses; nil: it has floating point.
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

  /// Frames that can be read or written now, with the device's position brought up to date: snd_pcm_avail(3).
  @inline(__always) @_semantics("no_performance_analysis")
  package func available() -> Int { Int(snd_pcm_avail(pcm)) }

  @inline(__always) @_semantics("no_performance_analysis")
  package func read(_ frames: UnsafeMutableRawPointer, count: Int) -> Int { Int(snd_pcm_readi(pcm, frames, snd_pcm_uframes_t(count))) }

  @inline(__always) @_semantics("no_performance_analysis")
  package func write(_ frames: UnsafeRawPointer, count: Int) -> Int { Int(snd_pcm_writei(pcm, frames, snd_pcm_uframes_t(count))) }

  /// Sleeps until a period has passed: 1, or 0 after `milliseconds`.
  @inline(__always) @_semantics("no_performance_analysis")
  package func wait(milliseconds: Int32) -> Int { Int(snd_pcm_wait(pcm, milliseconds)) }

  @inline(__always) @_semantics("no_performance_analysis")
  package func prepare() -> Int { Int(snd_pcm_prepare(pcm)) }

  @inline(__always) @_semantics("no_performance_analysis")
  package func start() -> Int { Int(snd_pcm_start(pcm)) }

  /// What an end that neither reads nor writes is not told otherwise: nil while it is well.
  @_noLocks @_noAllocation
  package func trouble() -> Int32? {
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
  /// The longest sleep in one call, in milliseconds: so often at least the audio thread looks around.
  package static var longestWait: Int32 { @_noLocks @_noAllocation get { 20 } }

  /// Without a frame for so long, a device stands still: as long as its buffer lasts, and a quarter of a second at least.
  package var longestStand: Int { @_noLocks @_noAllocation get { max(250_000_000, nanoseconds(bufferFrames)) } }

  /// How long `frames` frames last.
  @_noLocks @_noAllocation
  package func nanoseconds(_ frames: Int) -> Int { frames &* 1_000_000 / rate &* 1000 }

  /// What a fault is, where a wait for the device has timed out before: one that ran over or dry then did so because it stood.
  ///
  /// - Parameter idleSince: when that wait began, in nanoseconds; 0: none has timed out.
  @_noLocks @_noAllocation
  package func judged(_ fault: Duplex.Fault, idleSince: Int) -> Duplex.Fault {
    guard fault.errno == EPIPE, idleSince > 0, monotonicNanoseconds() &- idleSince > nanoseconds(2 &* periodFrames) else { return fault }
    return Duplex.Fault(direction: fault.direction, errno: ETIMEDOUT)
  }

  /// Writes `count` frames, waiting for room. Real-time safe.
  @_noLocks @_noAllocation
  public func writeAll(_ frames: UnsafeRawPointer, count: Int) -> Duplex.Outcome {
    var done = 0
    var (since, idleSince) = (0, 0)
    while done < count {
      let moved = write(frames + done &* frameBytes, count: count &- done)
      if let fault = Duplex.fault(.playback, moved) { return .fault(judged(fault, idleSince: idleSince)) }
      done &+= max(0, moved)
      guard done < count else { break }
      let now = monotonicNanoseconds()
      if moved > 0 || since == 0 { (since, idleSince) = (now, 0) }
      // A device that says it is ready and takes nothing stands too.
      if now &- since > longestStand { return .fault(Duplex.Fault(direction: .playback, errno: ETIMEDOUT)) }
      let woken = wait(milliseconds: Self.longestWait)
      if let fault = Duplex.fault(.playback, woken) { return .fault(judged(fault, idleSince: idleSince)) }
      if woken == 0 { idleSince = since }
    }
    return .done
  }

  /// Stops what runs, makes ready, fills the queue with `count` frames and starts. Real-time safe.
  @_noLocks @_noAllocation
  public func restart(queued frames: UnsafeRawPointer, count: Int) -> Duplex.Outcome {
    drop()
    if let fault = Duplex.fault(.playback, prepare()) { return .fault(fault) }
    if case .fault(let fault) = writeAll(frames, count: count) { return .fault(fault) }
    return Duplex.fault(.playback, start()).map { .fault($0) } ?? .done
  }

  /// Stops at once; what is queued is lost.
  @_noLocks @_noAllocation
  public func stop() { drop() }
}
