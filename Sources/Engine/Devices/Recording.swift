import Platform
import ALSA
import Glibc
import PCM

/// Sound from memory to memory, and to a sound card if there is one, in real time: deadlines and all.
///
/// For running the real engine where there is nothing to capture from. Without a card a clock takes its place: a block comes
/// due when its last frame would have been captured, and is late when its output would have been needed, which counts as a
/// playback xrun. Copied freely, owns nothing.
public struct Recording: @unchecked Sendable {
  /// Interleaved frames of `format`, played once and then followed by silence.
  let source: UnsafeRawPointer
  let sourceFrames: Int
  /// Room for `resultFrames` frames of the output; what comes after them is dropped.
  let result: UnsafeMutableRawPointer
  let resultFrames: Int
  public let format: SampleFormat
  public let channels: Int
  public let rate: Int
  let block: Int
  public let queueFrames: Int
  /// What is also played on; of the same format.
  private let card: Stream?
  private var startNanoseconds = 0
  private var readFrames = 0
  private var writtenFrames = 0
  /// Frames of the source that runs before the last start have used.
  private var position = 0

  public init(
    source: UnsafeRawBufferPointer, result: UnsafeMutableRawBufferPointer, format: SampleFormat, channels: Int, rate: Int, block: Int,
    queueFrames: Int, card: Stream? = nil
  ) {
    let frameBytes = format.bytes * channels
    self.source = source.baseAddress!
    sourceFrames = source.count / frameBytes
    self.result = result.baseAddress!
    resultFrames = result.count / frameBytes
    self.format = format
    self.channels = channels
    self.rate = rate
    self.block = block
    self.queueFrames = queueFrames
    self.card = card
  }

  private var frameBytes: Int { @_noLocks @_noAllocation get { format.bytes &* channels } }

  @_noLocks @_noAllocation
  mutating func start() -> Duplex.Outcome {
    position &+= readFrames
    (readFrames, writtenFrames, startNanoseconds) = (0, 0, monotonicNanoseconds())
    // The end of the result is still silent.
    guard let card else { return .done }
    return card.restart(queued: result + (resultFrames &- queueFrames) &* frameBytes, count: queueFrames)
  }

  /// Waits for the block to be due, then copies it. A card makes the writer wait instead.
  @_noLocks @_noAllocation
  mutating func read(_ frames: UnsafeMutableRawPointer) -> Duplex.Outcome {
    if card == nil { sleep(until: time(of: readFrames &+ block)) }
    let (from, to) = (source.assumingMemoryBound(to: UInt8.self), frames.assumingMemoryBound(to: UInt8.self))
    let first = (position &+ readFrames) &* frameBytes
    let end = sourceFrames &* frameBytes
    for n in 0..<block &* frameBytes { to[n] = first &+ n < end ? from[first &+ n] : 0 }
    readFrames &+= block
    return .done
  }

  @_noLocks @_noAllocation
  mutating func write(_ frames: UnsafeRawPointer) -> Duplex.Outcome {
    if card == nil, monotonicNanoseconds() > time(of: writtenFrames &+ block &+ queueFrames) {
      return .fault(Duplex.Fault(direction: .playback, errno: EPIPE))
    }
    let (from, to) = (frames.assumingMemoryBound(to: UInt8.self), result.assumingMemoryBound(to: UInt8.self))
    let first = (position &+ writtenFrames) &* frameBytes
    let end = resultFrames &* frameBytes
    for n in 0..<block &* frameBytes where first &+ n < end { to[first &+ n] = from[n] }
    writtenFrames &+= block
    return card?.writeAll(frames, count: block) ?? .done
  }

  @_noLocks @_noAllocation
  func stop() { card?.stop() }

  /// A block in, and the queue: there is no device that could differ.
  @_noLocks @_noAllocation
  func measuredFrames() -> Int { block &+ queueFrames }

  /// When frame `frame` since the start has been captured.
  @_noLocks @_noAllocation
  private func time(of frame: Int) -> Int { startNanoseconds &+ frame &* 1_000_000 / rate &* 1000 }

  /// Source: clock_nanosleep(2).
  @inline(__always) @_semantics("no_performance_analysis")
  private func sleep(until nanoseconds: Int) {
    var time = timespec(tv_sec: nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
  }
}
