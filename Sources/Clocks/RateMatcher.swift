import Buffers

/// The clocks of two devices as measured: a starting point when the same two run again.
package struct ClockFinding: Sendable, Equatable {
  /// Captured frames for each played one.
  package var ratio: Double
  /// Deviation of the capture device's rate from the nominal one, by CLOCK_MONOTONIC, as a share.
  package var captureDeviation: Double
  /// Deviation of the playback device's rate, likewise.
  package var playbackDeviation: Double

  package init(ratio: Double, captureDeviation: Double, playbackDeviation: Double) {
    (self.ratio, self.captureDeviation, self.playbackDeviation) = (ratio, captureDeviation, playbackDeviation)
  }
}

/// Brings captured sound to the rate of the playback device's clock: both clocks, the loop that compares them, and the resampler.
///
/// Holds the delay from capture to playback at `latencyFrames`. Starts silent until both clocks are known and enough frames have
/// been captured, then fades in. Making and freeing it allocate; all else is real-time safe.
package struct RateMatcher: ~Copyable, Sendable {
  /// The position of a device at one time.
  package struct Look: Sendable {
    /// Frames captured, or played, since the device was started.
    package var frames: Int
    /// By CLOCK_MONOTONIC.
    package var seconds: Double

    @_noLocks @_noAllocation
    package init(frames: Int, seconds: Double) { (self.frames, self.seconds) = (frames, seconds) }
  }

  /// Frames from capture to playback: the queue, a block, the filter's look-ahead, and `marginFrames`.
  package let latencyFrames: Int
  /// Captured frames in reserve, for a position or a clock that moves in steps.
  package let marginFrames: Int
  private let block: Int
  private let rate: Int
  private let fadeFrames: Int
  private var capture: DeviceClock
  private var playback: DeviceClock
  private var loop: RateLoop
  private var resampler: AdaptiveResampler
  /// The latest block: interleaved samples of float32.
  private let resampled: Memory
  /// Whether the clocks are known, so that a restart need not measure them.
  private var isFound: Bool
  /// Frames given out, with the silence before the first.
  private var writtenFrames = 0
  /// Silent blocks left before the first jump.
  private var silentBlocks = 0
  /// Frames into the fade.
  private var fadedFrames = 0
  /// Excess of queued frames at the last step; negative: too few.
  private var error = 0.0

  /// - Parameters:
  ///   - block: frames of a step.
  ///   - rate: of both devices, in Hz.
  ///   - channels: captured channels.
  ///   - queueFrames: frames that the playback device has left when a block is due.
  ///   - periodFrames: the capture device's period.
  ///   - bufferFrames: the most that the capture device delivers at once.
  ///   - finding: both clocks as measured before; nil: not measured.
  package init(
    block: Int, rate: Int, channels: Int, queueFrames: Int, periodFrames: Int, bufferFrames: Int, finding: ClockFinding? = nil
  ) {
    self.block = block
    self.rate = rate
    fadeFrames = max(1, rate / 200)
    marginFrames = max(periodFrames, 48)
    latencyFrames = queueFrames + block + AdaptiveResampler.lookAhead + marginFrames
    capture = DeviceClock(rate: rate, step: block, deviation: finding?.captureDeviation)
    playback = DeviceClock(rate: rate, step: block, deviation: finding?.playbackDeviation)
    loop = RateLoop(block: block, rate: rate, ratio: finding?.ratio ?? 1)
    isFound = finding != nil
    resampler = AdaptiveResampler(channels: channels, capacity: 2 * (latencyFrames + bufferFrames) + 4 * block)
    resampled = Memory(byteCount: block * channels * MemoryLayout<Float>.stride)
  }

  /// Excess of queued frames at the last step, rounded; negative: too few.
  package var errorFrames: Int { @_noLocks @_noAllocation get { Int(error + (error < 0 ? -0.5 : 0.5)) } }
  /// Frames that resampling adds to the delay of a block and its queue.
  package var addedFrames: Int { AdaptiveResampler.lookAhead + marginFrames }

  /// The memory that it works in, except libsamplerate's own.
  package var regions: [UnsafeRawBufferPointer] { resampler.regions + [resampled.region] }

  /// Captured frames for each played one, less 1, in millionths.
  package var ppm: Double { @_noLocks @_noAllocation get { (loop.ratio - 1) * 1e6 } }
  /// Both clocks as measured; nil: not yet. Not while another thread takes steps.
  package var finding: ClockFinding? {
    if !isFound { return nil }
    return ClockFinding(ratio: loop.ratio, captureDeviation: capture.deviation, playbackDeviation: playback.deviation)
  }
  /// Whether it gives silence, since it has not begun to resample.
  package var isSilent: Bool { @_noLocks @_noAllocation get { silentBlocks > 0 } }
  package var isSettled: Bool { @_noLocks @_noAllocation get { silentBlocks == 0 && loop.isSettled } }
  /// The captured frame, with a fraction, at which the next block begins.
  package var position: Double { @_noLocks @_noAllocation get { resampler.position } }
  /// Frames appended since the restart.
  package var capturedFrames: Int { @_noLocks @_noAllocation get { resampler.capturedFrames } }

  /// Begins anew with both devices, `frames` frames of silence being queued for playback.
  @_noLocks @_noAllocation
  package mutating func restart(queued frames: Int) {
    writtenFrames = frames
    resampler.restart()
    capture.restart()
    playback.restart()
    // A second shows both clocks to some 30 ppm. Where they are known, sound begins with the first captured frame.
    silentBlocks = (isFound ? latencyFrames &- frames : rate) / block &+ 1
    (fadedFrames, error) = (0, 0)
  }

  /// Appends `count` captured frames.
  @_noLocks @_noAllocation
  package mutating func append(_ planes: UnsafePointer<UnsafeMutablePointer<Double>>, count: Int) {
    resampler.append(planes, count: count)
  }

  /// Resamples the next block, which `copy(to:)` then gives.
  ///
  /// - Returns: false: the clocks are too far apart, or a device has stalled, so that both must be restarted.
  @_noLocks @_noAllocation
  package mutating func step(capture seen: Look, playback heard: Look) -> Bool {
    let frames = resampled.base.assumingMemoryBound(to: Float.self)
    capture.observe(frames: seen.frames, at: seen.seconds, bandwidth: loop.clockBandwidth)
    playback.observe(frames: heard.frames, at: heard.seconds, bandwidth: loop.clockBandwidth)
    let lead = capture.frames(at: seen.seconds) + Double(writtenFrames) - playback.frames(at: seen.seconds)
    let measured = playback.secondsPerFrame / capture.secondsPerFrame
    writtenFrames &+= block
    if silentBlocks > 0 {
      for n in 0..<block &* resampler.channels { frames[n] = 0 }
      silentBlocks &-= 1
      if silentBlocks > 0 { return true }
      return begin(at: lead - Double(latencyFrames) + Double(block), measured)
    }
    error = lead - resampler.position - Double(latencyFrames)
    guard abs(error) <= Double(max(2 &* block, 128)) else {
      // So soon after a restart, the former measurement is wrong.
      if loop.gear < 2 { isFound = false }
      return false
    }
    let before = loop.ratio
    let after = loop.step(error: error, measured: measured)
    if loop.gear > 0 { isFound = true }
    guard resampler.resample(to: frames, count: block, from: before, to: after) else { return false }
    fade(frames)
    return true
  }

  /// Gives the latest block of `step`, channel by channel. Complexity: O(block · channels).
  @_noLocks @_noAllocation
  package func copy(to planes: UnsafePointer<UnsafeMutablePointer<Double>>) {
    let (frames, channels) = (resampled.base.assumingMemoryBound(to: Float.self), resampler.channels)
    for channel in 0..<channels {
      let plane = planes[channel]
      for n in 0..<block { plane[n] = Double(frames[n &* channels &+ channel]) }
    }
  }

  /// Jumps to the beginning of the next block; waits for another block where that has not been captured yet.
  ///
  /// - Returns: false: nothing has been captured for a second.
  @_noLocks @_noAllocation
  private mutating func begin(at position: Double, _ measured: Double) -> Bool {
    let read = position + Double(AdaptiveResampler.lookAhead &+ 1)
    guard capture.isMoving, playback.isMoving, position >= 0, read <= Double(resampler.capturedFrames) else {
      silentBlocks = 1
      return writtenFrames < latencyFrames &+ rate
    }
    loop.restart(measured: measured, isKnown: isFound)
    return resampler.seek(to: Int(position + 0.5), ratio: loop.ratio)
  }

  @_noLocks @_noAllocation
  private mutating func fade(_ frames: UnsafeMutablePointer<Float>) {
    guard fadedFrames < fadeFrames else { return }
    for n in 0..<block {
      let u = Float(min(fadedFrames &+ n, fadeFrames)) / Float(fadeFrames)
      let gain = u * u * (3 - 2 * u)
      for channel in 0..<resampler.channels { frames[n &* resampler.channels &+ channel] *= gain }
    }
    fadedFrames &+= block
  }
}
