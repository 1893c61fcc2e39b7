import NumPy

extension Profile {
  /// How OPENBLAS_CORETYPE names it.
  public var coreType: String {
    switch self {
    case .skylakex: "SkylakeX"
    case .haswell: "Haswell"
    case .sandybridge: "Sandybridge"
    case .nehalem: "Nehalem"
    case .cortexa: "CortexA57"
    case .neoversen1: "NeoverseN1"
    case .neoversev1: "NeoverseV1"
    case .neoversen2: "NeoverseN2"
    }
  }

  /// Those of 64-bit Arm.
  public static let arm: [Profile] = [.cortexa, .neoversen1, .neoversev1, .neoversen2]

  /// Those whose kernels NumPy can use on this processor.
  public static let reproducible = allCases.filter { profile in
    switch automatic {
    case .skylakex: !arm.contains(profile)
    case .haswell: !arm.contains(profile) && profile != .skylakex
    case .sandybridge, .nehalem: profile == .nehalem || profile == automatic
    // Those of SVE take its vectors as the processor has them.
    case .cortexa, .neoversen1, .neoversev1, .neoversen2: profile == .cortexa || profile == .neoversen1 || profile == automatic
    }
  }
}
