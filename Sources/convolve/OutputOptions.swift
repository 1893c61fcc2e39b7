import AudioFile
import Glibc
import Numbers
import Platform
import Terminal

/// Where the result goes, and how loud it is.
struct OutputOptions {
  /// The kind of file, by its name and `--format`.
  enum Kind {
    case array
    /// A sound file; without an encoding it gets the input's.
    case sound(AudioContainer, SampleEncoding?)
    /// Standard output without a header, of as many channels as the result has.
    case raw(RawSoundFormat)
  }

  /// As it was given.
  let name: String
  /// What is written to.
  var path: String
  let kind: Kind
  /// dB.
  var gain = 0.0
  /// Whether to refuse a result that clips.
  var isStrict = false
  /// Prints a forecast instead of computing; nil: computes.
  var trial: Trial?

  /// - Throws: the name has no known extension, or contradicts the format.
  init(path: String, format: SampleEncoding?, raw: RawSoundFormat? = nil) throws(Failure) {
    (name, self.path) = (path, path)
    var status = stat()
    if path != "-", withSystemPath(path, { stat($0, &status) }) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
      let redirected = path == "/dev/stdout" ? "-o -" : "-o - > \(path)"
      throw Failure(.cannotCreate, "\(path): it is not a regular file, and would be replaced: name another, or give \(redirected)")
    }
    // What is no UTF-8 hides no extension.
    let parts = FileNameParts(path)
    let extensionOnly = "_.\(parts.extension)"
    if path == "-", var raw {
      if let format { raw.sample = RawKernelFormat(format) }
      kind = .raw(raw)
    } else if path == "-" {
      kind = .sound(.wav, format)
    } else if let container = AudioContainer(path: extensionOnly) {
      kind = .sound(container, format)
    } else if parts.extension == "npy" {
      kind = .array
      if let format { throw Failure(.usage, "\(path): --format \(format.rawValue) is for sound files: leave it out") }
    } else {
      let kinds = AudioContainer.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
      throw Failure(.usage, "\(path): its name does not say what to write: let it end in \(kinds) or .npy, or in / for a folder")
    }
  }

  /// Whether a name says what to write.
  static func isKindKnown(_ path: String) -> Bool {
    let ending = FileNameParts(path).extension
    return path == "-" || ending == "npy" || AudioContainer(path: "_.\(ending)") != nil
  }

  /// The factor of the taps.
  var factor: Double { gain == 0 ? 1 : magnitude(decibels: gain) }

  /// dB that --gain takes, either way.
  static let mostGain = 1_000.0

  /// The largest gain, in tenths of a dB, that is lower than the present one by `attenuation` dB or more.
  func gain(less attenuation: Double) -> Double { ((gain - attenuation) * 10).rounded(.down) / 10 }
}
