import Convolution
import Vector

/// A convolution of integers of k bits, modulo 2^k, by transforms: overlapping frames of the signal, each multiplied with
/// the kernel's spectrum, each result rounded to an integer, which the plan proves to be the exact one.
///
/// Threads may share it, since they only read it.
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

  /// - Complexity: O(N log M) for each pair of limbs.
  func result(jobs: Int) -> [Lane] {
    let transform = RealFFT(points: plan.points, precision: .float64)
    let spectra = (0..<plan.limbs.kernel.count).map { spectrum(of: kernel, from: 0, plan.limbs.kernel, $0, transform) }
    return [Lane](unsafeUninitializedCapacity: outputs.count) { result, count in
      // No two threads take the same strip, so none writes where another does.
      nonisolated(unsafe) let y = result.baseAddress!
      forEachStrip(of: outputs, length: 2 * plan.points - kernel.count + 1, jobs: jobs) { strip in
        write(strip, to: y + (strip.lowerBound - outputs.lowerBound), spectra, transform)
      }
      count = outputs.count
    }
  }

  /// The outputs of one frame, whose first M-1 results are of no use: they would need the values before it.
  private func write(_ strip: Range<Int>, to y: UnsafeMutablePointer<Lane>, _ kernelSpectra: [[Double]], _ transform: RealFFT) {
    let (first, limbs) = (kernel.count - 1, plan.limbs.signal)
    let spectra = (0..<limbs.count).map { spectrum(of: signal, from: strip.lowerBound - first, limbs, $0, transform) }
    for index in 0..<strip.count { y[index] = 0 }
    var frame = [Double](repeating: 0, count: 2 * plan.points)
    for group in plan.limbs.groups {
      for index in frame.indices { frame[index] = 0 }
      for pair in group.pairs { multiply(spectra[pair.signal], kernelSpectra[pair.kernel], addedTo: &frame) }
      frame.withUnsafeMutableBytes { transform.inverse($0.baseAddress!) }
      for index in 0..<strip.count {
        let value = rounded(frame[first + index] / Double(plan.points))
        y[index] &+= Lane(truncatingIfNeeded: value) << Lane(group.shift)
      }
    }
  }

  /// The spectrum of one limb of a frame of `values` that begins at `start`; before the first and after the last are zeros.
  private func spectrum(of values: [Lane], from start: Int, _ limbs: Limbs, _ index: Int, _ transform: RealFFT) -> [Double] {
    let length = 2 * plan.points
    var frame = [Double](repeating: 0, count: length)
    for place in max(0, -start)..<max(0, -start, min(length, values.count - start)) {
      frame[place] = Double(limbs.limb(index, of: Int64(values[start + place])))
    }
    return [Double](unsafeUninitializedCapacity: length) { spectrum, count in
      frame.withUnsafeBytes { transform.forward($0.baseAddress!, to: UnsafeMutableRawPointer(spectrum.baseAddress!)) }
      count = length
    }
  }

  /// Adds the product of two spectra: real parts come first, then imaginary ones.
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

/// The integer nearest to `value`, of less than 2^51: beside 1.5 * 2^52 the last bit of a float64 counts one.
@inline(__always)
private func rounded(_ value: Double) -> Int64 {
  let anchor = 0x1.8p52
  return Int64(bitPattern: (value + anchor).bitPattern) &- Int64(bitPattern: anchor.bitPattern)
}
