import AudioFile
import NumPy
import Platform
import Synchronization

/// Convolves a signal with a kernel or a matrix of them from start to end in constant memory. Each thread reads a chunk, convolves it
/// beside the other threads, and writes it in order.
struct SoundStream {
  let paths: StreamPaths
  /// Frames of the result; nil if unknown.
  let frameCount: Int?
  /// Of the result.
  let channelCount: Int
  private let source: any FrameSource
  private let signalName: String
  /// The first frames, which have been read from `source`.
  private let head: [UInt8]
  private let span: OutputSpan
  private let jobs: Int
  /// Bytes of taps, spectra and factors.
  private let pathBytes: Int
  /// Frames that are waited for before they are convolved; nil: as many as are convolved fastest.
  private let least: Int?

  /// The least number of new frames in a chunk, unless a transform's window gives more outputs.
  private static let leastFrames = 16_384

  /// - Parameters:
  ///   - factor: of the taps. Corrected edges are divided by sums of taps without it.
  ///   - rounding: how results are stored.
  /// - Throws: the signal is empty or cannot be read, or its edges cannot be corrected.
  init(_ signal: Signal, _ kernel: Kernel, factor: Double, _ options: ConvolutionOptions, rounding: Rounding) throws(AudioFileError) {
    // Amplified and reversed taps, their weights, and sums of corrected edges.
    let copies = options.edges == .corrected ? 10 : 4
    try AudioFileError.checkMemory(saturatedProduct(kernel.channels.count, kernel.channels[0].count, 8, copies), for: kernel.name)
    let operands = try StreamOperands(signal, kernel.amplified(by: factor))
    let span = OutputSpan(
      mode: options.mode, taps: operands.taps[0].count, lead: kernel.leadFrames, exchangedCount: operands.exchangedCount)
    let frameCount = operands.source.frameCount.map { span.outputs(signalCount: $0).count }
    if options.method != .direct && (rounding != .none || !options.isExact) {
      let spectra = saturatedProduct(operands.taps.count, RoundedConvolver.largestByteCount(taps: operands.taps[0].count))
      try AudioFileError.checkMemory(spectra, for: "\(signal.name) with \(kernel.name)")
    }
    let convolvers = operands.taps.map { options.convolver(taps: $0, outputs: frameCount ?? 1 << 24, rounding: rounding) }
    paths = .paired(convolvers, options.edges == .corrected ? try EdgeCorrection(kernel, operands, options) : nil)
    pathBytes = convolvers.reduce(0) { $0 + $1.byteCount }
    (source, head, self.span, self.frameCount) = (operands.source, operands.head, span, frameCount)
    (channelCount, jobs, least, signalName) = (signal.channelCount, options.jobs, nil, signal.name)
  }

  /// - Parameters:
  ///   - factor: of the taps.
  ///   - rounding: how results are stored.
  ///   - isLive: whether frames are convolved soon after they come, rather than as many at once as are fastest.
  init(
    _ signal: Signal, _ matrix: PathMatrix, factor: Double, _ options: ConvolutionOptions, rounding: Rounding, isLive: Bool
  ) throws(AudioFileError) {
    let span = OutputSpan(mode: options.mode, taps: matrix.reach, lead: matrix.leadFrames)
    let frameCount = signal.source.frameCount.map { span.outputs(signalCount: $0).count }
    // With few outputs expected at once, windows are small.
    let expected = isLive ? LiveBlock.usualFrames : frameCount ?? 1 << 24
    let made = try matrix.sums(factor: factor, options, outputs: expected, rounding: rounding, signal.name)
    (paths, pathBytes) = (.matrix(made.sums), made.byteCount)
    (source, head, self.span, self.frameCount) = (signal.source, [], span, frameCount)
    (channelCount, jobs, signalName) = (matrix.outputCount, options.jobs, signal.name)
    least = isLive ? LiveBlock.frames(made.sums, rate: signal.sampleRate ?? 48_000) : nil
  }

  private var chunkFrames: Int {
    let stride = paths.stride
    return stride * max(1, Self.leastFrames / stride)
  }

  /// Writes all outputs, without committing the sink.
  ///
  /// - Parameters:
  ///   - quantizer: nil for floating point.
  ///   - advanced: called with the frames written so far, by one thread at a time.
  /// - Throws: the signal is truncated or damaged, a result that is stored as an integer is NaN, or writing fails.
  func write(to sink: any FrameSink, _ quantizer: Quantizer?, _ advanced: @Sendable (Int) -> Void) throws(AudioFileError) -> StreamTally {
    try AudioFileError.checkMemory(byteCount - pathBytes, for: "\(sink.name)")
    let filter = StreamFilter(
      paths: paths, inputCount: source.channelCount, outputCount: channelCount, input: source.stored, output: sink.stored,
      quantizer: quantizer, outputName: sink.name)
    let chunks = ChunkSource(source, head: head, span, frames: chunkFrames, least: least ?? chunkFrames, name: signalName)
    let order = WriteOrder(jobs)
    let total = Mutex(StreamTally(channels: channelCount))
    onThreads(jobs) {
      let worker = ChunkWorker(filter, chunks)
      while let chunk = order.next(from: chunks, into: worker.input) {
        let processed = Result { () throws(AudioFileError) in try worker.process(chunk, history: chunks.history) }
        order.write(chunk.index) { () throws(AudioFileError) in
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
    try order.check()
    return total.withLock { $0 }
  }

  /// Bytes that `write` takes.
  var byteCount: Int {
    let inputFrames = chunkFrames + span.taps - 1
    let (input, output) = (source.channelCount * source.stored.bytes, channelCount * MemoryLayout<Double>.stride)
    let planes = paths.sums.isEmpty ? 1 : source.channelCount
    let buffers = inputFrames * (input + 8 * planes) + chunkFrames * (output + 12)
    return jobs * (buffers + paths.workBytes) + pathBytes + head.count + (span.taps - 1) * input
  }

  /// What all direct sums are predicted to take on all threads; nil: the length is unknown, or there are transforms.
  var directSeconds: Double? {
    guard let count = source.frameCount, paths.convolvers.allSatisfy({ $0.windowLength == 0 }) else { return nil }
    let outputs = span.outputs(signalCount: count)
    // At both ends they have fewer products.
    let frames = Overlap(values: max(count, span.taps), taps: span.taps).products(of: outputs) / Double(span.taps)
    return paths.seconds(frames: max(1, Int(frames)), outputs: channelCount) / Double(jobs)
  }

  /// What they take here, by some sums with so many taps.
  func directSeconds(_ predicted: Double, _ profile: Profile, _ trial: Trial) -> Double {
    let taps = [Double](repeating: 0.5, count: min(span.taps, 1 << 15))
    func seconds(_ outputs: Int) -> Double { RoundedConvolver.directSeconds(taps: taps.count, outputs: outputs) / Double(jobs) }
    trial.time(units: max(1, frameCount ?? 1), predicted: seconds) { outputs in
      let signal = [Double](repeating: 0.25, count: outputs + taps.count - 1)
      _ = try? convolve(signal, taps, mode: .valid, profile: profile, jobs: jobs)
    }
    return trial.corrected(predicted)
  }

  /// Estimates the seconds that all of it takes, by its first part; nil if the length is unknown.
  ///
  /// - Parameters:
  ///   - sink: takes the first part; nil: nothing does.
  ///   - path: where the sink's file would be.
  ///   - model: the sink that it would be.
  ///   - profile: of the sums.
  /// - Throws: as `write` does.
  func seconds(
    to sink: (any FrameSink)?, at path: String, like model: any FrameSink, _ quantizer: Quantizer?, _ profile: Profile, _ trial: Trial
  ) throws(AudioFileError) -> Double? {
    guard let frameCount else { return nil }
    let before = Trial.secondsSoFar
    let bytes = saturatedProduct(frameCount, channelCount, model.stored.bytes)
    func sync() -> Double { sink == nil ? 0 : Trial.secondsToSync(bytes, in: folderAndName(of: path).folder) }
    // The first frames of long sums meet few taps, and tell little.
    if span.taps > Self.leastFrames, let predicted = directSeconds {
      return before + directSeconds(predicted, profile, trial) + sync()
    }
    let predicted = paths.seconds(frames: frameCount, outputs: channelCount)
    let limit = trial.limit
    guard limit > 0 else { return trial.corrected(predicted / Double(jobs)) }
    let timer = TimedSink(sink, like: model, channels: channelCount, round: jobs, limit: limit)
    do throws(AudioFileError) { _ = try write(to: timer, quantizer) { _ in } } catch {
      if !timer.isOver { throw error }
    }
    let seconds = timer.seconds(frames: frameCount)
    trial.note(measured: seconds, predicted: predicted / Double(jobs))
    return before + seconds + sync()
  }
}
