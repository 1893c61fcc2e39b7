import NPY
import AudioFile
import NumPy

/// The kernel argument and its options.
struct KernelSource {
  /// A path or a specification.
  var text: String
  var rawFormat: RawKernelFormat?
  var resamples: Bool

  /// The kernel as an array: a `.npy` file, or a list of taps, which is int64 if all are whole numbers; nil for other kernels.
  func array() throws(AudioFileError) -> NamedArray? {
    if rawFormat != nil || text == "-" { return nil }
    if Kernel.isSpecification(text) {
      let kernel = try Kernel(specification: text)
      return NamedArray(array: kernel.integers.map { NumPyArray(.int64($0)) } ?? NumPyArray(kernel.channels[0]), name: text)
    }
    return try NumPyArray.isFile(text) ? NamedArray(path: text) : nil
  }

  /// Reads the kernel, resampled to the signal's `rate` in Hz if the options ask for it.
  func read(rate: Int?) throws(AudioFileError) -> Kernel {
    if rawFormat == nil && !Kernel.isSpecification(text) { try Kernel.checkMemory(path: text) }
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

/// An array and its name.
struct NamedArray {
  var array: NumPyArray
  /// What messages call it.
  var name: String

  init(array: NumPyArray, name: String) { (self.array, self.name) = (array, name) }

  init(path: String) throws(AudioFileError) { self.init(array: try NumPyArray(path: path), name: path) }

  /// The array as a kernel for a signal that is read as needed, if NumPy sums the two in float64.
  ///
  /// - Returns: nil if NumPy exchanges or refuses the two, sums another type, or applies the gain in another type.
  func kernel(for signal: ArraySource, isAmplified: Bool) throws(AudioFileError) -> Kernel? {
    let type = array.elementType
    guard array.shape.count <= 1, (1...max(1, signal.count)).contains(array.elements.count), signal.count > 0,
      ElementType.promoted(.float64, type) == .float64, !(isAmplified && (type == .float16 || type == .float32))
    else { return nil }
    let taps = try array.values(name: name)
    // NumPy accepts infinite taps, a kernel does not.
    return taps.allSatisfy(\.isFinite) ? try Kernel(channels: [taps], name: name, layout: array.layout) : nil
  }
}
