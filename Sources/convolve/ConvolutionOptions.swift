import AudioFile
import NumPy

/// How operands are convolved.
struct ConvolutionOptions {
  var mode: OutputMode
  var profile: Profile
  /// Whether it was asked for, rather than found.
  var isProfileGiven = false
  var method: ConvolutionMethod
  var isExact: Bool
  /// How outputs at the ends of the signal are treated.
  var edges: Edges
  var jobs: Int
  /// Whether a kernel of another rate is resampled.
  var isResampling = false

  /// A convolver with these options, for about so many outputs, which are stored as `rounding` says.
  func convolver(taps: [Double], outputs: Int, rounding: Rounding) -> RoundedConvolver {
    RoundedConvolver(
      taps: taps, outputs: outputs, profile: profile, method: edges == .corrected ? .direct : method, rounding: rounding,
      isExact: isExact)
  }
}

/// Which outputs are wanted.
enum OutputMode: String, CaseIterable {
  case full, same, valid
  /// The first of all, as many as INPUT has frames.
  case head

  /// NumPy's; the head is a part of the full one.
  var numPy: ConvolutionMode { ConvolutionMode(rawValue: rawValue) ?? .full }
}

/// What lies beyond the ends of the signal.
enum Edges: String, CaseIterable {
  /// Zeros.
  case zero
  /// Nothing: each output is divided by the sum of the taps that met values.
  case corrected
}

extension SampleEncoding {
  /// How values are rounded for this encoding.
  var rounding: Rounding { bits.map { .integer(bits: $0) } ?? (self == .float ? .float32 : Rounding.none) }
}
