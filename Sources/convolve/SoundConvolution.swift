import AudioFile
import Numbers
import NumPy
import Platform
import Terminal

/// Convolves a signal with a kernel or a matrix of them in float64, and writes the result.
struct SoundConvolution {
  /// What a signal is convolved with.
  enum Filtering {
    /// A kernel of one channel serves all channels.
    case kernel(Kernel)
    case matrix(PathMatrix)
  }

  private let signal: Signal
  private let filtering: Filtering
  /// Of the result.
  private let channelCount: Int
  private let options: ConvolutionOptions
  private let output: OutputOptions
  private let messages: Messages

  /// - Throws: sample rates or channels do not match.
  init(_ signal: Signal, _ kernel: Kernel, _ options: ConvolutionOptions, _ output: OutputOptions, _ messages: Messages)
    throws(AudioFileError)
  {
    (self.signal, self.options, self.output, self.messages) = (signal, options, output, messages)
    channelCount = signal.channelCount
    let (channels, others) = (signal.channelCount, kernel.channels.count)
    if others != 1 && others != channels {
      throw AudioFileError(
        .badData,
        "\(kernel.name) has \(quantity(others, "channel")), \(signal.name) has \(channels): a kernel has one, or as many as the input"
          + (channels == 2 && others == 4 ? Self.trueStereo : (channels, others) == (1, 2) ? Self.widening : ""))
    }
    // A stream without a header is convolved before as many frames are there as taps.
    filtering = signal.isRaw ? .matrix(PathMatrix(pairing: kernel, channels: channels)) : .kernel(kernel)
    try checkRate(kernel.sampleRate, kernel.name)
  }

  /// - Throws: sample rates or channels do not match.
  init(_ signal: Signal, _ matrix: PathMatrix, _ options: ConvolutionOptions, _ output: OutputOptions, _ messages: Messages)
    throws(AudioFileError)
  {
    (self.signal, filtering, self.options, self.output, self.messages) = (signal, .matrix(matrix), options, output, messages)
    channelCount = matrix.outputCount
    if matrix.inputCount != signal.channelCount {
      let (inputs, channels) = (matrix.inputCount, signal.channelCount)
      throw AudioFileError(
        .badData,
        "\(signal.name) has \(quantity(channels, "channel")), \(matrix.name) takes \(inputs): give it a sound of \(inputs)")
    }
    try checkRate(matrix.sampleRate, matrix.name)
  }

  private func checkRate(_ other: Int?, _ name: String) throws(AudioFileError) {
    guard let rate = signal.sampleRate, let other, rate != other else { return }
    throw AudioFileError(.badData, "\(name) has \(other) Hz, \(signal.name) \(rate) Hz: resample one of them, or give --resample")
  }

  /// What to do with a kernel that has a response for each input at each output.
  private static let trueStereo =
    "; true stereo takes --matrix LL,LR,RL,RR, in the order of the kernel's channels (LR: from the left input to the right output)"

  /// What to do with a kernel of two channels for an input of one.
  private static let widening =
    "; a configuration in the kernel's place leads the input to two outputs (from: 0, to: 0 with channel: 0, and from: 0, to: 1 with channel: 1:"
    + " docs/convolve.md), or give the input two channels (sox IN.wav OUT.wav remix 1 1)"

  func run() throws(AudioFileError) {
    cautions.forEach(messages.warn)
    switch output.kind {
    case .array: try writeArray()
    case .sound(let container, let format): try writeSound(container, format)
    case .raw(let format): try writeRaw(format)
    }
  }

  private var cautions: [String] {
    switch filtering {
    case .kernel(let kernel): kernel.cautions
    case .matrix(let matrix): matrix.cautions
    }
  }

  private var filteringRate: (name: String, rate: Int?) {
    switch filtering {
    case .kernel(let kernel): (kernel.name, kernel.sampleRate)
    case .matrix(let matrix): (matrix.name, matrix.sampleRate)
    }
  }

  private func stream(_ rounding: Rounding) throws(AudioFileError) -> SoundStream {
    OptionEffects(of: .sound(rounding)).tell(options, output, messages)
    let stream: SoundStream
    switch filtering {
    case .kernel(let kernel): stream = try SoundStream(signal, kernel, factor: output.factor, options, rounding: rounding)
    case .matrix(let matrix):
      stream = try SoundStream(signal, matrix, factor: output.factor, options, rounding: rounding, isLive: signal.isRaw)
    }
    if rounding == .none { tellFasterWay(stream) }
    return stream
  }

  /// Says what `--fast` would save where exact sums take long.
  private func tellFasterWay(_ stream: SoundStream) {
    guard !messages.quiet, options.isExact, options.method == .auto, options.edges == .zero, let frames = stream.frameCount,
      let predicted = stream.directSeconds, let trial = FasterWay.trial(predicted: predicted),
      (try? AudioFileError.checkMemory(saturatedProduct(tapCount, MemoryLayout<Double>.stride), for: "")) != nil
    else { return }
    FasterWay(sums, outputs: frames, options)?
      .tell(exactSeconds: stream.directSeconds(predicted, options.profile, trial), predicted: predicted, messages)
  }

  /// Of all channels or paths.
  private var tapCount: Int {
    switch filtering {
    case .kernel(let kernel): saturatedProduct(channelCount, kernel.channels[0].count)
    case .matrix(let matrix): matrix.paths.reduce(0) { $0 + $1.taps.count }
    }
  }

  /// For each output the taps that add up to it.
  private var sums: [[[Double]]] {
    func amplified(_ taps: [Double], _ gain: Double) -> [Double] { gain == 1 ? taps : taps.map { $0 * gain } }
    switch filtering {
    case .kernel(let kernel):
      return (0..<channelCount).map { [amplified(kernel.channels[kernel.channels.count == 1 ? 0 : $0], output.factor)] }
    case .matrix(let matrix):
      return (0..<channelCount).map { channel in
        matrix.paths.filter { $0.to == channel }.map { amplified($0.taps, $0.gain * output.factor) }
      }
    }
  }

  private func writeArray() throws(AudioFileError) {
    if channelCount > 1 {
      throw AudioFileError(
        .specification, "\(output.name): the result has \(channelCount) channels, an array takes one: write a sound file")
    }
    let stream = try stream(.none)
    let sink = try ArraySink(path: output.path)
    try write(stream, to: sink, nil, "NumPy, float64", rate: signal.sampleRate ?? 1)
  }

  private func writeSound(_ container: AudioContainer, _ format: SampleEncoding?) throws(AudioFileError) {
    let (name, own) = filteringRate
    guard let rate = signal.sampleRate ?? own else {
      throw AudioFileError(
        .specification,
        "\(output.name == "-" ? "standard output" : output.name): neither \(signal.name) nor \(name) says a sample rate, which sound has:"
          + (output.name == "-" ? " an array goes to a file alone: give -o one that ends in .npy" : " let the output's name end in .npy"))
    }
    let encoding = encoding(format)
    let stream = try stream(encoding.rounding)
    var metadata = signal.metadata
    if channelCount != signal.channelCount { metadata.forgetSpeakers() }
    let sink = try SoundSink(
      path: output.path, container: container, encoding: encoding, channelCount: channelCount, sampleRate: rate,
      expectedFrames: stream.frameCount, metadata: metadata)
    let losses = signal.metadata.losses(in: container, encoding)
    if !losses.isEmpty { messages.warn("\(output.path): it does not keep \(losses.joined(separator: ", ")) of \(signal.name)") }
    try write(stream, to: sink, encoding.bits.map { Quantizer(bits: $0) }, "\(encoding.name), \(rate) Hz", rate: rate)
  }

  private func writeRaw(_ format: RawSoundFormat) throws(AudioFileError) {
    var format = format
    format.channelCount = channelCount
    let stream = try stream(format.sample.bits.map { .integer(bits: $0) } ?? (format.sample == .f32 ? .float32 : Rounding.none))
    try write(stream, to: RawSink(format), format.sample.bits.map { Quantizer(bits: $0) }, format.layout, rate: format.sampleRate)
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
    for channel in 0..<channelCount {
      let text = computation(
        windowLength: stream.paths.windowLength(output: channel), tally.work[channel], of: tally.frames, isExact: options.isExact)
      messages.detail(channelCount == 1 ? text : "channel \(channel): \(text)")
    }
    messages.detail("output: \(sink.name): \(layout), \(quantity(tally.frames, unit))")
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
    if case .array = output.kind { "value" } else { "frame" }
  }

  private func clipped(_ tally: StreamTally) -> String {
    let total = tally.frames * channelCount
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
    let length = stream.frameCount.map { quantity($0, unit) } ?? "as long as the input, which does not say"
    let windows = stream.paths.convolvers.map(\.windowLength)
    let window = windows.max() ?? 0
    return Forecast(
      result: "\(output.name): \(layout), \(length)",
      method: window == 0 ? "direct" : "FFT of \(windows.min() == window ? "" : "up to ")\(window) values", bytes: stream.byteCount,
      seconds: try stream.seconds(
        to: output.path == "-" ? nil : sink, at: output.path, like: sink, quantizer, options.profile, trial), jobs: options.jobs)
  }
}
