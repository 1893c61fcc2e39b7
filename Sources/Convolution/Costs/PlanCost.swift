import CIntrinsics
import Vector

/// The predicted cost of plans for one matrix.
struct PlanCost {
  let shape: MatrixShape
  let costs: CostTable
  private let loops: VectorLoops

  init(shape: MatrixShape, costs: CostTable, precision: Precision, instructionSet: InstructionSet = .best) {
    (self.shape, self.costs, loops) = (shape, costs, .table(precision, instructionSet))
  }

  /// What the cost of a level depends on.
  struct LevelWork {
    var size: Int
    /// Transforms of a window, in ns.
    var transforms: Double
    var partitions: Int
    /// Those of them whose reading two windows share.
    var shared: Int
    /// Bytes that a window reads and writes.
    var bytes: Double
  }

  func work(size: Int, taps: Range<Int>) -> LevelWork {
    let (inputs, outputs) = shape.channels(from: taps.lowerBound)
    let (products, later, kept) = shape.partitions(taps, size: size)
    let shared = windowsShareReading(size: size, later: later, outputs: outputs, loops: loops) ? later : 0
    let transforms = Double(inputs) * costs.forward(size: size) + Double(outputs) * costs.inverse(size: size)
    // Spectra (those that two windows share are read half as often, and so after as many bytes), and about seven scalars a point in the work of transforms.
    let bytes = loops.scalar_bytes * size * (2 * (products + inputs * kept) + 7)
    return LevelWork(size: size, transforms: transforms, partitions: products, shared: shared, bytes: Double(bytes))
  }

  /// ns a block without the levels: conversion of samples, and direct taps.
  func direct(taps directTaps: Int) -> Double {
    var cost = costs.sample * Double(shape.block * (shape.inputs + shape.outputs))
    for group in shape.groups {
      let taps = group.extent.clamped(to: 0..<directTaps).count
      let padded = taps <= loops.few_taps ? taps : (taps + loops.direct_taps - 1) / loops.direct_taps * loops.direct_taps
      cost += Double(group.count) * costs.direct(taps: padded, frames: shape.block)
    }
    return cost
  }

  /// For each level, the bytes that are touched between two reads of the same spectra: all of its own, and of a larger level
  /// the share of its window that is done meanwhile.
  func distances(_ work: [LevelWork]) -> [Double] { work.map { distance(of: $0, among: work) } }

  private func distance(of level: LevelWork, among work: [LevelWork]) -> Double {
    work.reduce(0) { $0 + $1.bytes * min(1, Double(level.size) / Double($1.size)) }
  }

  /// ns a block for the levels.
  func levels(_ work: [LevelWork], slot: Int) -> Double {
    var cost = 0.0
    for level in work {
      let distance = distance(of: level, among: work)
      let alone = Double(level.partitions - level.shared) * costs.product(distance: distance)
      let product = Double(level.size) * (alone + Double(level.shared) * costs.sharedProduct(distance: distance))
      let share = Double(slot) / Double(level.size)
      cost += (level.transforms + product) * share * costs.farness(distance: distance)
    }
    cost += costs.slot * Double(max(0, work.count - 1))
    return Double(shape.block) / Double(slot) * cost
  }

  /// For each level of a plan.
  func work(of plan: Plan) -> [LevelWork] {
    plan.levels.indices.map { work(size: plan.levels[$0].size, taps: plan.taps(of: $0, end: shape.end)) }
  }

  /// ns a block for a whole plan.
  func nanoseconds(of plan: Plan) -> Double { direct(taps: plan.directTaps) + levels(work(of: plan), slot: plan.slot) }
}

extension Plan {
  /// ns a block that this plan takes for `shape`, by `costs`.
  public func predictedNanoseconds(for shape: MatrixShape, precision: Precision, costs: CostTable) -> Double {
    PlanCost(shape: shape, costs: costs, precision: precision).nanoseconds(of: self)
  }
}
