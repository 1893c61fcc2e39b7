/// How integers are convolved by transforms: their length, and the limbs that the operands are split into so that every
/// result, rounded to an integer, is proved to be exact.
struct IntegerTransformPlan: Equatable {
  /// Complex points of a transform, M, of 2M values each.
  var points: Int
  var signal: Limbs
  var kernel: Limbs
  /// Products of limbs, by the power of 2 that they count; those that wrap around are left out.
  var groups: [Group]
  /// Estimated nanoseconds.
  var cost: Double

  /// Limbs of signal and kernel whose products count 2^shift.
  struct Group: Equatable {
    var shift: Int
    var pairs: [Pair]
  }

  struct Pair: Equatable {
    var signal: Int
    var kernel: Int
  }

  /// Half a unit would do; the other quarter is for a transform that takes a pass more than the bound counts.
  static let errorLimit = 0.25
  /// Points of transforms; kernels of more taps than the longest frame have no plan.
  static let allPoints = (4...20).map { 1 << $0 }

  /// The cheapest exact plan for `outputs` of N values of up to `signalMagnitude` and M taps of up to `kernelMagnitude`,
  /// modulo 2^bits.
  static func cheapest(
    signalMagnitude: UInt64, kernelMagnitude: UInt64, n: Int, m: Int, outputs: Int, bits: Int
  ) -> IntegerTransformPlan? {
    let whole = (Limbs(whole: signalMagnitude), Limbs(whole: kernelMagnitude))
    let splitKernel = (2...8).map { (whole.0, Limbs(count: $0, magnitude: kernelMagnitude)) }
    let splitBoth = (2...10).map { count in
      let width = Limbs(count: count, magnitude: max(signalMagnitude, kernelMagnitude)).width
      return (Limbs(width: width, magnitude: signalMagnitude), Limbs(width: width, magnitude: kernelMagnitude))
    }
    var best: IntegerTransformPlan?
    for points in allPoints where 2 * points >= m {
      for (signal, kernel) in [whole] + splitKernel + splitBoth {
        let plan = IntegerTransformPlan(points: points, signal, kernel, n: n, m: m, outputs: outputs, bits: bits)
        if plan.cost < best?.cost ?? .infinity, plan.errorBound(n: n, m: m) < errorLimit { best = plan }
      }
    }
    return best
  }

  private init(points: Int, _ signal: Limbs, _ kernel: Limbs, n: Int, m: Int, outputs: Int, bits: Int) {
    (self.points, self.signal, self.kernel) = (points, signal, kernel)
    var pairs: [Int: [Pair]] = [:]
    for i in 0..<signal.count {
      for j in 0..<kernel.count {
        let shift = i * signal.width + j * kernel.width
        if shift < bits { pairs[shift, default: []].append(Pair(signal: i, kernel: j)) }
      }
    }
    groups = pairs.sorted { $0.key < $1.key }.map { Group(shift: $0.key, pairs: $0.value) }
    // Nanoseconds of a transform, and of a product of spectra, for each point: measured with AVX2.
    let transform = 0.6 * Double(points.trailingZeroBitCount) + 4
    let product = 2.0
    let strips = Double((outputs + 2 * points - m) / (2 * points - m + 1))
    let products = Double(groups.reduce(0) { $0 + $1.pairs.count })
    let perStrip = Double(signal.count + groups.count) * transform + products * product
    cost = Double(points) * (strips * perStrip + Double(kernel.count) * transform)
  }

  /// A bound on the error of a value before it is rounded to an integer.
  ///
  /// The norms are bounded by the largest limbs. Source: N. J. Higham, "Accuracy and Stability of Numerical Algorithms",
  /// section 24.1, for transforms of radix 2, whose every pass adds 6.7 u.
  func errorBound(n: Int, m: Int) -> Double {
    let u = 0x1p-53
    let frame = Double(min(2 * points, n))
    let passes = Double(points.trailingZeroBitCount + 2)
    let terms = Double(groups.map(\.pairs.count).max()!)
    let signalNorm = signal.maximum * frame.squareRoot()
    let kernelNorm = kernel.maximum * Double(m).squareRoot()
    let kernelSum = kernel.maximum * Double(m)
    let products = (13.4 * passes + 3 + terms) * signalNorm * kernelNorm
    return u * terms * (products + 6.7 * passes * signalNorm * kernelSum)
  }
}
