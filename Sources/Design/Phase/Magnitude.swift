import Analysis
import Glibc
import Numbers

/// What has an |H|, and so kernels of any phase.
public enum Magnitude: Sendable, Equatable {
  case cascade(Cascade)
  case response(ResponseTable)
  case taps([Double])

  /// |H| at each bin of `transform`, whose `values` are lost.
  ///
  /// - Throws: it is 0 throughout, or beyond float64; or the work was cancelled.
  func write(to transform: Transform, angles: [Double], rate: Double, _ isCancelled: CancellationCheck) throws(DesignError) {
    let (re, im) = (transform.re, transform.im)
    switch self {
    case .cascade(let cascade):
      for (bin, angle) in angles.enumerated() {
        try check(bin: bin, isCancelled)
        re[bin] = cascade.response(at: angle).magnitude
      }
    case .response(let table):
      for (bin, angle) in angles.enumerated() {
        try check(bin: bin, isCancelled)
        re[bin] = Numbers.magnitude(decibels: table.gain(at: abs(angle) / (2 * .pi) * rate))
      }
    case .taps(let taps):
      transform.fill(with: taps)
      transform.forward()
      for bin in re.indices { re[bin] = hypot(re[bin], im[bin]) }
    }
    im.update(repeating: 0)
    guard let largest = re.max(), largest > 0, re.allSatisfy(\.isFinite) else {
      throw DesignError("the kernel is silent, or louder than float64 holds: it has no phase")
    }
  }

  /// The most taps, where nobody says how many: a power of two, of at least a second; of taps four times as many.
  func mostTaps(rate: Double) -> Int {
    if case .taps(let taps) = self { return min(4 * max(taps.count, 1_024), Cascade.longest) }
    var count = 4_096
    while Double(count) < rate, count < Cascade.longest { count *= 2 }
    return count
  }
}
