import Convolution
import Platform
import Vector

/// A convolution of integers of k bits, modulo 2^k, by transforms of overlapping windows. Each result is rounded to an integer,
/// which the plan proves to be exact.
///
/// Threads may share a value: they only read it.
struct TransformedIntegers<Lane: WrappingLane>: @unchecked Sendable {
  private let plan: IntegerTransformPlan
  private let signal: UnsafeBufferPointer<Lane>
  private let kernel: UnsafeBufferPointer<Lane>
  private let outputs: Range<Int>

  /// - Parameters:
  ///   - plan: exact for these operands.
  ///   - signal: no shorter than `kernel`; both outlive the value.
  ///   - outputs: indices into the full result.
  init(
    _ plan: IntegerTransformPlan, signal: UnsafeBufferPointer<Lane>, kernel: UnsafeBufferPointer<Lane>, outputs: Range<Int>
  ) {
    (self.plan, self.signal, self.kernel, self.outputs) = (plan, signal, kernel, outputs)
  }

  /// Writes the outputs on up to `jobs` threads, in O(N log M) for each pair of limbs. They mean nothing once the work is cancelled.
  func write(to y: UnsafeMutablePointer<Lane>, jobs: Int, _ limits: WorkLimits) {
    let transform = RealFFT(points: plan.points, precision: .float64, unless: { limits.isCancelled })
    var spectra: [[Double]] = []
    for limb in 0..<plan.limbs.kernel.count {
      if limits.isCancelled { return }
      spectra.append(spectrum(of: kernel, from: 0, plan.limbs.kernel, limb, transform))
    }
    // Each part goes to one thread, so no two write to one place.
    nonisolated(unsafe) let y = y
    outputs.forEachPart(ofLength: 2 * plan.points - kernel.count + 1, jobs: jobs, unless: { limits.isCancelled }) { [spectra] part in
      write(part, to: y + (part.lowerBound - outputs.lowerBound), spectra, transform, limits)
    }
  }

  /// Writes the outputs of one window. Its first M-1 results are dropped: they would need values before the window.
  private func write(
    _ part: Range<Int>, to y: UnsafeMutablePointer<Lane>, _ kernelSpectra: [[Double]], _ transform: RealFFT, _ limits: WorkLimits
  ) {
    let (first, limbs) = (kernel.count - 1, plan.limbs.signal)
    var spectra: [[Double]] = []
    for limb in 0..<limbs.count {
      if limits.isCancelled { return }
      spectra.append(spectrum(of: signal, from: part.lowerBound - first, limbs, limb, transform))
    }
    for index in 0..<part.count { y[index] = 0 }
    var window = [Double](repeating: 0, count: 2 * plan.points)
    for group in plan.limbs.groups {
      if limits.isCancelled { return }
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
  private func spectrum(
    of values: UnsafeBufferPointer<Lane>, from start: Int, _ limbs: Limbs, _ index: Int, _ transform: RealFFT
  ) -> [Double] {
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
