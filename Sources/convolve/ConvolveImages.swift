import ArgumentParser
import AudioFile
import NPY
import NumPy
import Platform
import Terminal

/// The command `2d`: convolves arrays of two dimensions as scipy.signal.convolve2d does, bit for bit.
struct ConvolveImages: FileCommand {
  static let configuration = CommandConfiguration(
    commandName: "2d", _superCommandName: Convolve.name,
    abstract: "Convolve two-dimensional arrays: the numbers of scipy.signal.convolve2d, bit for bit.",
    discussion: """
      The result has the type that NumPy promotes both to; integers wrap around, and bool and float16 are refused as SciPy refuses \
      them. With --mode valid the operands change places if only KERNEL is at least as large in both dimensions.
      """,
    version: version)

  static let words = OptionWords(
    flags: ["--dry-run", "-v", "--verbose"], values: ["-o", "--output", "--mode", "--boundary", "--jobs"], names: ["-o": "--output"])

  @Argument(help: "A .npy array of two dimensions.", completion: .file())
  var image: String

  @Argument(help: "A .npy array of two dimensions.", completion: .file())
  var kernel: String

  @Option(name: [.short, .long], help: "The .npy file to write.", completion: .file())
  var output: String

  @Option(help: "All outputs with any overlap, as many as IMAGE has, or those of complete overlap.")
  var mode = ConvolutionMode.full

  @Option(help: "What lies beyond IMAGE: zeros, IMAGE again, or its mirror image.")
  var boundary = ImageBoundary.fill

  @Option(help: "Threads; as many as there are processors if not given. The result does not depend on it.")
  var jobs: Int?

  @Flag(help: "Only tell size, method, memory and time of the result.")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "Tell what was detected and chosen.")
  var verbose = false

  func validate() throws {
    try Threads.check(jobs)
    try checkStandardInput([image, kernel])
    if !output.hasSuffix(".npy") { throw ValidationError("\(output): the result is an array: let the name end in .npy") }
  }

  func run() throws {
    let messages = Messages(verbose: verbose)
    Threads.warn(jobs, messages)
    try checkOverwriting(output, reading: [image, kernel])
    do throws(AudioFileError) {
      let (image, kernel) = (try InputFile.open(image, NamedArray.init), try InputFile.open(kernel, NamedArray.init))
      let bytes = try byteCount(image, kernel)
      let staged = try StagedFile(output)
      if dryRun { return Trial().print(try forecast(image, kernel, bytes)) }
      messages.detail("image: \(image.name): \(image.array.layout)")
      messages.detail("kernel: \(kernel.name): \(kernel.array.layout)")
      messages.detail("mode: \(mode.rawValue), boundary: \(boundary.rawValue), threads: \(Threads.count(jobs))")
      let result = try result(image, kernel)
      messages.detail("direct")
      messages.detail("output: \(output): \(result.layout)")
      try staged.write(result)
      try staged.commit()
    } catch {
      throw Failure(error)
    }
  }

  /// Bytes beyond the operands', which are there.
  private func byteCount(_ image: NamedArray, _ kernel: NamedArray) throws(AudioFileError) -> Int {
    let bytes: Int
    do throws(NumPyError) {
      bytes = try convolve2DByteCount(image.array, kernel.array, mode: mode, boundary: boundary)
    } catch {
      throw refusal(error, image, kernel)
    }
    try AudioFileError.checkMemory(bytes, for: "\(image.name) with \(kernel.name)")
    return bytes
  }

  private func result(_ image: NamedArray, _ kernel: NamedArray) throws(AudioFileError) -> NumPyArray {
    do throws(NumPyError) {
      return try convolve2D(image.array, kernel.array, mode: mode, boundary: boundary, jobs: Threads.count(jobs))
    } catch {
      throw refusal(error, image, kernel)
    }
  }

  func refusal(_ error: NumPyError, _ operands: NamedArray...) -> AudioFileError {
    let operands = operands.map { "\($0.name) is \($0.array.layout)" }.joined(separator: ", ")
    return AudioFileError(.badData, "\(error.message): \(operands)")
  }
}

extension ImageBoundary: ExpressibleByArgument {}
