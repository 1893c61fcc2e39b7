import AudioFile
import Numbers
import Terminal

/// What becomes of the result.
struct Output {
  /// What to write, by the name and `--format`.
  enum Kind {
    case array
    /// The format is nil if it is to be the input's.
    case sound(AudioContainer, SampleEncoding?)
  }

  let path: String
  let kind: Kind
  /// dB.
  var gain = 0.0
  /// Whether a result that clips is refused.
  var isStrict = false
  /// Whether only to tell what would be done.
  var isDry = false

  /// - Throws: the name says nothing, or contradicts the format.
  init(path: String, format: SampleEncoding?) throws(Failure) {
    self.path = path
    if path == "-" {
      kind = .sound(.wav, format)
    } else if let container = AudioContainer(path: path) {
      kind = .sound(container, format)
    } else if path.hasSuffix(".npy") {
      kind = .array
      if let format { throw Failure(.usage, "\(path): --format \(format.rawValue) is for sound files: leave it out") }
    } else {
      let kinds = AudioContainer.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
      throw Failure(.usage, "\(path): its name does not say what to write: let it end in \(kinds) or .npy")
    }
  }

  /// What taps are multiplied by.
  var factor: Double { gain == 0 ? 1 : magnitude(decibels: gain) }

  /// The gain at which nothing clips any more, in dB.
  ///
  /// - Parameter attenuation: what it has to be less than now.
  func gain(less attenuation: Double) -> Double { ((gain - attenuation) * 10).rounded(.down) / 10 }
}
