import Convolution
import Platform
import Vector

/// A convolution of integers of k bits, modulo 2^k, by transforms of overlapping windows. Each result is rounded to an integer,
/// which the plan proves to be exact.
///
/// Threads may share a value: they only read it.
struct TransformedIntegers<Lane: WrappingLane>: @unchecked Sendable {
  let plan: IntegerTransformPlan
  private let signal: [Lane]
  private let kernel: [Lane]
  private let outputs: Range<Int>

  /// Precondition: `signal` is no shorter than `kernel`, which is not empty.
  /// - Returns: nil if no plan is exact.
  init?(_ signal: [Lane], _ kernel: [Lane], _ mode: ConvolutionMode) {
    (self.signal, self.kernel) = (signal, kernel)
    outputs = mode.outputs(signal.count, kernel.count)
    let plan = IntegerTransformPlan.cheapest(
      signalMagnitude: Self.magnitude(signal), kernelMagnitude: Self.magnitude(kernel), n: signal.count, m: kernel.count,
      outputs: outputs.count, bits: Lane.bitWidth)
    guard let plan else { return nil }
    self.plan = plan
  }

  private static func magnitude(_ values: [Lane]) -> UInt64 {
    values.reduce(0) { max($0, UInt64($1.magnitude)) }
  }

  /// Computes the outputs on up to `jobs` threads, in O(N log M) for each pair of limbs.
  func result(jobs: Int) -> [Lane] {
    let transform = RealFFT(points: plan.points, precision: .float64)
    let spectra = (0..<plan.limbs.kernel.count).map { spectrum(of: kernel, from: 0, plan.limbs.kernel, $0, transform) }
    return [Lane](unsafeUninitializedCapacity: outputs.count) { result, count in
      // Each part goes to one thread, so no two write to one place.
      nonisolated(unsafe) let y = result.baseAddress!
      outputs.forEachPart(ofLength: 2 * plan.points - kernel.count + 1, jobs: jobs) { part in
        write(part, to: y + (part.lowerBound - outputs.lowerBound), spectra, transform)
      }
      count = outputs.count
    }
  }

  /// Writes the outputs of one window. Its first M-1 results are dropped: they would need values before the window.
  private func write(_ part: Range<Int>, to y: UnsafeMutablePointer<Lane>, _ kernelSpectra: [[Double]], _ transform: RealFFT) {
    let (first, limbs) = (kernel.count - 1, plan.limbs.signal)
    let spectra = (0..<limbs.count).map { spectrum(of: signal, from: part.lowerBound - first, limbs, $0, transform) }
    for index in 0..<part.count { y[index] = 0 }
    var window = [Double](repeating: 0, count: 2 * plan.points)
    for group in plan.limbs.groups {
      for index in window.indices { window[index] = 0 }
      for pair in group.pairs { multiply(spectra[pair.signal], kernelSpectra[pair.kernel], addedTo: &window) }
      window.withUnsafeMutableBytes { transform.inverse($0.baseAddress!) }
      for index in 0..<part.count {
        let value = rounded(window[first + index] / Double(plan.points))
        y[index] &+= Lane(truncatingIfNeeded: value) << Lane(group.shift)
      }
    }
  }

  /// The spectrum of one limb of a window of `values` from `start` on, with zeros outside of the values.
  private func spectrum(of values: [Lane], from start: Int, _ limbs: Limbs, _ index: Int, _ transform: RealFFT) -> [Double] {
    let length = 2 * plan.points
    var window = [Double](repeating: 0, count: length)
    for place in max(0, -start)..<max(0, -start, min(length, values.count - start)) {
      window[place] = Double(limbs.limb(index, of: Int64(values[start + place])))
    }
    return [Double](unsafeUninitializedCapacity: length) { spectrum, count in
      window.withUnsafeBytes { transform.forward($0.baseAddress!, to: UnsafeMutableRawPointer(spectrum.baseAddress!)) }
      count = length
    }
  }

  /// Adds the product of two spectra, which hold real parts first, then imaginary parts.
  private func multiply(_ a: [Double], _ b: [Double], addedTo sum: inout [Double]) {
    let points = plan.points
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        sum.withUnsafeMutableBufferPointer { sum in
          for k in 0..<points {
            let (ar, ai, br, bi) = (a[k], a[k &+ points], b[k], b[k &+ points])
            sum[k] += ar * br - ai * bi
            sum[k &+ points] += ar * bi + ai * br
          }
        }
      }
    }
  }
}

/// The integer nearest to `value`, which is below 2^51: near 1.5 * 2^52 the last bit of a float64 counts one.
@inline(__always)
private func rounded(_ value: Double) -> Int64 {
  let anchor = 0x1.8p52
  return Int64(bitPattern: (value + anchor).bitPattern) &- Int64(bitPattern: anchor.bitPattern)
}
