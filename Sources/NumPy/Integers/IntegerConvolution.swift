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

/// What direct sums are estimated to take, in nanoseconds.
func directCost<Lane: WrappingLane>(_ signal: UnsafeBufferPointer<Lane>, _ kernel: UnsafeBufferPointer<Lane>) -> Double {
  Double(signal.count) * Double(kernel.count) * Lane.directCost
}

extension IntegerTransformPlan {
  /// The transforms that `method` asks for, or that are estimated to be faster; nil: sums are direct, or no plan is exact.
  ///
  /// Precondition: `signal` is no shorter than `kernel`, which is not empty. The order of either does not matter.
  static func chosen<Lane: WrappingLane>(
    _ signal: UnsafeBufferPointer<Lane>, _ kernel: UnsafeBufferPointer<Lane>, outputs: Int, _ method: ConvolutionMethod
  ) -> IntegerTransformPlan? {
    func magnitude(_ values: UnsafeBufferPointer<Lane>) -> UInt64 { values.reduce(0) { max($0, UInt64($1.magnitude)) } }
    let direct = directCost(signal, kernel)
    // Finding a plan takes some 50 microseconds.
    guard method == .fft || method == .auto && direct > 200_000 else { return nil }
    let plan = cheapest(
      signalMagnitude: magnitude(signal), kernelMagnitude: magnitude(kernel), n: signal.count, m: kernel.count, outputs: outputs,
      bits: Lane.bitWidth)
    guard let plan, method == .fft || plan.cost < direct else { return nil }
    return plan
  }
}
