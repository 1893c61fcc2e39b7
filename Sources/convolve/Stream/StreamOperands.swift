import AudioFile
import NumPy

/// A signal and taps, with at least as many frames as taps: like np.convolve, it exchanges the operands if the signal is shorter.
struct StreamOperands {
  let source: any FrameSource
  /// The first frames, which have been read from `source`.
  let head: [UInt8]
  /// One list for each channel, or one for all channels.
  let taps: [[Double]]
  /// Frames of the signal if the operands were exchanged; nil otherwise.
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
