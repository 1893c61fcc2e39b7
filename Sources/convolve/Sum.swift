import AudioFile
import NumPy

/// How to add up: everything but the numbers.
struct Sum {
  var mode: ConvolutionMode
  var profile: Profile
  var method: ConvolutionMethod
  var isExact: Bool
  /// What becomes of outputs for which taps find no values.
  var edges: Edges
  var jobs: Int

  /// - Parameters:
  ///   - outputs: how many are expected.
  ///   - rounding: what becomes of them.
  func convolver(taps: [Double], outputs: Int, rounding: Rounding) -> RoundedConvolver {
    RoundedConvolver(
      taps: taps, outputs: outputs, profile: profile, method: edges == .corrected ? .direct : method, rounding: rounding,
      isExact: isExact)
  }
}

/// What the signal is where there is none.
enum Edges: String, CaseIterable {
  /// Zero before and after it.
  case zero
  /// Unknown: outputs are divided by the sum of the taps that met values.
  case corrected
}

extension SampleEncoding {
  /// What becomes of values that are stored so.
  var rounding: Rounding {
    switch self {
    case .s16, .s24, .s32: .integer(bits: bits!)
    case .float: .float32
    case .double: .none
    }
  }
}

/// What `--verbose` tells of how outputs were computed.
///
/// - Parameter frame: values of a transform's frame; 0 for the direct sum.
func describe(frame: Int, _ work: RoundingWork, of outputs: Int, isExact: Bool) -> String {
  if frame == 0 { return "direct" }
  let snapped = work.snapped == 0 ? "" : "\(work.snapped) of \(outputs) outputs on the operands' grid, "
  let repaired = isExact ? "\(work.repaired) of \(outputs) outputs summed again" : "not repaired"
  return "FFT of \(frame) values, \(snapped)\(repaired), others within \(work.bound) of NumPy's"
}
