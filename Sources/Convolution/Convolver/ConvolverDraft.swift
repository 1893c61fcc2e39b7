import CIntrinsics
import Vector

/// What a convolver will consist of: the routes of each level, the operations of each slot, and the lengths of the rings.
struct ConvolverDraft {
  let plan: Plan
  /// Ordered by output.
  let routes: [Route]
  /// One for each route.
  let kernels: [PreparedKernel]
  let loops: VectorLoops
  let levels: [LevelDraft]
  /// For each level.
  let operations: [[Operation]]
  let schedule: Schedule
  private(set) var inputRings: [(length: Int, front: Int, back: Int)] = []
  private(set) var outputRings: [Int] = []

  init(
    _ prepared: PreparedMatrix, inputs: Int, outputs: Int, routes: [Route], loops: VectorLoops, precision: Precision, costs: CostTable
  ) {
    let (plan, kernels) = (prepared.plan, prepared.kernels)
    (self.plan, self.routes, self.kernels, self.loops) = (plan, routes, kernels, loops)
    levels = plan.levels.indices.map {
      LevelDraft(plan.levels[$0], index: $0, fft: prepared.transforms[$0], routes: routes, kernels: kernels, loops: loops)
    }
    let shape = MatrixShape(block: plan.block, inputs: inputs, outputs: outputs, routes: routes)
    let model = PlanCost(shape: shape, costs: costs, precision: precision)
    let distances = model.distances(model.work(of: plan))
    let predicted = model.nanoseconds(of: plan)
    // An operation takes a small part of a slot's time, and is long enough to be worth a call.
    let quantum = max(90, 0.06 * predicted * Double(plan.slot) / Double(plan.block))
    let lists = zip(levels, distances).map { $0.operations(slot: plan.slot, quantum: quantum, costs: costs, distance: $1) }
    operations = lists.map(\.operations)
    schedule = Schedule(zip(levels, lists).map { ($0.fft.points / plan.slot, $1.costs) })
    inputRings = (0..<inputs).map(inputRing)
    outputRings = (0..<outputs).map(outputRing)
  }

  /// Scalars that loops may read or write beyond the end.
  var padding: Int { 12 * loops.lane_count }

  private func inputRing(_ input: Int) -> (length: Int, front: Int, back: Int) {
    let direct = zip(routes, kernels).filter { $0.from == input && $1.directTaps > 0 }
    let front = direct.map { $1.directStart + $1.directTaps }.max().map { $0 + padding } ?? 0
    let sizes = levels.filter { $0.inputs.contains(input) }.map { $0.fft.points }
    // A window is read until the next one is complete. The samples that are repeated in front are a small part of the ring.
    let room = front == 0 ? 0 : max(front + plan.block, min(8 * front, 4096))
    let length = Self.powerOfTwo(max(2 * (sizes.max() ?? 0), room, plan.slot))
    return (length, front, front == 0 || length % plan.block == 0 ? 0 : plan.block)
  }

  private func outputRing(_ output: Int) -> Int {
    let ends = levels.filter { $0.outputs.contains(output) }.map { $0.offset + $0.fft.points + 2 * plan.block + plan.slot }
    return ends.max().map(Self.powerOfTwo) ?? 0
  }

  private static func powerOfTwo(_ least: Int) -> Int {
    var length = 1
    while length < least { length *= 2 }
    return length
  }
}
