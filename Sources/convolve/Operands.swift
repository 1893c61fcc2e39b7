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

  init(input: InputFile, kernel: KernelSource, output: OutputOptions) throws(AudioFileError) {
    if case .array = output.kind, !input.isStream, try NumPyArray.isFile(input.path), let taps = try kernel.array() {
      if let signal = try ArraySource(path: input.path), let kernel = try taps.kernel(for: signal, isAmplified: output.gain != 0) {
        self = .sound(Signal(signal), kernel)
      } else {
        self = .arrays(try NamedArray(input), taps)
      }
    } else {
      let signal = try Signal(input)
      self = .sound(signal, try kernel.read(rate: signal.sampleRate, channels: signal.channelCount))
    }
  }

  var inputLayout: String {
    switch self {
    case .arrays(let a, _): a.array.layout
    case .sound(let signal, _): signal.layout
    }
  }

  var kernelLayout: String {
    switch self {
    case .arrays(_, let v): v.array.layout
    case .sound(_, let kernel): kernel.layout
    }
  }

  /// Convolves the operands, and writes the result.
  func convolve(_ options: ConvolutionOptions, to output: OutputOptions, _ messages: Messages) throws(AudioFileError) {
    switch self {
    case .arrays(let a, let v):
      try ArrayConvolution(a, v, options, output, messages).run()
    case .sound(let signal, let kernel):
      try SoundConvolution(signal, kernel, options, output, messages).run()
    }
  }
}
