import AudioFile
import Terminal

/// What to write, by the output's name and `--format`.
enum OutputKind {
  case array
  case sound(AudioContainer, SampleEncoding?)

  init(path: String, format: SampleEncoding?) throws(Failure) {
    if path == "-" {
      self = .sound(.wav, format)
    } else if let container = AudioContainer(path: path) {
      self = .sound(container, format)
    } else if path.hasSuffix(".npy") {
      self = .array
      if let format { throw Failure(.usage, "\(path): --format \(format.rawValue) is for sound files: leave it out") }
    } else {
      let kinds = AudioContainer.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
      throw Failure(.usage, "\(path): its name does not say what to write: let it end in \(kinds) or .npy")
    }
  }
}
