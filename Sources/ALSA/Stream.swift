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
  public let channels: Int
  public let periodFrames: Int
  public let bufferFrames: Int

  init(pcm: OpaquePointer, negotiated: Negotiated) {
    self.pcm = pcm
    format = negotiated.format
    channels = negotiated.channels
    periodFrames = negotiated.periodFrames
    bufferFrames = negotiated.bufferFrames
  }

  /// Bytes of a frame.
  public var frameBytes: Int { format.bytes * channels }

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
