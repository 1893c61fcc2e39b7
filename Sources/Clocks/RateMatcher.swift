/// Captured sound at the rate of the playback device's clock: both clocks, the loop that compares them, and the resampler.
///
/// What lies between capture and playback is held at `latencyFrames`. It starts silent, until both clocks are known and that much
/// has been captured, and then fades in. Making and freeing it allocate; all else is real-time safe.
public struct RateMatcher: ~Copyable, Sendable {
  /// Where a device stood, and when.
  public struct Look: Sendable {
    /// Frames since the device was started: captured, or played.
    public var frames: Int
    /// Of CLOCK_MONOTONIC.
    public var seconds: Double

    @_noLocks @_noAllocation
    public init(frames: Int, seconds: Double) { (self.frames, self.seconds) = (frames, seconds) }
  }

  /// From a frame's capture to its playback, in frames: the queue, a block, what the filter reads ahead, and `marginFrames`.
  public let latencyFrames: Int
  /// Captured frames beyond those that are needed, for a position that moves in steps and for a clock that does so.
  public let marginFrames: Int
  private let block: Int
  private let rate: Int
  private let fadeFrames: Int
  private var capture: DeviceClock
  private var playback: DeviceClock
  private var loop: RateLoop
  private var resampler: AdaptiveResampler
  /// Whether the clocks are known: a restart need not measure them.
  private var isFound: Bool
  /// Frames given out, the silence before the first included.
  private var writtenFrames = 0
  /// Silent blocks still to come before the first jump.
  private var silentBlocks = 0
  /// Frames of the fade that are done.
  private var fadedFrames = 0
  /// By how much more was queued at the last step than there should be, in frames.
  private var error = 0.0

  /// - Parameters:
  ///   - block: frames that are given out at once.
  ///   - rate: of both devices, in Hz.
  ///   - channels: captured channels.
  ///   - queueFrames: frames that wait before the playback device when it asks for a block.
  ///   - periodFrames: the capture device's period.
  ///   - bufferFrames: the most that the capture device delivers at once.
  ///   - finding: what was found of both clocks before; nil: nothing.
  public init(
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
  }

  /// By how many frames more was queued at the last step than there should be.
  public var errorFrames: Int { @_noLocks @_noAllocation get { Int(error + (error < 0 ? -0.5 : 0.5)) } }
  /// What two clocks add to a block and its queue.
  public var addedFrames: Int { AdaptiveResampler.lookAhead + marginFrames }

  /// What can be locked in memory.
  public var regions: [UnsafeRawBufferPointer] { resampler.regions }

  /// Captured frames for a played one, less 1, in millionths.
  public var ppm: Double { @_noLocks @_noAllocation get { (loop.ratio - 1) * 1e6 } }
  /// What has been found of both clocks; nil: not enough yet. Not while another thread takes steps.
  public var finding: ClockFinding? {
    if !isFound { return nil }
    return ClockFinding(ratio: loop.ratio, captureDeviation: capture.deviation, playbackDeviation: playback.deviation)
  }
  /// Whether anything is to be heard.
  public var isSilent: Bool { @_noLocks @_noAllocation get { silentBlocks > 0 } }
  public var isSettled: Bool { @_noLocks @_noAllocation get { silentBlocks == 0 && loop.isSettled } }
  /// The captured frame, and part of one, with which the next block begins.
  public var position: Double { @_noLocks @_noAllocation get { resampler.position } }
  /// Captured frames taken in since the restart.
  public var capturedFrames: Int { @_noLocks @_noAllocation get { resampler.capturedFrames } }

  /// Both devices start anew, with `frames` of silence before the playback device.
  @_noLocks @_noAllocation
  public mutating func restart(queued frames: Int) {
    writtenFrames = frames
    resampler.restart()
    capture.restart()
    playback.restart()
    // A second shows both clocks to some 30 ppm. Where they are known, it begins with what is captured first.
    silentBlocks = (isFound ? latencyFrames &- frames : rate) / block &+ 1
    (fadedFrames, error) = (0, 0)
  }

  /// Takes in `count` captured frames.
  @_noLocks @_noAllocation
  public mutating func append(_ planes: UnsafePointer<UnsafeMutablePointer<Double>>, count: Int) {
    resampler.append(planes, count: count)
  }

  /// Gives the next block, interleaved, in float32.
  ///
  /// - Returns: false where the clocks are too far apart, or a device stood still: both must be restarted.
  @_noLocks @_noAllocation
  public mutating func step(capture seen: Look, playback heard: Look, to frames: UnsafeMutablePointer<Float>) -> Bool {
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
      // So soon after a restart it is what was known that is wrong.
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

  /// Jumps to where the next block begins; a block later, where that has not been captured yet.
  ///
  /// - Returns: false where it has not been for a second.
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
