import Platform
import ALSA
import Glibc
import PCM

/// Sound from memory to memory in real time, with deadlines, and to a sound card if there is one.
///
/// Runs the real engine where there is nothing to capture from. Without a card, a clock takes its place: a block is due when its
/// last frame would have been captured, and late when its output would have been played, which counts as a playback xrun. Owns
/// nothing.
public struct Recording: @unchecked Sendable {
  /// Interleaved frames of `format`, played once; silence follows.
  private let source: UnsafeRawPointer
  private let sourceFrames: Int
  /// Room for `resultFrames` frames of the output; later frames are dropped.
  private let result: UnsafeMutableRawPointer
  private let resultFrames: Int
  let format: SampleFormat
  let channels: Int
  private let rate: Int
  private let block: Int
  let queueFrames: Int
  /// Plays the output too, in the same format.
  private let card: Stream?
  /// Whether the clock makes the thread wait: there is no card, or an unpaced one.
  private var isTimed = true
  private var startNanoseconds = 0
  private var readFrames = 0
  private var writtenFrames = 0
  /// Frames of the source that were read before the last start.
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
    let outcome = card.restart(queued: result + (resultFrames &- queueFrames) &* frameBytes, count: queueFrames)
    isTimed = card.available() >= card.bufferFrames
    return outcome
  }

  /// Waits until the next block is due. With a card that has a clock, `write` waits instead.
  @_noLocks @_noAllocation
  mutating func read() -> Duplex.Outcome {
    if isTimed { sleepUntil(time(of: readFrames &+ block)) }
    readFrames &+= block
    return .done
  }

  /// Decodes the latest block, channel by channel; full scale is 1.
  @_noLocks @_noAllocation
  func decode(to planes: UnsafePointer<UnsafeMutablePointer<Double>>) {
    let first = position &+ readFrames &- block
    let count = min(max(sourceFrames &- first, 0), block)
    if count > 0 { format.decode(source + first &* frameBytes, count: count, channels: channels, to: planes) }
    for channel in 0..<channels { for n in count..<block { planes[channel][n] = 0 } }
  }

  @_noLocks @_noAllocation
  mutating func write(_ frames: UnsafeRawPointer) -> Duplex.Outcome {
    if isTimed, monotonicNanoseconds() > time(of: writtenFrames &+ block &+ queueFrames) {
      return .fault(DeviceFault(direction: .playback, errno: EPIPE))
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

  /// A block and the queue: there is no device to differ.
  @_noLocks @_noAllocation
  func measuredFrames() -> Int { block &+ queueFrames }

  /// When frame `frame` since the start has been captured, in nanoseconds.
  @_noLocks @_noAllocation
  private func time(of frame: Int) -> Int { startNanoseconds &+ frame &* 1_000_000 / rate &* 1000 }
}
