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
    let (channels, others) = (signal.channelCount, kernel.channels.count)
    if others != 1 && others != channels {
      throw AudioFileError(
        .badData,
        "\(kernel.name) has \(others) channels, \(signal.name) has \(channels): a kernel has one, or as many as the input"
          + (channels == 2 && others == 4 ? Self.trueStereo : ""))
    }
    if let rate = signal.sampleRate, let other = kernel.sampleRate, rate != other {
      throw AudioFileError(
        .badData, "\(kernel.name) has \(other) Hz, \(signal.name) \(rate) Hz: resample one of them, or give --resample")
    }
  }

  /// What to do with a kernel that has a response for each input at each output.
  private static let trueStereo =
    "; true stereo (LL LR RL RR) takes four filters of convolved (channel 0 from 0 to 0, 1 from 0 to 1, 2 from 1 to 0, 3 from 1 to 1)"
    + ", or convolve each input's channel with its two and add the results: docs/convolve.md"

  func run() throws(AudioFileError) {
    kernel.cautions.forEach(messages.warn)
    switch output.kind {
    case .array: try writeArray()
    case .sound(let container, let format): try writeSound(container, format)
    }
  }

  private func writeArray() throws(AudioFileError) {
    if signal.channelCount > 1 {
      throw AudioFileError(
        .specification, "\(output.name): the result has \(signal.channelCount) channels, an array takes one: write a sound file")
    }
    let stream = try SoundStream(signal, kernel, factor: output.factor, options, rounding: .none)
    let sink = try ArraySink(path: output.path)
    try write(stream, to: sink, nil, "NumPy, float64", rate: signal.sampleRate ?? 1)
  }

  private func writeSound(_ container: AudioContainer, _ format: SampleEncoding?) throws(AudioFileError) {
    guard let rate = signal.sampleRate ?? kernel.sampleRate else {
      throw AudioFileError(
        .specification, "\(output.name): neither \(signal.name) nor \(kernel.name) says a sample rate: write .npy instead")
    }
    let encoding = encoding(format)
    let stream = try SoundStream(signal, kernel, factor: output.factor, options, rounding: encoding.rounding)
    let sink = try SoundSink(
      path: output.path, container: container, encoding: encoding, channelCount: signal.channelCount, sampleRate: rate,
      expectedFrames: stream.frameCount, metadata: signal.metadata)
    let losses = signal.metadata.losses(in: container)
    if !losses.isEmpty { messages.warn("\(output.path): it does not keep \(losses.joined(separator: ", ")) of \(signal.name)") }
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
    if let trial = output.trial { return trial.print(try forecast(stream, sink, quantizer, layout, trial)) }
    let tally = try stream.write(to: sink, quantizer) { [messages] in messages.advance(to: $0, of: stream.frameCount, rate: rate) }
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
    if messages.portion.count.isEmpty { messages.progress.hide() }
  }

  /// The unit of the result's length.
  private var unit: String {
    if case .array = output.kind { "values" } else { "frames" }
  }

  private func clipped(_ tally: StreamTally) -> String {
    let total = tally.frames * signal.channelCount
    return "\(output.name): \(tally.clipping.samples) of \(total) samples clipped: \(remedy(tally.clipping))"
  }

  /// What avoids clipping, of what is possible.
  private func remedy(_ clipping: Clipping) -> String {
    guard let attenuation = clipping.attenuation else { return "the result is infinite: are the taps right?" }
    let format = clipping.peak <= Double(Float.greatestFiniteMagnitude) ? "--format float" : "--format double"
    let gain = output.gain(less: attenuation)
    guard gain >= -OutputOptions.mostGain else {
      return "that is by \(fixed(attenuation, 1)) dB, beyond what --gain takes: are the taps right? \(format) would avoid it"
    }
    return "--gain \(fixed(gain, 1)) would avoid it, and so would \(format)"
  }

  /// Writes the first part of the result to a file that never gets its name, to see how long all of it takes.
  private func forecast(
    _ stream: SoundStream, _ sink: any FrameSink, _ quantizer: Quantizer?, _ layout: String, _ trial: Trial
  ) throws(AudioFileError) -> Forecast {
    let length = stream.frameCount.map { "\($0) \(unit)" } ?? "as long as the input, which does not say"
    let convolver = stream.convolvers[0]
    return Forecast(
      result: "\(output.name): \(layout), \(length)",
      method: convolver.method == .direct ? "direct" : "FFT of \(convolver.windowLength) values", bytes: stream.byteCount,
      seconds: try stream.seconds(to: output.path == "-" ? nil : sink, at: output.path, like: sink, quantizer, trial), jobs: options.jobs)
  }
}
