import Vector

/// What the parts of a convolution cost, in nanoseconds: the measure by which a plan is chosen.
///
/// The shipped figures come from `make bench-costs` on an AMD EPYC (Zen 5) with x86-64-v3 loops. Only their ratios
/// matter to the choice, and these differ less between processors than the figures themselves.
public struct CostTable: Sendable, Equatable {
  /// One tap for one frame, in the direct form.
  public var tapFrame: Double
  /// What the direct form costs a block whatever its length.
  public var directBlock: Double
  /// A forward and an inverse transform, per point and radix-2 step.
  public var transformPointStep: Double
  /// The same, whatever their size.
  public var transformPair: Double
  /// The product of one bin with one partition's, added up.
  public var bin: Double

  public init(tapFrame: Double, directBlock: Double, transformPointStep: Double, transformPair: Double, bin: Double) {
    self.tapFrame = tapFrame
    self.directBlock = directBlock
    self.transformPointStep = transformPointStep
    self.transformPair = transformPair
    self.bin = bin
  }

  public static func shipped(_ precision: Precision) -> CostTable {
    switch precision {
    case .float32: CostTable(tapFrame: 0.028, directBlock: 10, transformPointStep: 0.165, transformPair: 50, bin: 0.08)
    case .float64: CostTable(tapFrame: 0.056, directBlock: 10, transformPointStep: 0.3, transformPair: 50, bin: 0.2)
    }
  }

  func direct(taps: Int, block: Int) -> Double { directBlock + tapFrame * Double(taps) * Double(block) }

  func partitions(size: Int, count: Int) -> Double {
    let points = transformPoints(block: size)
    let transforms = transformPair + transformPointStep * Double(points * points.trailingZeroBitCount)
    return transforms + bin * Double(points * count)
  }
}
