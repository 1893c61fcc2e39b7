import Glibc
import Platform

/// The clock that stands in for devices without one: ALSA's `null`, or a file.
///
/// Such an unpaced device takes or gives any number of frames at once, so that its thread would never wait. It is known right after
/// a start, by what no other device can do: all that was queued is gone, or the capture buffer is full and no xrun, within a sixteenth
/// of the time that those frames last. Real-time safe: it calls ALSA, clock_gettime and clock_nanosleep.
package struct Pace: Sendable {
  package private(set) var isCaptureUnpaced = false
  package private(set) var isPlaybackUnpaced = false
  /// When both devices ran, in nanoseconds.
  private var started = 0
  private let rate: Int

  /// The most starts until one takes so little time that it shows whether a device is unpaced.
  package static var mostStarts: Int { @_noLocks @_noAllocation get { 10 } }

  package init(rate: Int) { self.rate = rate }

  /// Finds unpaced devices. Call it right after both were started.
  ///
  /// - Parameters:
  ///   - queued: frames that were written before.
  ///   - begun: when the first of them was written, in nanoseconds.
  /// - Returns: false: the thread was interrupted, so that any device may be full or empty; start both anew.
  @_noLocks @_noAllocation
  package mutating func examine(capture: Stream, playback: Stream, queued: Int, since begun: Int) -> Bool {
    let isFull = capture.available() >= capture.bufferFrames
    let isEmpty = playback.available() >= playback.bufferFrames
    started = monotonicNanoseconds()
    let passed = (started &- begun) &* 16
    isCaptureUnpaced = isFull && passed < capture.nanoseconds(capture.bufferFrames)
    isPlaybackUnpaced = isEmpty && passed < playback.nanoseconds(queued)
    return isFull == isCaptureUnpaced && isEmpty == isPlaybackUnpaced
  }

  /// Frames that an unpaced device counts as moved since the start: those of its nominal rate. Without a limit in time.
  @_noLocks @_noAllocation
  package func frames(at nanoseconds: Int) -> Int {
    let (seconds, rest) = (nanoseconds &- started).quotientAndRemainder(dividingBy: 1_000_000_000)
    return seconds &* rate &+ rest &* rate / 1_000_000_000
  }

  /// Sleeps for as long as `frames` frames last, and for `Stream.longestWait` at most. Returns 1; 0: for that longest time.
  @_noLocks @_noAllocation
  package func sleep(frames: Int) -> Int {
    let longest = Int(Stream.longestWait) &* 1_000_000
    let wanted = frames &* 1_000_000 / rate &* 1000
    sleepUntil(monotonicNanoseconds() &+ min(wanted, longest))
    return wanted < longest ? 1 : 0
  }
}
