import NPY

/// The length of transforms, and the limbs of the operands, that make every result exact once it is rounded to an integer.
package struct IntegerTransformPlan: Equatable {
  /// Complex points M of a transform, which takes a window of 2M values.
  package var points: Int
  package var limbs: LimbProducts
  /// Estimated nanoseconds.
  var cost: Double

  /// Half a unit would be enough. The other quarter is for transforms with one pass more than the bound counts.
  static let errorLimit = 0.25
  /// Points of transforms. Kernels with more taps than the longest window have no plan.
  static let allPoints = (4...20).map { 1 << $0 }

  /// Finds the cheapest exact plan, modulo 2^bits, for so many `outputs` of n values of up to `signalMagnitude` and m taps of up
  /// to `kernelMagnitude`.
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

  /// Bytes that transforms on so many threads take.
  func byteCount(jobs: Int) -> Int {
    let spectrum = 2 * points * MemoryLayout<Double>.stride
    // Two more for a spectrum's window and for a group's sums; the transform's own factors are no more than two.
    return spectrum * (limbs.kernel.count + 2 + jobs * (limbs.signal.count + 2))
  }

  private static func cost(_ points: Int, _ limbs: LimbProducts, m: Int, outputs: Int) -> Double {
    // Nanoseconds of a transform and of a product of spectra, for each point, measured with AVX2.
    let transform = 0.3 * Double(points.trailingZeroBitCount) + 2
    let product = 1.0
    let windows = Double((outputs + 2 * points - m) / (2 * points - m + 1))
    let perWindow = Double(limbs.signal.count + limbs.groups.count) * transform + Double(limbs.pairCount) * product
    return Double(points) * (windows * perWindow + Double(limbs.kernel.count) * transform)
  }

  /// Bounds the error of a value before it is rounded to an integer. Where the bound is below one, every value is below 2^50.
  ///
  /// The largest limbs bound the norms. Source: N. J. Higham, "Accuracy and Stability of Numerical Algorithms", section 24.1, for
  /// transforms of radix 2, of which each pass adds 6.7 u.
  package func errorBound(n: Int, m: Int) -> Double {
    let u = 0x1p-53
    let window = Double(min(2 * points, n))
    let passes = Double(points.trailingZeroBitCount + 2)
    let terms = Double(limbs.largestGroup)
    let signalNorm = limbs.signal.maximum * window.squareRoot()
    let kernelNorm = limbs.kernel.maximum * Double(m).squareRoot()
    let kernelSum = limbs.kernel.maximum * Double(m)
    let products = (13.4 * passes + 3 + terms) * signalNorm * kernelNorm
    return u * terms * (products + 6.7 * passes * signalNorm * kernelSum)
  }
}
