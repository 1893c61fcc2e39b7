import AudioFile
import NumPy

/// Turns chunks of a signal into bytes of the output, in memory of one thread.
struct ChunkWorker: ~Copyable {
  private let filter: StreamFilter
  private let workspace: RoundedConvolver.Workspace
  private let sumWorkspace: RoundedSum.Workspace
  private let buffer: UnsafeMutableRawPointer
  /// The bytes of a chunk, and of its outputs.
  let input, output: UnsafeMutableRawBufferPointer
  /// Of one channel, or of each input of a matrix.
  private let values: UnsafeMutablePointer<Double>
  private let planeFrames: Int
  private let results: UnsafeMutablePointer<Double>
  private let integers: UnsafeMutablePointer<Int32>

  init(_ filter: StreamFilter, _ chunks: ChunkSource) {
    self.filter = filter
    let isPaired = filter.paths.sums.isEmpty
    workspace = RoundedConvolver.Workspace(for: isPaired ? filter.paths.convolvers : [])
    sumWorkspace = RoundedSum.Workspace(for: filter.paths.sums)
    // No two parts share a cache line.
    var size = 0
    func reserve(_ bytes: Int) -> Int {
      defer { size += (bytes + 127) / 64 * 64 }
      return size
    }
    planeFrames = chunks.history + chunks.frames
    let valueCount = planeFrames * (isPaired ? 1 : filter.inputCount)
    let parts = [
      chunks.chunkBytes, chunks.frames * filter.frameBytes, valueCount * MemoryLayout<Double>.stride,
      chunks.frames * MemoryLayout<Double>.stride, chunks.frames * MemoryLayout<Int32>.stride,
    ].map { (offset: reserve($0), bytes: $0) }
    buffer = .allocate(byteCount: size, alignment: 64)
    input = UnsafeMutableRawBufferPointer(start: buffer + parts[0].offset, count: parts[0].bytes)
    output = UnsafeMutableRawBufferPointer(start: buffer + parts[1].offset, count: parts[1].bytes)
    values = (buffer + parts[2].offset).bindMemory(to: Double.self, capacity: valueCount)
    results = (buffer + parts[3].offset).bindMemory(to: Double.self, capacity: chunks.frames)
    integers = (buffer + parts[4].offset).bindMemory(to: Int32.self, capacity: chunks.frames)
  }

  deinit { buffer.deallocate() }

  /// Convolves the chunk in `input` into `output`.
  ///
  /// - Throws: a result that is stored as an integer is NaN.
  func process(_ chunk: Chunk, history: Int) throws(AudioFileError) -> StreamTally {
    var tally = StreamTally(channels: filter.outputCount)
    let begin = chunk.first - history
    switch filter.paths {
    case .paired(let convolvers, let edges):
      for channel in 0..<filter.outputCount {
        let slice = decode(channel, chunk, begin: begin, into: values)
        let convolver = convolvers[convolvers.count == 1 ? 0 : channel]
        tally.work[channel] = convolver.write(chunk.outputs, of: slice, to: results, with: workspace)
        edges?.divide(results, chunk.outputs, channel: channel, signalCount: chunk.signalCount)
        tally.clipping += try encode(channel, chunk)
      }
    case .matrix(let sums):
      let slices = (0..<filter.inputCount).map { decode($0, chunk, begin: begin, into: values + $0 * planeFrames) }
      for (channel, sum) in sums.enumerated() {
        tally.work[channel] = sum.write(chunk.outputs, of: slices, to: results, with: sumWorkspace)
        tally.clipping += try encode(channel, chunk)
      }
    }
    tally.frames = chunk.outputs.count
    return tally
  }

  /// Decodes a channel of the chunk. Zeros follow the signal's end.
  ///
  /// - Parameter begin: the frame of the signal that the chunk begins with.
  private func decode(_ channel: Int, _ chunk: Chunk, begin: Int, into plane: UnsafeMutablePointer<Double>) -> SignalSlice {
    let frames = chunk.first + chunk.count - begin
    filter.input.decode(input.baseAddress!, channel: channel, of: filter.inputCount, frames: frames, into: plane)
    let inside = max(0, begin)..<begin + frames
    return SignalSlice(values: plane + (inside.lowerBound - begin), indices: inside, signalCount: chunk.signalCount)
  }

  private func encode(_ channel: Int, _ chunk: Chunk) throws(AudioFileError) -> Clipping {
    let (bytes, frames) = (output.baseAddress!, chunk.outputs.count)
    guard let quantizer = filter.quantizer else {
      filter.output.encode(doubles: results, channel: channel, of: filter.outputCount, frames: frames, into: bytes)
      return Clipping()
    }
    do throws(Quantizer.NotANumber) {
      let clipping = try quantizer.quantize(results, count: frames, into: integers)
      filter.output.encode(integers: integers, channel: channel, of: filter.outputCount, frames: frames, into: bytes)
      return clipping
    } catch {
      throw .notANumber(filter.outputName, frame: chunk.frame + error.index)
    }
  }
}
