import NPY

/// How integers are convolved by transforms: their length, and the limbs that the operands are split into so that every
/// result, rounded to an integer, is proved to be exact.
package struct IntegerTransformPlan: Equatable {
  /// Complex points of a transform, M, of 2M values each.
  package var points: Int
  package var limbs: LimbProducts
  /// Estimated nanoseconds.
  var cost: Double

  /// Half a unit would do; the other quarter is for a transform that takes a pass more than the bound counts.
  static let errorLimit = 0.25
  /// Points of transforms; kernels of more taps than the longest frame have no plan.
  static let allPoints = (4...20).map { 1 << $0 }

  /// The cheapest exact plan for `outputs` of N values of up to `signalMagnitude` and M taps of up to `kernelMagnitude`,
  /// modulo 2^bits.
  ///
  /// - Returns: nil if none is exact.
  package static func cheapest(
    signalMagnitude: UInt64, kernelMagnitude: UInt64, n: Int, m: Int, outputs: Int, bits: Int
  ) -> IntegerTransformPlan? {
    let signal = Limbs(whole: signalMagnitude), kernel = Limbs(whole: kernelMagnitude)
    var candidates = [LimbProducts(signal, kernel, bits: bits)]
    for count in 2...8 {
      candidates.append(LimbProducts(signal, Limbs(count: count, magnitude: kernelMagnitude), bits: bits))
    }
    for count in 2...10 {
      let width = Limbs(count: count, magnitude: max(signalMagnitude, kernelMagnitude)).width
      candidates.append(
        LimbProducts(
          Limbs(width: width, magnitude: signalMagnitude), Limbs(width: width, magnitude: kernelMagnitude), bits: bits))
    }
    var best: IntegerTransformPlan?
    for points in allPoints where 2 * points >= m {
      for limbs in candidates {
        let plan = IntegerTransformPlan(points: points, limbs: limbs, cost: cost(points, limbs, m: m, outputs: outputs))
        if plan.cost < best?.cost ?? .infinity, plan.errorBound(n: n, m: m) < errorLimit { best = plan }
      }
    }
    return best
  }

  private static func cost(_ points: Int, _ limbs: LimbProducts, m: Int, outputs: Int) -> Double {
    // Nanoseconds of a transform, and of a product of spectra, for each point: measured with AVX2.
    let transform = 0.3 * Double(points.trailingZeroBitCount) + 2
    let product = 1.0
    let strips = Double((outputs + 2 * points - m) / (2 * points - m + 1))
    let perStrip = Double(limbs.signal.count + limbs.groups.count) * transform + Double(limbs.pairCount) * product
    return Double(points) * (strips * perStrip + Double(limbs.kernel.count) * transform)
  }

  /// A bound on the error of a value before it is rounded to an integer. Where it is below one, every value is below 2^50.
  ///
  /// The norms are bounded by the largest limbs. Source: N. J. Higham, "Accuracy and Stability of Numerical Algorithms",
  /// section 24.1, for transforms of radix 2, whose every pass adds 6.7 u.
  package func errorBound(n: Int, m: Int) -> Double {
    let u = 0x1p-53
    let frame = Double(min(2 * points, n))
    let passes = Double(points.trailingZeroBitCount + 2)
    let terms = Double(limbs.largestGroup)
    let signalNorm = limbs.signal.maximum * frame.squareRoot()
    let kernelNorm = limbs.kernel.maximum * Double(m).squareRoot()
    let kernelSum = limbs.kernel.maximum * Double(m)
    let products = (13.4 * passes + 3 + terms) * signalNorm * kernelNorm
    return u * terms * (products + 6.7 * passes * signalNorm * kernelSum)
  }
}
