import CIntrinsics
import VectorF32
import VectorF64

#if arch(x86_64)
  import VectorF32V3
  import VectorF32V4
  import VectorF64V3
  import VectorF64V4
#endif

public typealias VectorLoops = CIntrinsics.VectorLoops
public typealias TransformPlan = CIntrinsics.TransformPlan
public typealias SpectrumRun = CIntrinsics.SpectrumRun

/// What a convolver computes in.
public enum Precision: String, Sendable, CaseIterable {
  case float32
  case float64
}

/// A level of instructions that the loops are compiled for.
public enum InstructionSet: String, Sendable, CaseIterable, Comparable {
  /// SSE2 on x86-64, NEON on Arm.
  case baseline
  /// AVX2 and FMA: x86-64-v3.
  case v3
  /// AVX-512: x86-64-v4.
  case v4

  public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self)! }

  /// Those that this processor can run, ascending.
  public static let available: [InstructionSet] = {
    if processor_has_v3() == 0 { return [.baseline] }
    return processor_has_avx512() == 0 ? [.baseline, .v3] : [.baseline, .v3, .v4]
  }()

  /// The widest that this processor can run.
  public static let best = available.last!
}

extension VectorLoops {
  /// The loops for `precision`, compiled for `instructionSet`, which the processor must have.
  public static func table(_ precision: Precision, _ instructionSet: InstructionSet = .best) -> VectorLoops {
    precondition(InstructionSet.available.contains(instructionSet), "\(instructionSet) is not available on this processor")
    #if arch(x86_64)
      if instructionSet == .v4 { return precision == .float32 ? VectorF32V4.makeLoops() : VectorF64V4.makeLoops() }
      if instructionSet == .v3 { return precision == .float32 ? VectorF32V3.makeLoops() : VectorF64V3.makeLoops() }
    #endif
    return precision == .float32 ? VectorF32.makeLoops() : VectorF64.makeLoops()
  }
}
