import AudioFile
import NumPy

/// How to add up: everything but the numbers.
struct Sum {
  var mode: ConvolutionMode
  var profile: Profile
  var method: ConvolutionMethod
  var isExact: Bool
  var jobs: Int
  /// Whether a result that clips is refused.
  var isStrict: Bool

  /// One channel in float64.
  func convolve(_ a: [Double], _ v: [Double], rounding: Rounding) throws(NumPyError) -> RoundedConvolution {
    try convolveRounded(a, v, mode: mode, profile: profile, method: method, rounding: rounding, isExact: isExact, jobs: jobs)
  }
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

extension RoundedConvolution {
  /// What `--verbose` tells.
  func description(channel: Int?, isExact: Bool) -> String {
    let place = channel.map { "channel \($0): " } ?? ""
    if method == .direct { return place + "direct" }
    let repair = isOnGrid ? "on the operands' grid, " : isExact ? "" : "not repaired, "
    return place + "FFT of \(frame) values, \(repair)\(repaired) of \(values.count) outputs summed again, others within \(bound) of NumPy's"
  }
}
