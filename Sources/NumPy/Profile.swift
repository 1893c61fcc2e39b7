import CIntrinsics
import Vector

/// Whose order of additions a float result has: OpenBLAS' kernels for a family of processors, by their names there.
public enum Profile: String, Sendable, CaseIterable {
  /// Processors with AVX-512, AMD's Zen 4 and later included.
  case skylakex
  /// Processors with AVX2 and FMA, AMD's Zen to Zen 3 included.
  case haswell

  /// What OpenBLAS chooses on this processor. Those without AVX2 have other orders, which are not there yet: haswell stands in.
  public static let automatic: Profile = processor_has_avx512() != 0 ? .skylakex : .haswell
}

/// y[o] = sum of x[o+i] r[i], i < taps, for o < count, by one of the loops.
typealias Sums = @convention(c) (UnsafeRawPointer, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int) -> Void

extension VectorLoops {
  func orderedSums(_ profile: Profile) -> Sums {
    switch profile {
    case .skylakex: ordered_sums_skylakex
    case .haswell: ordered_sums_haswell
    }
  }
}
