import AudioFile
import WordKernels

/// What the last argument names.
enum FilteringSource {
  /// - Parameter order: which channel of it leads where; nil: each serves its own.
  case kernel(KernelSource, ChannelOrder?)
  case configuration(ConfiguredMatrix)

  /// As it was given.
  var text: String {
    switch self {
    case .kernel(let kernel, _): kernel.text
    case .configuration(let configuration): configuration.path
    }
  }

  /// The files that are read for it and these inputs.
  func files(inputs: [String]) -> [String] {
    switch self {
    case .kernel(let kernel, _): (try? KernelName(kernel.text))?.files ?? [kernel.text]
    case .configuration(let configuration): configuration.files(inputs: inputs)
    }
  }

  /// Reads all that can be read before an input says its rate.
  func check() throws(AudioFileError) {
    switch self {
    case .kernel(let kernel, _): try kernel.check()
    case .configuration(let configuration): try configuration.check()
    }
  }
}
