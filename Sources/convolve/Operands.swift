import AudioFile
import NumPy
import Terminal

/// The two files, read.
enum Operands {
  /// Two arrays, convolved by NumPy's rules.
  case arrays(NamedArray, NamedArray)
  /// Anything else, convolved in float64, channel by channel.
  case sound(Signal, Kernel)

  init(input: String, kernel: KernelSource, target: OutputKind) throws(Failure) {
    do throws(AudioFileError) {
      if case .array = target, input != "-", try NumPyArray.isFile(input), let taps = try kernel.array() {
        self = .arrays(try NamedArray(path: input), taps)
        return
      }
      let signal = try Signal(path: input)
      self = .sound(signal, try kernel.read(rate: signal.sampleRate))
    } catch {
      throw Failure(error)
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

  /// Convolves them and writes the result.
  func convolve(_ sum: Sum, to path: String, as target: OutputKind, _ notes: Notes) throws(Failure) {
    switch self {
    case .arrays(let a, let v):
      try convolveArrays(a, v, sum, to: path, notes)
    case .sound(let signal, let kernel):
      try convolveSound(signal, kernel, sum, to: path, as: target, notes)
    }
  }
}

/// Where the taps come from.
struct KernelSource {
  /// A path, or what a kernel is.
  var text: String
  var rawFormat: RawKernelFormat?
  var resamples: Bool

  /// The kernel as NumPy has it: a `.npy` file, or a list, which is int64 if it holds whole numbers only; nil for any other.
  func array() throws(AudioFileError) -> NamedArray? {
    if rawFormat != nil || text == "-" { return nil }
    if Kernel.isSpecification(text) {
      let kernel = try Kernel(specification: text)
      return NamedArray(array: kernel.integers.map { NumPyArray(.int64($0)) } ?? NumPyArray(kernel.channels[0]), name: text)
    }
    return try NumPyArray.isFile(text) ? NamedArray(path: text) : nil
  }

  /// - Parameter rate: the signal's, in Hz.
  func read(rate: Int?) throws(AudioFileError) -> Kernel {
    let kernel: Kernel
    if let rawFormat {
      kernel = try Kernel(raw: text, format: rawFormat)
    } else {
      kernel = try Kernel.isSpecification(text) ? Kernel(specification: text) : Kernel(path: text)
    }
    guard resamples, let rate, let own = kernel.sampleRate, own != rate else { return kernel }
    return try kernel.resampled(to: rate)
  }
}

/// A `.npy` file.
struct NamedArray {
  var array: NumPyArray
  /// What messages call it.
  var name: String

  init(array: NumPyArray, name: String) { (self.array, self.name) = (array, name) }

  init(path: String) throws(AudioFileError) { self.init(array: try NumPyArray(path: path), name: path) }
}

extension Failure {
  init(_ error: AudioFileError) {
    let status: ExitStatus =
      switch error.cause {
      case .specification: .usage
      case .missing: .noInput
      case .notPermitted: .notPermitted
      case .badData: .badData
      case .cannotCreate: .cannotCreate
      case .inputOutput: .inputOutput
      }
    self.init(status, error.message)
  }
}

extension StagedFile {
  /// Creates it, before long work rather than after.
  static func creating(_ path: String) throws(Failure) -> StagedFile {
    do throws(AudioFileError) { return try StagedFile(path) } catch { throw Failure(error) }
  }
}

extension SoundSink {
  /// Creates it, before long work rather than after.
  static func creating(
    _ path: String, _ container: AudioContainer, _ encoding: SampleEncoding, channels: Int, rate: Int
  ) throws(Failure) -> SoundSink {
    do throws(AudioFileError) {
      return try SoundSink(path: path, container: container, encoding: encoding, channelCount: channels, sampleRate: rate)
    } catch {
      throw Failure(error)
    }
  }
}
