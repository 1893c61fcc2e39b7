import AudioFile
import NPY
import NumPy
import Platform

/// The kernel argument and its options. Its file is read once, however many inputs it serves.
final class KernelSource {
  /// A path or a specification.
  let text: String
  let rawFormat: RawKernelFormat?
  let resamples: Bool
  /// Nothing, until it is asked for; nil for a kernel that is no array.
  private var readArray: NamedArray??
  private var readKernel: Kernel?
  private var resampled: [Int: Kernel] = [:]
  /// Of a stream, or of a name that the readers cannot have.
  private var bytes: [UInt8]?

  init(text: String, rawFormat: RawKernelFormat? = nil, resamples: Bool = false) {
    (self.text, self.rawFormat, self.resamples) = (text, rawFormat, resamples)
  }

  private var isSpecification: Bool { Kernel.isSpecification(text) }

  /// The kernel as an array: a `.npy` file, or a list of taps, which is int64 if all are whole numbers; nil for other kernels.
  func array() throws(AudioFileError) -> NamedArray? {
    if let readArray { return readArray }
    let read: NamedArray?
    if rawFormat != nil || text == "-" {
      read = nil
    } else {
      read = try isSpecification ? specified() : InputFile.open(text) { file throws(AudioFileError) in try array(file) }
    }
    readArray = .some(read)
    return read
  }

  private func specified() throws(AudioFileError) -> NamedArray {
    let kernel = try Kernel(specification: text)
    return NamedArray(array: kernel.integers.map { NumPyArray(.int64($0)) } ?? NumPyArray(kernel.channels[0]), name: text)
  }

  private func array(_ file: InputFile) throws(AudioFileError) -> NamedArray? {
    guard let bytes = try contents(of: file) else { return try NumPyArray.isFile(file.path) ? NamedArray(file) : nil }
    return NumPyArray.isNPY(bytes) ? try NamedArray(npy: bytes, name: text) : nil
  }

  /// Reads the kernel, resampled to the signal's `rate` in Hz if the options ask for it.
  ///
  /// - Parameter channels: of the signal. A kernel that does not suit them stays as it is, to be refused.
  func read(rate: Int?, channels: Int) throws(AudioFileError) -> Kernel {
    let kernel = try unfitted()
    guard resamples, let rate, let own = kernel.sampleRate, own != rate, [1, channels].contains(kernel.channels.count) else {
      return kernel
    }
    if let resampled = resampled[rate] { return resampled }
    let result = try kernel.resampled(to: rate)
    resampled[rate] = result
    return result
  }

  /// Reads the kernel at its own rate.
  func unfitted() throws(AudioFileError) -> Kernel {
    if let readKernel { return readKernel }
    let read = try isSpecification ? Kernel(specification: text) : InputFile.open(text) { file throws(AudioFileError) in try kernel(file) }
    readKernel = read
    return read
  }

  private func kernel(_ file: InputFile) throws(AudioFileError) -> Kernel {
    if let bytes = try contents(of: file) {
      if let rawFormat { return try Kernel(raw: bytes, format: rawFormat, name: text) }
      let isText = ["txt", "csv"].contains(file.fileExtension)
      return try Kernel(bytes: bytes, name: text, contentType: isText ? "text/plain" : nil)
    }
    if let rawFormat { return try Kernel(raw: file.path, format: rawFormat) }
    try Kernel.checkMemory(path: file.path)
    return try Kernel(path: file.path)
  }

  /// nil where the readers open the file themselves.
  private func contents(of file: InputFile) throws(AudioFileError) -> [UInt8]? {
    guard file.descriptor != nil else { return nil }
    if bytes == nil { bytes = try file.contents() }
    return bytes
  }
}
