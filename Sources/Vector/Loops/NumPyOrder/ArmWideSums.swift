// Sums in an order of 64-bit Arm for six vectors of outputs, an output to a lane: the chains of one lane of all the order's
// vectors after those of another. WideChains.swift has such chains.
import CIntrinsics

/// y[o] = the sum of the dot for o < `wideOutputs`, but for the remainder.
@inline(__always)
func wideSums(_ order: ArmOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer) {
  let sums = WideSums(order: order, x: x, r: r, taps: taps &- order.remainder(taps), blocks: order.blocks(taps))
  sums.all().write(to: y)
}

/// What six vectors of outputs, whose signal begins at x, are made of.
struct WideSums {
  let order: ArmOrder
  let x: UnsafeRawPointer
  let r: UnsafeRawPointer
  /// All terms of a sum.
  let taps: Int
  /// Whole blocks of them.
  let blocks: Int

  @inline(__always)
  func all() -> SixLanes {
    if order != .cortexa { return allOfSVE() }
    if halfLanes == 2 { return .sum(laneOfCortexA(0), laneOfCortexA(1)) }
    return .sum(.sum(laneOfCortexA(0), laneOfCortexA(2)), .sum(laneOfCortexA(1), laneOfCortexA(3)))
  }

  /// The chains of a lane of whole blocks.
  @inline(__always)
  private func chains(_ lane: Int) -> SixChains {
    let (x, r) = (x + lane &* scalarBytes, r + lane &* scalarBytes)
    switch order {
    case .cortexa: return chainsOfCortexA(x, r, blocks)
    case .neoversev1: return chainsOfNeoverseV1(x, r, blocks)
    case .neoversen2: return chainsOfNeoverseN2(x, r, blocks)
    }
  }

  // MARK: Cortex-A

  /// The sum of a lane: of its chains, and of whole vectors behind the blocks.
  @inline(__always)
  private func laneOfCortexA(_ lane: Int) -> SixLanes {
    let chains = chains(lane)
    let offset = blocks &* order.blockBytes &+ lane &* scalarBytes
    let vectors = order.vectors == 1 ? 0 : taps / halfLanes &- blocks &* order.vectors
    return folded(chains, chains) { chains, _, output in
      if order.vectors == 1 { return chains.a }
      var sum = addWide(addWide(chains.a, chains.b), addWide(chains.c, chains.d))
      for i in 0..<vectors {
        let place = offset &+ i &* halfBytes
        sum = fusedWide(wide(x + place + output), wideTap(r + place), sum)
      }
      return sum
    }
  }

  // MARK: SVE

  @inline(__always)
  private func allOfSVE() -> SixLanes {
    var sums = SixChains.sum(laneOfSVE(0), laneOfSVE(1))
    if halfLanes == 4 { sums = .sum(sums, .sum(laneOfSVE(2), laneOfSVE(3))) }
    return folded(sums, sums) { sums, _, _ in
      order.vectors == 2 ? addWide(sums.a, sums.b) : addWide(addWide(sums.a, sums.b), addWide(sums.c, sums.d))
    }
  }

  /// The chains of a lane, with the terms behind the blocks.
  @inline(__always)
  private func laneOfSVE(_ lane: Int) -> SixChains {
    var sums = chains(lane)
    for i in 0..<order.vectors {
      let term = blocks &* order.vectors &* halfLanes &+ i &* halfLanes &+ lane
      if term < taps { add(&sums, term &* scalarBytes, toLast: order.vectors == 4 && i & 1 == 1) }
    }
    return sums
  }

  /// Adds the products of a tap to the second half of the chains, to the last one of them or to the one before.
  @inline(__always)
  private func add(_ sums: inout SixChains, _ place: Int, toLast: Bool) {
    let r = wideTap(r + place)
    sums.s0.addToSecond(order, wide(x + place, 0), r, toLast)
    sums.s1.addToSecond(order, wide(x + place, 1), r, toLast)
    sums.s2.addToSecond(order, wide(x + place, 2), r, toLast)
    sums.s3.addToSecond(order, wide(x + place, 3), r, toLast)
    sums.s4.addToSecond(order, wide(x + place, 4), r, toLast)
    sums.s5.addToSecond(order, wide(x + place, 5), r, toLast)
  }
}

extension WideChains {
  @inline(__always)
  fileprivate mutating func addToSecond(_ order: ArmOrder, _ x: WideLanes, _ r: WideLanes, _ toLast: Bool) {
    if order.vectors == 2 {
      b = fusedWide(x, r, b)
    } else if toLast {
      d = fusedWide(x, r, d)
    } else {
      c = fusedWide(x, r, c)
    }
  }

  /// Adds the products of a block's taps in one lane.
  @inline(__always)
  fileprivate mutating func add(_ order: ArmOrder, _ x: UnsafeRawPointer, _ r: (WideLanes, WideLanes, WideLanes, WideLanes)) {
    a = order.roundsProducts ? roundedWide(wide(x), r.0, a) : fusedWide(wide(x), r.0, a)
    if order.vectors > 1 { b = fusedWide(wide(x + halfBytes), r.1, b) }
    if order.vectors > 2 {
      c = fusedWide(wide(x + 2 &* halfBytes), r.2, c)
      d = fusedWide(wide(x + 3 &* halfBytes), r.3, d)
    }
  }
}

// Functions of their own, so that their loops need not ask for the order: see WideChainedSums.swift.
@inline(never) @_noLocks @_noAllocation
private func chainsOfCortexA(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> SixChains {
  accumulate6(.cortexa, x, r, blocks)
}

@inline(never) @_noLocks @_noAllocation
private func chainsOfNeoverseV1(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> SixChains {
  accumulate6(.neoversev1, x, r, blocks)
}

@inline(never) @_noLocks @_noAllocation
private func chainsOfNeoverseN2(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> SixChains {
  accumulate6(.neoversen2, x, r, blocks)
}

/// Adds up one lane of `blocks` blocks for six vectors of outputs: at once, or for three and three, where chains need more registers.
@inline(__always)
private func accumulate6(_ order: ArmOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> SixChains {
  var sums = SixChains.zero
  if order.vectors == 4 && wideBytes < 64 {
    addThree(order, x, r, blocks, &sums.s0, &sums.s1, &sums.s2)
    addThree(order, x + 3 &* wideBytes, r, blocks, &sums.s3, &sums.s4, &sums.s5)
    return sums
  }
  var (x, r) = (x, r)
  for _ in 0..<blocks {
    let taps = blockTaps(order, r)
    sums.s0.add(order, x, taps)
    sums.s1.add(order, x + wideBytes, taps)
    sums.s2.add(order, x + 2 &* wideBytes, taps)
    sums.s3.add(order, x + 3 &* wideBytes, taps)
    sums.s4.add(order, x + 4 &* wideBytes, taps)
    sums.s5.add(order, x + 5 &* wideBytes, taps)
    x += order.blockBytes
    r += order.blockBytes
  }
  return sums
}

@inline(__always)
private func addThree(
  _ order: ArmOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int,
  _ s0: inout WideChains, _ s1: inout WideChains, _ s2: inout WideChains
) {
  var (x, r) = (x, r)
  for _ in 0..<blocks {
    let taps = blockTaps(order, r)
    s0.add(order, x, taps)
    s1.add(order, x + wideBytes, taps)
    s2.add(order, x + 2 &* wideBytes, taps)
    x += order.blockBytes
    r += order.blockBytes
  }
}

/// A tap of each of a block's vectors. An order that has fewer takes the first ones.
@inline(__always)
private func blockTaps(_ order: ArmOrder, _ r: UnsafeRawPointer) -> (WideLanes, WideLanes, WideLanes, WideLanes) {
  let first = wideTap(r)
  let second = order.vectors > 1 ? wideTap(r + halfBytes) : first
  if order.vectors <= 2 { return (first, second, first, second) }
  return (first, second, wideTap(r + 2 &* halfBytes), wideTap(r + 3 &* halfBytes))
}
