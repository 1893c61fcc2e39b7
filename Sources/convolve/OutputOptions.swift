import AudioFile
import Numbers
import Terminal

/// Where the result goes, and how loud it is.
struct OutputOptions {
  /// The kind of file, by its name and `--format`.
  enum Kind {
    case array
    /// A sound file; without an encoding it gets the input's.
    case sound(AudioContainer, SampleEncoding?)
  }

  let path: String
  let kind: Kind
  /// dB.
  var gain = 0.0
  /// Whether to refuse a result that clips.
  var isStrict = false
  /// Whether to print a forecast instead of computing.
  var isDry = false

  /// - Throws: the name has no known extension, or contradicts the format.
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

  /// The factor of the taps.
  var factor: Double { gain == 0 ? 1 : magnitude(decibels: gain) }

  /// The largest gain, in tenths of a dB, that is lower than the present one by `attenuation` dB or more.
  func gain(less attenuation: Double) -> Double { ((gain - attenuation) * 10).rounded(.down) / 10 }
}
