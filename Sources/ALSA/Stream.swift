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

  init(pcm: OpaquePointer, negotiated: Negotiated) {
    self.pcm = pcm
    format = negotiated.format
    significantBits = negotiated.significantBits
    channels = negotiated.channels
    periodFrames = negotiated.periodFrames
    bufferFrames = negotiated.bufferFrames
  }

  /// Bytes of a frame.
  public var frameBytes: Int { @_noLocks @_noAllocation get { format.bytes &* channels } }

  /// Frames that can be read or written now, with the device's position brought up to date: snd_pcm_avail(3).
  @inline(__always) @_semantics("no_performance_analysis")
  func available() -> Int { Int(snd_pcm_avail(pcm)) }

  @inline(__always) @_semantics("no_performance_analysis")
  func read(_ frames: UnsafeMutableRawPointer, count: Int) -> Int { Int(snd_pcm_readi(pcm, frames, snd_pcm_uframes_t(count))) }

  @inline(__always) @_semantics("no_performance_analysis")
  func write(_ frames: UnsafeRawPointer, count: Int) -> Int { Int(snd_pcm_writei(pcm, frames, snd_pcm_uframes_t(count))) }

  /// Sleeps until a period has passed: 1, or 0 after `milliseconds`.
  @inline(__always) @_semantics("no_performance_analysis")
  func wait(milliseconds: Int32) -> Int { Int(snd_pcm_wait(pcm, milliseconds)) }

  @inline(__always) @_semantics("no_performance_analysis")
  func prepare() -> Int { Int(snd_pcm_prepare(pcm)) }

  @inline(__always) @_semantics("no_performance_analysis")
  func start() -> Int { Int(snd_pcm_start(pcm)) }

  @inline(__always) @_semantics("no_performance_analysis") @discardableResult
  func drop() -> Int { Int(snd_pcm_drop(pcm)) }
}

extension Stream {
  /// The longest sleep in one call, in milliseconds: so often at least the audio thread looks around.
  static var longestWait: Int32 { @_noLocks @_noAllocation get { 100 } }

  /// Writes `count` frames, waiting for room. Real-time safe.
  @_noLocks @_noAllocation
  public func writeAll(_ frames: UnsafeRawPointer, count: Int) -> Duplex.Outcome {
    var done = 0
    while done < count {
      let moved = write(frames + done &* frameBytes, count: count &- done)
      if let fault = Duplex.fault(.playback, moved) { return .fault(fault) }
      done &+= max(0, moved)
      guard done < count else { break }
      let woken = wait(milliseconds: Self.longestWait)
      if let fault = Duplex.fault(.playback, woken) { return .fault(fault) }
      if woken == 0 { return .fault(Duplex.Fault(direction: .playback, errno: ETIMEDOUT)) }
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
