import CIntrinsics
import Vector

/// A scalar type that OpenBLAS sums.
protocol OrderedScalar: BinaryFloatingPoint, Sendable, BitwiseCopyable {
  static var loops: VectorLoops { get }
}

extension Float: OrderedScalar {
  static let loops = VectorLoops.table(.float32)
}

extension Double: OrderedScalar {
  static let loops = VectorLoops.table(.float64)
}

/// Convolves with sums in the order of `profile`.
func orderedConvolution<Scalar: OrderedScalar>(
  _ a: [Scalar], _ v: [Scalar], _ mode: ConvolutionMode, _ profile: Profile, _ jobs: Int
) -> [Scalar] {
  DirectConvolution(Scalar.loops, profile, taps: min(a.count, v.count))(a, v, mode, jobs)
}

extension DirectConvolution {
  /// Up to so many taps NumPy sums a kernel within the signal by itself, term by term.
  static let shortKernelTaps = 11

  /// Sums real numbers in the order of `profile`.
  init(_ loops: VectorLoops, _ profile: Profile, taps: Int) {
    partial = loops.orderedSums(profile)
    complete = taps <= Self.shortKernelTaps ? loops.sequential_sums : partial
  }
}
