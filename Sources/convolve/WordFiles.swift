import AudioFile
import WordKernels

/// The files that words name, each read once.
final class WordFiles {
  private let resamples: Bool
  private var texts: [String: [UInt8]] = [:]
  private var kernels: [String: KernelSource] = [:]

  init(resamples: Bool) { self.resamples = resamples }

  /// - Parameters:
  ///   - longestText: bytes, beyond which nothing is read of a stream.
  ///   - rate: Hz, which a kernel must have that words name; nil: any will do.
  ///   - wanted: Hz, that it is resampled to where the options ask for it.
  func supply(longestText: Int, rate: Int?, resampledTo wanted: Int? = nil) -> KernelSupply {
    KernelSupply(
      text: { [self] name throws(AudioFileError) in
        if let text = texts[name] { return text }
        let text = try InputFile.open(name) { file throws(AudioFileError) in
          try file.isStream ? file.contents(longestText: longestText) : KernelSupply.readText(file.path)
        }
        texts[name] = text
        return text
      },
      kernel: { [self] name throws(AudioFileError) in
        let source = kernels[name] ?? KernelSource(text: name, resamples: resamples)
        kernels[name] = source
        let kernel = try source.read(rate: wanted)
        if let rate, let own = kernel.sampleRate, own != rate {
          throw AudioFileError(.badData, "\(kernel.name) has \(own) Hz, and is wanted at \(rate) Hz: resample it (convolve has --resample)")
        }
        return kernel
      })
  }
}
