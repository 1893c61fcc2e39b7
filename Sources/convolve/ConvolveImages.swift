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
    flags: [], values: ["-o", "--output", "--mode", "--boundary", "--jobs"], names: ["-o": "--output"])

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

  func validate() throws {
    try Threads.check(jobs)
    if !output.hasSuffix(".npy") { throw ValidationError("\(output): the result is an array: let the name end in .npy") }
  }

  func run() throws {
    Threads.warn(jobs, Messages())
    try checkOverwriting(output, reading: [image, kernel])
    do throws(AudioFileError) {
      let (image, kernel) = (try InputFile.open(image, NamedArray.init), try InputFile.open(kernel, NamedArray.init))
      let staged = try StagedFile(output)
      try staged.write(result(image, kernel))
      try staged.commit()
    } catch {
      throw Failure(error)
    }
  }

  private func result(_ image: NamedArray, _ kernel: NamedArray) throws(AudioFileError) -> NumPyArray {
    let bytes: Int
    do throws(NumPyError) {
      bytes = try convolve2DByteCount(image.array, kernel.array, mode: mode, boundary: boundary)
    } catch {
      throw refusal(error, image, kernel)
    }
    try AudioFileError.checkMemory(bytes, for: "\(image.name) with \(kernel.name)")
    do throws(NumPyError) {
      return try convolve2D(image.array, kernel.array, mode: mode, boundary: boundary, jobs: Threads.count(jobs))
    } catch {
      throw refusal(error, image, kernel)
    }
  }

  private func refusal(_ error: NumPyError, _ operands: NamedArray...) -> AudioFileError {
    let operands = operands.map { "\($0.name) is \($0.array.layout)" }.joined(separator: ", ")
    return AudioFileError(.badData, "\(error.message): \(operands)")
  }
}

extension ImageBoundary: ExpressibleByArgument {}
