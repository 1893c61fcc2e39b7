import CIntrinsics

/// A set of vector instructions for which the loops are compiled.
public enum InstructionSet: String, Sendable, CaseIterable, Comparable {
  /// SSE2 on x86-64, NEON on Arm.
  case baseline
  /// AVX2 and FMA: x86-64-v3.
  case v3
  /// AVX-512: x86-64-v4.
  case v4

  public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self)! }

  /// The sets that this processor has, ascending.
  public static let available: [InstructionSet] = {
    if processor_has_v3() == 0 { return [.baseline] }
    return processor_has_avx512() == 0 ? [.baseline, .v3] : [.baseline, .v3, .v4]
  }()

  /// The widest set that this processor has.
  public static let best = available.last!
}
