import AudioFile
import NumPy

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
