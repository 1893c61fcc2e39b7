import NPY
import CIntrinsics
import Vector

/// The order in which a float sum is added up: that of OpenBLAS' kernels for a family of processors, by OpenBLAS' names.
///
/// Every profile gives its bits on every processor. Profiles of families with FMA instructions are slow on processors without.
public enum Profile: String, Sendable, CaseIterable {
  /// Processors with AVX-512, AMD's Zen 4 and later included.
  case skylakex
  /// Processors with AVX2 and FMA, AMD's Zen to Zen 3 included.
  case haswell
  /// Processors with AVX, and AMD's Bulldozer to Excavator.
  case sandybridge
  /// Other 64-bit processors of Intel and AMD. OpenBLAS has further kernels for some that are older than Nehalem.
  case nehalem
  /// 64-bit Arm without kernels of its own: Cortex-A53 to A78, those of Raspberry Pi included.
  case cortexa
  /// Neoverse N1, Ampere's and Apple's processors, and ThunderX2.
  case neoversen1
  /// 64-bit Arm with SVE whose vectors have 32 bytes: Neoverse V1.
  case neoversev1
  /// 64-bit Arm with SVE whose vectors have 16 bytes: Neoverse N2 and V2, and others with SVE or SME.
  case neoversen2

  /// The profile of a name, also of an old one: `neon` stands for neoversen1, which once was the only one of Arm's.
  public init?(named name: String) { self.init(rawValue: name == "neon" ? "neoversen1" : name) }

  /// The profile that OpenBLAS chooses on this processor, or that of Cortex-A where its choice has none.
  public static let automatic: Profile = {
    #if arch(x86_64)
      if processor_has_avx512() != 0 { return .skylakex }
      if processor_has_fma4() != 0 { return .sandybridge }
      if processor_has_avx2_and_fma() != 0 { return .haswell }
      return processor_has_avx() != 0 ? .sandybridge : .nehalem
    #else
      return armProcessor.profile ?? .cortexa
    #endif
  }()

  /// The processor, if OpenBLAS has an order for it that no profile has.
  public static let unknownProcessor: String? = {
    #if arch(x86_64)
      return nil
    #else
      return armProcessor.profile == nil ? armProcessor.description : nil
    #endif
  }()

  #if !arch(x86_64)
    private static let armProcessor = ArmProcessor.present
  #endif
}

/// A loop that computes y[o] = sum of x[o+i] r[i], i < taps, for o < count. Arguments: x, r, taps, y, count.
typealias SumsLoop = @convention(c) (UnsafeRawPointer, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int) -> Void

extension VectorLoops {
  /// The loop for real numbers.
  func orderedSums(_ profile: Profile) -> SumsLoop {
    switch profile {
    case .skylakex: ordered_sums_skylakex
    case .haswell: ordered_sums_haswell
    case .sandybridge: ordered_sums_sandybridge
    case .nehalem: ordered_sums_nehalem
    case .cortexa: ordered_sums_cortexa
    case .neoversen1: ordered_sums_neoversen1
    case .neoversev1: ordered_sums_neoversev1
    case .neoversen2: ordered_sums_neoversen2
    }
  }

  /// The loop for real numbers at single places.
  func sumsAtPlaces(_ profile: Profile) -> SumsAtPlaces {
    switch profile {
    case .skylakex: sums_at_places_skylakex
    case .haswell: sums_at_places_haswell
    case .sandybridge: sums_at_places_sandybridge
    case .nehalem: sums_at_places_nehalem
    case .cortexa: sums_at_places_cortexa
    case .neoversen1: sums_at_places_neoversen1
    case .neoversev1: sums_at_places_neoversev1
    case .neoversen2: sums_at_places_neoversen2
    }
  }

  /// The loop for complex numbers. Processors with SVE take Neoverse N1's.
  func complexSums(_ profile: Profile) -> SumsLoop {
    switch profile {
    case .skylakex: complex_sums_skylakex
    case .haswell: complex_sums_haswell
    case .sandybridge: complex_sums_sandybridge
    case .nehalem: complex_sums_nehalem
    case .cortexa: complex_sums_cortexa
    case .neoversen1, .neoversev1, .neoversen2: complex_sums_neoversen1
    }
  }
}
