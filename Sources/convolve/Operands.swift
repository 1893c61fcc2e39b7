import NPY
import AudioFile
import NumPy
import Terminal

/// The two operands, opened.
enum Operands {
  /// Two arrays, convolved by NumPy's rules.
  case arrays(NamedArray, NamedArray)
  /// All others, convolved in float64, channel by channel. Includes arrays that NumPy convolves in float64.
  case sound(Signal, Kernel)
  /// A sound and what leads from its channels to others.
  case matrix(Signal, PathMatrix)

  init(input: InputFile, filtering: FilteringSource, output: OutputOptions, raw: RawSoundFormat?) throws(AudioFileError) {
    func signal() throws(AudioFileError) -> Signal { if let raw { try Signal(raw) } else { try Signal(InputContents(input)) } }
    switch filtering {
    case .configuration(let configuration):
      let signal = try signal()
      // Now that the rate is known: `{rate}` may name other files for it.
      if let error = AudioFileError.overwriting(output.path, reading: configuration.files(rate: signal.sampleRate)) { throw error }
      self = .matrix(signal, try configuration.matrix(rate: signal.sampleRate, signal.name))
    case .kernel(let kernel, let order?):
      let signal = try signal()
      self = .matrix(signal, try PathMatrix(kernel.read(rate: signal.sampleRate, channels: order.paths.count), order))
    case .kernel(let kernel, nil) where raw != nil:
      let signal = try signal()
      self = .sound(signal, try kernel.read(rate: signal.sampleRate, channels: signal.channelCount))
    case .kernel(let kernel, nil):
      try self.init(input: input, kernel: kernel, output: output)
    }
  }

  private init(input: InputFile, kernel: KernelSource, output: OutputOptions) throws(AudioFileError) {
    let taps: NamedArray? = if case .array = output.kind { try kernel.array() } else { nil }
    if let taps, !input.isStream, try NumPyArray.isFile(input.path), let signal = try ArraySource(path: input.path),
      let kernel = try taps.kernel(for: signal, isAmplified: output.gain != 0)
    {
      self = .sound(Signal(signal), kernel)
      return
    }
    let contents = try InputContents(input)
    if let taps, case .array(let array) = contents {
      self = .arrays(array, taps)
    } else {
      let signal = try Signal(contents)
      self = .sound(signal, try kernel.read(rate: signal.sampleRate, channels: signal.channelCount))
    }
  }

  var inputLayout: String {
    switch self {
    case .arrays(let a, _): a.array.layout
    case .sound(let signal, _), .matrix(let signal, _): signal.layout
    }
  }

  var kernelLayout: String {
    switch self {
    case .arrays(_, let v): v.array.layout
    case .sound(_, let kernel): kernel.layout
    case .matrix(_, let matrix): matrix.layout
    }
  }

  /// Convolves the operands, and writes the result.
  func convolve(_ options: ConvolutionOptions, to output: OutputOptions, _ messages: Messages) throws(AudioFileError) {
    switch self {
    case .arrays(let a, let v):
      OptionEffects.tellRates(signal: nil, kernel: nil, options, messages)
      try ArrayConvolution(a, v, options, output, messages).run()
    case .sound(let signal, let kernel):
      OptionEffects.tellRates(signal: signal.sampleRate, kernel: kernel.sampleRate, options, messages)
      try SoundConvolution(signal, kernel, options, output, messages).run()
    case .matrix(let signal, let matrix):
      OptionEffects.tellRates(signal: signal.sampleRate, kernel: matrix.sampleRate, options, messages)
      try SoundConvolution(signal, matrix, options, output, messages).run()
    }
  }
}
