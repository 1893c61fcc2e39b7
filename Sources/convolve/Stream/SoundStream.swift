import AudioFile
import Dispatch
import NumPy
import Synchronization

/// A signal that goes through a kernel from its beginning to its end, in memory that does not grow with its length: threads take
/// turns to read a chunk, convolve theirs side by side, and take turns to write.
struct SoundStream {
  /// One for each channel, or one for all.
  let convolvers: [RoundedConvolver]
  /// Frames of the result; nil if that is not known.
  let frameCount: Int?
  let channelCount: Int
  private let operands: StreamOperands
  private let span: OutputSpan
  private let edges: EdgeCorrection?
  private let jobs: Int

  /// New frames of a chunk, unless a transform's frame gives more.
  private static let leastFrames = 16_384

  /// - Parameters:
  ///   - factor: what taps are multiplied by. Corrected edges are divided by the sums of taps without it.
  ///   - rounding: what becomes of the results.
  /// - Throws: the signal is empty or cannot be read, or its edges cannot be corrected.
  init(_ signal: Signal, _ kernel: Kernel, factor: Double, _ sum: Sum, rounding: Rounding) throws(AudioFileError) {
    let operands = try StreamOperands(signal, kernel.amplified(by: factor))
    let span = OutputSpan(mode: sum.mode, taps: operands.taps[0].count, lead: kernel.leadFrames)
    let frameCount = operands.source.frameCount.map { span.outputs(signalCount: $0).count }
    convolvers = operands.taps.map { sum.convolver(taps: $0, outputs: frameCount ?? 1 << 24, rounding: rounding) }
    edges = sum.edges == .corrected ? try EdgeCorrection(kernel, operands, sum) : nil
    (self.operands, self.span, self.frameCount) = (operands, span, frameCount)
    (channelCount, jobs) = (signal.channelCount, sum.jobs)
  }

  private var chunkFrames: Int {
    let stride = convolvers[0].stride
    return stride * max(1, Self.leastFrames / stride)
  }

  /// Writes all outputs, and does not commit them.
  ///
  /// - Parameters:
  ///   - quantizer: nil for floating point.
  ///   - advanced: called with the frames written so far, by one thread at a time.
  /// - Throws: the signal is truncated or damaged, a result that is to be an integer is not a number, or nothing can be written.
  func write(to sink: any FrameSink, _ quantizer: Quantizer?, _ advanced: @Sendable (Int) -> Void) throws(AudioFileError) -> StreamTally {
    let filter = StreamFilter(
      convolvers: convolvers, edges: edges, channelCount: channelCount, input: operands.source.stored, output: sink.stored,
      quantizer: quantizer, outputName: sink.name)
    let chunks = ChunkSource(operands, span, frames: chunkFrames)
    let turns = Turns(jobs)
    let total = Mutex(StreamTally(channels: channelCount))
    DispatchQueue.concurrentPerform(iterations: jobs) { _ in
      let worker = ChunkWorker(filter, chunks)
      while let chunk = turns.next(from: chunks, into: worker.input) {
        let processed = Result { () throws(AudioFileError) in try worker.process(chunk, history: chunks.history) }
        turns.take(chunk.index) { () throws(AudioFileError) in
          let tally = try processed.get()
          try sink.write(UnsafeRawBufferPointer(rebasing: worker.output[..<(tally.frames * filter.frameBytes)]))
          let frames = total.withLock { total in
            total += tally
            return total.frames
          }
          advanced(frames)
        }
      }
    }
    try turns.check()
    return total.withLock { $0 }
  }

  /// Memory that `write` takes, in bytes.
  var byteCount: Int {
    let window = chunkFrames + span.taps - 1
    let (input, output) = (channelCount * operands.source.stored.bytes, channelCount * MemoryLayout<Double>.stride)
    let buffers = window * (input + 8) + chunkFrames * (output + 12)
    let workspace = convolvers.map(\.workBytes).max()!
    return jobs * (buffers + workspace) + convolvers.reduce(0) { $0 + $1.byteCount } + operands.head.count + (span.taps - 1) * input
  }

  /// Seconds that `write` is expected to take; nil if the length is not known.
  var seconds: Double? {
    guard let frameCount else { return nil }
    let work = (0..<channelCount).reduce(0) { $0 + convolvers[convolvers.count == 1 ? 0 : $1].seconds(outputs: frameCount) }
    return work / Double(jobs)
  }
}
