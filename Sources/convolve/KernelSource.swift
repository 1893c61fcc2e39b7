import NPY
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

  /// The same taps for float64 values that come one after another: what NumPy would make of both is then the sum in float64.
  ///
  /// - Returns: nil if NumPy would do otherwise: exchange the two, refuse them, or multiply by a gain in another type.
  func kernel(for signal: ArraySource, isAmplified: Bool) throws(AudioFileError) -> Kernel? {
    let type = array.elementType
    guard array.shape.count <= 1, (1...max(1, signal.count)).contains(array.elements.count), signal.count > 0,
      ElementType.promoted(.float64, type) == .float64, !(isAmplified && (type == .float16 || type == .float32))
    else { return nil }
    let taps = try array.values(name: name)
    // NumPy takes infinite taps as they are.
    return taps.allSatisfy(\.isFinite) ? try Kernel(channels: [taps], name: name, layout: array.layout) : nil
  }
}
