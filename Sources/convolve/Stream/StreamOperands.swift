import AudioFile
import NumPy

/// A signal and taps that are no more than it has frames: what np.convolve makes of its operands, which it exchanges if need be.
struct StreamOperands {
  let source: any FrameSource
  /// The first frames, which were read from `source` already.
  let head: [UInt8]
  /// Of each channel, or one list for all.
  let taps: [[Double]]
  /// Values of the first operand, if they are fewer than the taps of the second.
  let exchangedCount: Int?

  /// - Throws: the signal is empty, or cannot be read.
  init(_ signal: Signal, _ kernel: Kernel) throws(AudioFileError) {
    let count = kernel.channels[0].count
    let head = try signal.source.head(count)
    let frames = head.count / signal.source.frameBytes
    if frames == 0 { throw AudioFileError(.badData, "\(signal.name): it holds no samples: a cannot be empty") }
    if frames == count {
      (source, self.head, taps, exchangedCount) = (signal.source, head, kernel.channels, nil)
    } else {
      let channels = 0..<signal.channelCount
      source = HeldFrames(channels.map { kernel.channels[kernel.channels.count == 1 ? 0 : $0] })
      (self.head, exchangedCount) = ([], frames)
      taps = channels.map { signal.source.samples(head, channel: $0) }
    }
  }
}
