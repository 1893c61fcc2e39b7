import NPY
import CIntrinsics
import Vector

/// Whose order of additions a float result has: OpenBLAS' kernels for a family of processors, by their names there.
///
/// Every profile gives its bits on every processor; those of a family with FMA instructions are slow where there are none.
public enum Profile: String, Sendable, CaseIterable {
  /// Processors with AVX-512, AMD's Zen 4 and later included.
  case skylakex
  /// Processors with AVX2 and FMA, AMD's Zen to Zen 3 included.
  case haswell
  /// Processors with AVX, and AMD's Bulldozer to Excavator.
  case sandybridge
  /// Other 64-bit processors of Intel and AMD; OpenBLAS has further kernels for some older than Nehalem.
  case nehalem
  /// 64-bit Arm.
  case neon

  /// What OpenBLAS chooses on this processor.
  public static let automatic: Profile = {
    #if arch(x86_64)
      if processor_has_avx512() != 0 { return .skylakex }
      if processor_has_fma4() != 0 { return .sandybridge }
      if processor_has_avx2_and_fma() != 0 { return .haswell }
      return processor_has_avx() != 0 ? .sandybridge : .nehalem
    #else
      return .neon
    #endif
  }()
}

/// y[o] = sum of x[o+i] r[i], i < taps, for o < count, by one of the loops.
typealias Sums = @convention(c) (UnsafeRawPointer, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int) -> Void

extension VectorLoops {
  /// For real numbers.
  func orderedSums(_ profile: Profile) -> Sums {
    switch profile {
    case .skylakex: ordered_sums_skylakex
    case .haswell: ordered_sums_haswell
    case .sandybridge: ordered_sums_sandybridge
    case .nehalem: ordered_sums_nehalem
    case .neon: ordered_sums_neon
    }
  }

  /// For complex numbers.
  ///
  /// - Throws: the profile's order is not known.
  func complexSums(_ profile: Profile) throws(NumPyError) -> Sums {
    switch profile {
    case .skylakex: complex_sums_skylakex
    case .haswell: complex_sums_haswell
    case .sandybridge: complex_sums_sandybridge
    case .nehalem: complex_sums_nehalem
    case .neon: throw NumPyError("the order of complex sums is not known for the profile neon: take that of another processor")
    }
  }
}
