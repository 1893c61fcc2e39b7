import AudioFile
import NumPy

/// Turns chunks of a signal into bytes of the output, in memory of one thread.
struct ChunkWorker: ~Copyable {
  private let filter: StreamFilter
  private let workspace: RoundedConvolver.Workspace
  private let buffer: UnsafeMutableRawPointer
  /// The bytes of a chunk, and of its outputs.
  let input, output: UnsafeMutableRawBufferPointer
  private let values, results: UnsafeMutablePointer<Double>
  private let integers: UnsafeMutablePointer<Int32>

  init(_ filter: StreamFilter, _ chunks: ChunkSource) {
    self.filter = filter
    workspace = RoundedConvolver.Workspace(for: filter.convolvers)
    // No two parts share a cache line.
    var size = 0
    func reserve(_ bytes: Int) -> Int {
      defer { size += (bytes + 127) / 64 * 64 }
      return size
    }
    let inputFrames = chunks.history + chunks.frames
    let parts = [
      chunks.chunkBytes, chunks.frames * filter.frameBytes, inputFrames * MemoryLayout<Double>.stride,
      chunks.frames * MemoryLayout<Double>.stride, chunks.frames * MemoryLayout<Int32>.stride,
    ].map { (offset: reserve($0), bytes: $0) }
    buffer = .allocate(byteCount: size, alignment: 64)
    input = UnsafeMutableRawBufferPointer(start: buffer + parts[0].offset, count: parts[0].bytes)
    output = UnsafeMutableRawBufferPointer(start: buffer + parts[1].offset, count: parts[1].bytes)
    values = (buffer + parts[2].offset).bindMemory(to: Double.self, capacity: inputFrames)
    results = (buffer + parts[3].offset).bindMemory(to: Double.self, capacity: chunks.frames)
    integers = (buffer + parts[4].offset).bindMemory(to: Int32.self, capacity: chunks.frames)
  }

  deinit { buffer.deallocate() }

  /// Convolves the chunk in `input` into `output`.
  ///
  /// - Throws: a result that is stored as an integer is NaN.
  func process(_ chunk: Chunk, history: Int) throws(AudioFileError) -> StreamTally {
    var tally = StreamTally(channels: filter.channelCount)
    let frames = input.count / filter.inputFrameBytes
    let begin = chunk.first - history
    let inside = max(0, begin)..<min(begin + frames, chunk.signalCount)
    let slice = SignalSlice(values: values + (inside.lowerBound - begin), indices: inside, signalCount: chunk.signalCount)
    for channel in 0..<filter.channelCount {
      filter.input.decode(input.baseAddress!, channel: channel, of: filter.channelCount, frames: frames, into: values)
      tally.work[channel] = filter.convolver(channel).write(chunk.outputs, of: slice, to: results, with: workspace)
      filter.edges?.divide(results, chunk.outputs, channel: channel, signalCount: chunk.signalCount)
      tally.clipping += try encode(channel, chunk)
    }
    tally.frames = chunk.outputs.count
    return tally
  }

  private func encode(_ channel: Int, _ chunk: Chunk) throws(AudioFileError) -> Clipping {
    let (bytes, frames) = (output.baseAddress!, chunk.outputs.count)
    guard let quantizer = filter.quantizer else {
      filter.output.encode(doubles: results, channel: channel, of: filter.channelCount, frames: frames, into: bytes)
      return Clipping()
    }
    do throws(Quantizer.NotANumber) {
      let clipping = try quantizer.quantize(results, count: frames, into: integers)
      filter.output.encode(integers: integers, channel: channel, of: filter.channelCount, frames: frames, into: bytes)
      return clipping
    } catch {
      throw .notANumber(filter.outputName, frame: chunk.frame + error.index)
    }
  }
}

/// How input frames become output frames. All threads share it.
struct StreamFilter: Sendable {
  /// One for each channel, or one for all channels.
  var convolvers: [RoundedConvolver]
  var edges: EdgeCorrection?
  var channelCount: Int
  var input, output: StoredEncoding
  /// nil for floating point.
  var quantizer: Quantizer?
  var outputName: String

  var inputFrameBytes: Int { channelCount * input.bytes }
  var frameBytes: Int { channelCount * output.bytes }

  func convolver(_ channel: Int) -> RoundedConvolver { convolvers[convolvers.count == 1 ? 0 : channel] }
}

/// Counts of the frames that were written.
struct StreamTally {
  var frames = 0
  var clipping = Clipping()
  /// By channel.
  var work: [RoundingWork]

  init(channels: Int) { work = [RoundingWork](repeating: RoundingWork(), count: channels) }

  static func += (sum: inout StreamTally, other: StreamTally) {
    sum.frames += other.frames
    sum.clipping += other.clipping
    for channel in sum.work.indices { sum.work[channel] += other.work[channel] }
  }
}
