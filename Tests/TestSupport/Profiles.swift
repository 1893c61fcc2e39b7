import NumPy

extension Profile {
  /// How OPENBLAS_CORETYPE names it.
  public var coreType: String {
    switch self {
    case .skylakex: "SkylakeX"
    case .haswell: "Haswell"
    case .sandybridge: "Sandybridge"
    case .nehalem: "Nehalem"
    case .neon: "ARMV8"
    }
  }

  /// Those whose kernels NumPy can use on this processor.
  public static let reproducible = allCases.filter { profile in
    switch automatic {
    case .skylakex: profile != .neon
    case .haswell: profile != .neon && profile != .skylakex
    case .sandybridge, .nehalem: profile == .nehalem || profile == automatic
    case .neon: profile == .neon
    }
  }
}
