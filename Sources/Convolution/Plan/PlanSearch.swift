import Vector

extension Plan {
  /// The cheapest plan for `shape` by `costs`.
  ///
  /// Tries every slot and every ascending set of sizes, with and without direct taps, each size as early as possible; then moves
  /// the boundaries of the best plan as long as that helps.
  /// - Parameter isCancelled: ends the search, with the best plan so far.
  /// - Complexity: O(2^sizes · groups) at worst, some ten milliseconds.
  public static func cheapest(
    for shape: MatrixShape, precision: Precision = .float64, instructionSet: InstructionSet = .best, costs: CostTable? = nil,
    isCancelled: () -> Bool = { false }
  ) -> Plan {
    let costs = costs ?? .shipped(precision)
    var search = PlanSearch(model: PlanCost(shape: shape, costs: costs, precision: precision, instructionSet: instructionSet))
    return search.run(isCancelled)
  }
}

/// Searches all plans, depth first; leaves a branch once it costs more than the best plan so far.
private struct PlanSearch {
  let model: PlanCost
  private var best: Plan
  private var least: Double
  private var levels: [Plan.Level] = []
  private var work: [PlanCost.LevelWork] = []

  /// Starts with the plan of direct taps only.
  init(model: PlanCost) {
    self.model = model
    let block = model.shape.block
    best = Plan(block: block, slot: Self.slots(block).last!, directTaps: .max, levels: [])
    least = model.direct(taps: .max)
  }

  mutating func run(_ isCancelled: () -> Bool) -> Plan {
    let (block, end) = (model.shape.block, model.shape.end)
    for slot in Self.slots(block) {
      for size in Self.sizes(from: slot) {
        let direct = max(Plan.earliest(size, slot: slot, block: block), 0)
        if direct >= end { break }
        let base = model.direct(taps: direct)
        if base >= least { break }
        extend(slot: slot, base: base, direct: direct, size: size, offset: direct, isCancelled)
      }
    }
    while !isCancelled(), let better = neighbours(of: best).first(where: { model.nanoseconds(of: $0) < least }) {
      (best, least) = (better, model.nanoseconds(of: better))
    }
    return best
  }

  /// The plans in which one boundary lies a little later, and the following ones as early as they then can.
  private func neighbours(of plan: Plan) -> [Plan] {
    let starts = plan.levels.indices.flatMap { index in (1...3).map { (index, $0) } }
    return starts.compactMap { index, steps in
      var levels = plan.levels
      let step = index == 0 ? plan.slot : levels[index - 1].size
      levels[index].offset += steps * step
      for later in levels.indices.dropFirst(index + 1) {
        let (before, size) = (levels[later - 1], levels[later].size)
        let earliest = Plan.earliest(size, slot: plan.slot, block: plan.block)
        levels[later].offset = before.offset + max(1, (earliest - before.offset + before.size - 1) / before.size) * before.size
      }
      guard levels.last!.offset < model.shape.end else { return nil }
      return Plan(block: plan.block, slot: plan.slot, directTaps: levels[0].offset, levels: levels)
    }
  }

  /// Adds a level of `size`, then tries each size that may follow, and none.
  private mutating func extend(slot: Int, base: Double, direct: Int, size: Int, offset: Int, _ isCancelled: () -> Bool) {
    if isCancelled() { return }
    let (block, end) = (model.shape.block, model.shape.end)
    levels.append(Plan.Level(size: size, offset: offset))
    defer { levels.removeLast() }
    consider(slot: slot, base: base, direct: direct, taps: offset..<end, size: size)
    for next in Self.sizes(from: 2 * size) {
      let earliest = Plan.earliest(next, slot: slot, block: block)
      let count = max(1, (earliest - offset + size - 1) / size)
      let start = offset + count * size
      if start >= end { return }
      work.append(model.work(size: size, taps: offset..<start))
      if base + model.levels(work, slot: slot) < least {
        extend(slot: slot, base: base, direct: direct, size: next, offset: start, isCancelled)
      }
      work.removeLast()
    }
  }

  private mutating func consider(slot: Int, base: Double, direct: Int, taps: Range<Int>, size: Int) {
    work.append(model.work(size: size, taps: taps))
    let cost = base + model.levels(work, slot: slot)
    work.removeLast()
    // Among plans of equal cost, the one with fewer levels comes first.
    if cost < least {
      least = cost
      best = Plan(block: model.shape.block, slot: slot, directTaps: direct, levels: levels)
    }
  }

  private static func slots(_ block: Int) -> [Int] {
    var slots: [Int] = []
    var slot = Plan.leastSlot
    while block % slot == 0, slot <= Plan.largestSize {
      slots.append(slot)
      slot *= 2
    }
    return slots.isEmpty ? [Plan.leastSlot] : slots
  }

  private static func sizes(from least: Int) -> [Int] {
    var sizes: [Int] = []
    var size = max(least, Plan.leastSize)
    while size <= Plan.largestSize {
      sizes.append(size)
      size *= 2
    }
    return sizes
  }
}
