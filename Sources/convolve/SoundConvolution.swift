import AudioFile
import NumPy
import Terminal

/// Convolves a signal with a kernel in float64, and writes a file. A kernel of one channel serves all channels.
struct SoundConvolution {
  private let signal: Signal
  private let kernel: Kernel
  private let options: ConvolutionOptions
  private let output: OutputOptions
  private let messages: Messages

  /// - Throws: sample rates or channels do not match.
  init(_ signal: Signal, _ kernel: Kernel, _ options: ConvolutionOptions, _ output: OutputOptions, _ messages: Messages)
    throws(AudioFileError)
  {
    (self.signal, self.kernel, self.options, self.output, self.messages) = (signal, kernel, options, output, messages)
    if let rate = signal.sampleRate, let other = kernel.sampleRate, rate != other {
      throw AudioFileError(
        .badData, "\(kernel.name) has \(other) Hz, \(signal.name) \(rate) Hz: resample one of them, or give --resample")
    }
    let (channels, others) = (signal.channelCount, kernel.channels.count)
    if others != 1 && others != channels {
      throw AudioFileError(
        .badData, "\(kernel.name) has \(others) channels, \(signal.name) has \(channels): a kernel has one, or as many as the input")
    }
  }

  func run() throws(AudioFileError) {
    switch output.kind {
    case .array: try writeArray()
    case .sound(let container, let format): try writeSound(container, format)
    }
  }

  private func writeArray() throws(AudioFileError) {
    if signal.channelCount > 1 {
      throw AudioFileError(
        .specification, "\(output.path): the result has \(signal.channelCount) channels, an array takes one: write a sound file")
    }
    let stream = try SoundStream(signal, kernel, factor: output.factor, options, rounding: .none)
    let sink = try ArraySink(path: output.path)
    try write(stream, to: sink, nil, "NumPy, float64", rate: signal.sampleRate ?? 1)
  }

  private func writeSound(_ container: AudioContainer, _ format: SampleEncoding?) throws(AudioFileError) {
    guard let rate = signal.sampleRate ?? kernel.sampleRate else {
      throw AudioFileError(
        .specification, "\(output.path): neither \(signal.name) nor \(kernel.name) says a sample rate: write .npy instead")
    }
    let encoding = encoding(format)
    let stream = try SoundStream(signal, kernel, factor: output.factor, options, rounding: encoding.rounding)
    let sink = try SoundSink(
      path: output.path, container: container, encoding: encoding, channelCount: signal.channelCount, sampleRate: rate,
      expectedFrames: stream.frameCount)
    try write(stream, to: sink, encoding.bits.map { Quantizer(bits: $0) }, "\(encoding.name), \(rate) Hz", rate: rate)
  }

  private func encoding(_ format: SampleEncoding?) -> SampleEncoding {
    if let encoding = format ?? signal.encoding { return encoding }
    messages.warn("\(signal.name) holds \(signal.encodingName): the output is s16, unless --format says otherwise")
    return .s16
  }

  private func write(
    _ stream: SoundStream, to sink: any FrameSink, _ quantizer: Quantizer?, _ layout: String, rate: Int
  ) throws(AudioFileError) {
    if output.isDry { return print(forecast(stream, layout)) }
    let progress = Progress(total: stream.frameCount, rate: rate, isQuiet: messages.quiet)
    let tally = try stream.write(to: sink, quantizer) { progress.advance(to: $0) }
    progress.finish()
    for channel in 0..<signal.channelCount {
      let windowLength = stream.convolvers[stream.convolvers.count == 1 ? 0 : channel].windowLength
      let text = computation(windowLength: windowLength, tally.work[channel], of: tally.frames, isExact: options.isExact)
      messages.detail(signal.channelCount == 1 ? text : "channel \(channel): \(text)")
    }
    messages.detail("output: \(sink.name): \(layout), \(tally.frames) \(unit)")
    if tally.clipping.samples > 0 {
      if output.isStrict {
        throw AudioFileError(.badData, clipped(tally) + ": nothing was written, since --strict forbids it")
      }
      messages.warn(clipped(tally))
    }
    try sink.commit()
  }

  /// The unit of the result's length.
  private var unit: String {
    if case .array = output.kind { "values" } else { "frames" }
  }

  private func clipped(_ tally: StreamTally) -> String {
    let remedy =
      tally.clipping.attenuation.map { "--gain \(fixed(output.gain(less: $0), 1)) would avoid it, and so would" } ?? "avoid it by"
    let total = tally.frames * signal.channelCount
    return "\(output.path): \(tally.clipping.samples) of \(total) samples clipped: \(remedy) --format float"
  }

  /// The text of `--dry-run`.
  private func forecast(_ stream: SoundStream, _ layout: String) -> String {
    let length = stream.frameCount.map { "\($0) \(unit)" } ?? "as long as the input, which does not say"
    let convolver = stream.convolvers[0]
    return forecastText(
      result: "\(output.path): \(layout), \(length)",
      method: convolver.method == .direct ? "direct" : "FFT of \(convolver.windowLength) values", bytes: stream.byteCount,
      seconds: stream.seconds, jobs: options.jobs)
  }
}
