import CIntrinsics
import Vector

/// A signed integer type that a loop sums, wrapping around.
protocol WrappingLane: FixedWidthInteger, SignedInteger, BitwiseCopyable, Sendable {
  static var sums: SumsLoop { get }
  /// Nanoseconds of a product in the direct sum, measured with AVX2. Only estimates depend on it.
  static var directCost: Double { get }
}

// Both tables hold the same loops for integers.
extension Int16: WrappingLane {
  static let sums: SumsLoop = VectorLoops.table(.float64).integer_sums_16
  static let directCost = 0.015
}

extension Int32: WrappingLane {
  static let sums: SumsLoop = VectorLoops.table(.float64).integer_sums_32
  static let directCost = 0.03
}

extension Int64: WrappingLane {
  static let sums: SumsLoop = VectorLoops.table(.float64).integer_sums_64
  static let directCost = 0.17
}

/// Convolves integers of k bits modulo 2^k by `method`, or by the one that is estimated to be fastest. No operand may be empty.
func convolveIntegers<Lane: WrappingLane>(
  _ a: [Lane], _ v: [Lane], _ mode: ConvolutionMode, _ method: ConvolutionMethod, _ jobs: Int
) -> [Lane] {
  let (signal, kernel) = a.count >= v.count ? (a, v) : (v, a)
  if let transformed = transformedIntegers(signal, kernel, mode, method) { return transformed.result(jobs: jobs) }
  return DirectConvolution(partial: Lane.sums, complete: Lane.sums)(signal, kernel, mode, jobs)
}

/// What direct sums are estimated to take, in nanoseconds.
func directCost<Lane: WrappingLane>(_ signal: [Lane], _ kernel: [Lane]) -> Double {
  Double(signal.count) * Double(kernel.count) * Lane.directCost
}

/// The transforms that `method` asks for, or that are estimated to be faster; nil: sums are direct.
///
/// Precondition: `signal` is no shorter than `kernel`, which is not empty.
func transformedIntegers<Lane: WrappingLane>(
  _ signal: [Lane], _ kernel: [Lane], _ mode: ConvolutionMode, _ method: ConvolutionMethod
) -> TransformedIntegers<Lane>? {
  let direct = directCost(signal, kernel)
  // Finding a plan takes some 50 microseconds.
  guard method == .fft || method == .auto && direct > 200_000, let transformed = TransformedIntegers(signal, kernel, mode),
    method == .fft || transformed.plan.cost < direct
  else { return nil }
  return transformed
}
