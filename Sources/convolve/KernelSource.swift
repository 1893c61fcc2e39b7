import AudioFile
import Design
import NPY
import NumPy
import Platform
import WordKernels

/// The kernel argument and its options. Its file is read once, however many inputs it serves.
final class KernelSource {
  /// A path or words.
  let text: String
  let rawFormat: RawKernelFormat?
  let resamples: Bool
  /// Nothing, until it is asked for; nil for a kernel that is no array.
  private var readArray: NamedArray??
  private var readKernel: Kernel?
  private var fitted: [Int: Kernel] = [:]
  /// Of a stream, or of a name that the readers cannot have.
  private var bytes: [UInt8]?
  private lazy var words = WordFiles(resamples: resamples)

  init(text: String, rawFormat: RawKernelFormat? = nil, resamples: Bool = false) {
    (self.text, self.rawFormat, self.resamples) = (text, rawFormat, resamples)
  }

  private func name() throws(AudioFileError) -> KernelName { try rawFormat == nil ? KernelName(text) : .file(text) }

  /// The kernel as an array: a `.npy` file, or a list of taps, which is int64 if all are whole numbers; nil for other kernels.
  func array() throws(AudioFileError) -> NamedArray? {
    if let readArray { return readArray }
    let read: NamedArray?
    switch try name() {
    case .specification: read = try specified()
    case .file where rawFormat == nil: read = try InputFile.open(text) { file throws(AudioFileError) in try array(file) }
    case .file, .raw, .words: read = nil
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
    return NumPyArray.isNPY(bytes) ? try NamedArray(npy: bytes, name: file.streamName) : nil
  }

  /// Reads all that can be read before an input says its rate.
  func check() throws(AudioFileError) {
    if case .words(let made) = try name() {
      _ = try made.check(name: text, rate: nil, from: words.supply(longestText: made.longestText, rate: nil))
    } else if try array() == nil {
      _ = try unfitted()
    }
  }

  /// Reads the kernel, or makes it for the signal's `rate` in Hz; a file is resampled to it if the options ask for it.
  ///
  /// - Parameter channels: of the signal, if it is known. A kernel that does not suit them stays as it is, to be refused.
  func read(rate: Int?, channels: Int? = nil) throws(AudioFileError) -> Kernel {
    if let kernel = fitted[rate ?? 0] { return kernel }
    let kernel: Kernel
    if case .words(let made) = try name() {
      if let channels {
        let silent = try made.check(name: text, rate: rate, from: words.supply(longestText: made.longestText, rate: nil))
        guard [1, channels].contains(silent.channels.count) else { return silent }
      }
      let supply = words.supply(longestText: made.longestText, rate: made.dependsOnRate ? rate : nil, resampledTo: rate)
      kernel = try made.kernel(name: text, rate: rate, from: supply)
    } else {
      kernel = try unfitted()
      guard resamples, let rate, let own = kernel.sampleRate, own != rate,
        [1, channels ?? kernel.channels.count].contains(kernel.channels.count)
      else { return kernel }
      fitted[rate] = try kernel.resampled(to: rate)
      return fitted[rate]!
    }
    fitted[rate ?? 0] = kernel
    return kernel
  }

  /// Reads the kernel at its own rate.
  func unfitted() throws(AudioFileError) -> Kernel {
    if let readKernel { return readKernel }
    let read: Kernel
    switch try name() {
    case .specification: read = try Kernel(specification: text)
    case .raw(let raw): read = try InputFile.open(raw.path) { file throws(AudioFileError) in try kernel(file, raw) }
    case .file, .words: read = try InputFile.open(text) { file throws(AudioFileError) in try kernel(file) }
    }
    readKernel = read
    return read
  }

  private func kernel(_ file: InputFile) throws(AudioFileError) -> Kernel {
    if let bytes = try contents(of: file) {
      if let rawFormat { return try Kernel(raw: bytes, format: rawFormat, name: file.streamName) }
      let isText = ["txt", "csv"].contains(file.fileExtension)
      return try Kernel(bytes: bytes, name: file.streamName, contentType: isText ? "text/plain" : nil)
    }
    if let rawFormat { return try Kernel(raw: file.path, format: rawFormat) }
    try Kernel.checkMemory(path: file.path)
    return try Kernel(path: file.path)
  }

  private func kernel(_ file: InputFile, _ raw: RawKernelFile) throws(AudioFileError) -> Kernel {
    if let bytes = try contents(of: file) { return try Kernel(raw, of: bytes) }
    var reachable = raw
    reachable.path = file.path
    return try Kernel(reachable)
  }

  /// nil where the readers open the file themselves.
  private func contents(of file: InputFile) throws(AudioFileError) -> [UInt8]? {
    guard file.isStream else { return nil }
    if bytes == nil {
      let isRaw = if case .raw = try name() { true } else { rawFormat != nil }
      bytes = try file.contents { head in isRaw ? nil : Kernel.refusal(head: head, name: file.streamName) }
    }
    return bytes
  }
}
