import CIntrinsics
import Vector

/// A signed integer whose sums of products wrap around, as wide as the lanes of a loop.
protocol WrappingLane: FixedWidthInteger, SignedInteger, BitwiseCopyable, Sendable {
  static var sums: Sums { get }
  /// What a product costs in the direct sum, in nanoseconds: measured with AVX2, and only estimates depend on it.
  static var directCost: Double { get }
}

// The loops for integers are the same in both tables.
extension Int16: WrappingLane {
  static let sums: Sums = VectorLoops.table(.float64).integer_sums_16
  static let directCost = 0.015
}

extension Int32: WrappingLane {
  static let sums: Sums = VectorLoops.table(.float64).integer_sums_32
  static let directCost = 0.03
}

extension Int64: WrappingLane {
  static let sums: Sums = VectorLoops.table(.float64).integer_sums_64
  static let directCost = 0.17
}

/// The convolution modulo 2^k of integers of k bits, none of the operands empty, by the method that is estimated to be
/// fastest, unless one is asked for.
func convolveIntegers<Lane: WrappingLane>(
  _ a: [Lane], _ v: [Lane], _ mode: ConvolutionMode, _ method: ConvolutionMethod, _ jobs: Int
) -> [Lane] {
  let (signal, kernel) = a.count >= v.count ? (a, v) : (v, a)
  let directCost = Double(signal.count) * Double(kernel.count) * Lane.directCost
  // Looking for a plan takes some 50 microseconds itself.
  if method == .fft || method == .auto && directCost > 200_000,
    let transformed = TransformedIntegers(signal, kernel, mode),
    method == .fft || transformed.plan.cost < directCost
  {
    return transformed.result(jobs: jobs)
  }
  return DirectConvolution(partial: Lane.sums, complete: Lane.sums)(signal, kernel, mode, jobs)
}
