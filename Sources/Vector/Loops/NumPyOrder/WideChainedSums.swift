// The chained sums of six vectors of outputs: their chains, lane by lane of OpenBLAS' vectors, and the order of the last additions.
import CIntrinsics

/// Outputs that are computed at once.
let wideOutputs = 6 &* wideBytes / scalarBytes

/// One value for each of six vectors of outputs.
struct SixLanes {
  var v0 = wideZero(), v1 = wideZero(), v2 = wideZero(), v3 = wideZero(), v4 = wideZero(), v5 = wideZero()

  @inline(__always)
  static func sum(_ a: SixLanes, _ b: SixLanes) -> SixLanes {
    SixLanes(
      v0: addWide(a.v0, b.v0), v1: addWide(a.v1, b.v1), v2: addWide(a.v2, b.v2),
      v3: addWide(a.v3, b.v3), v4: addWide(a.v4, b.v4), v5: addWide(a.v5, b.v5))
  }

  @inline(__always)
  func write(to y: UnsafeMutableRawPointer) {
    store(v0, y, vector: 0)
    store(v1, y, vector: 1)
    store(v2, y, vector: 2)
    store(v3, y, vector: 3)
    store(v4, y, vector: 4)
    store(v5, y, vector: 5)
  }
}

/// y[o] = the chained sum of the dot, `blocks` times four vectors of 32 bytes, for o < `wideOutputs`.
@inline(__always)
func wideChainedSums(_ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int, _ y: UnsafeMutableRawPointer) {
  // What the halves of a vector of 32 bytes add up to: two lanes, or four; those are added in pairs.
  let halfLanes = orderedBytes / 2 / scalarBytes
  var sum = SixLanes(), pair = SixLanes()
  for lane in 0..<halfLanes {
    let offset = lane &* scalarBytes
    let value = order == .skylakex ? laneInTurn(x + offset, r + offset, blocks) : laneInPairs(order, x + offset, r + offset, blocks)
    if lane & 1 == 0 {
      pair = value
    } else {
      sum = SixLanes.sum(sum, SixLanes.sum(pair, value))
    }
  }
  sum.write(to: y)
}

/// `fold` of the chains of each vector of outputs, whose signal begins as many bytes after x.
@inline(__always)
func folded(_ a: SixChains, _ b: SixChains, _ fold: (WideChains, WideChains, Int) -> WideLanes) -> SixLanes {
  SixLanes(
    v0: fold(a.s0, b.s0, 0), v1: fold(a.s1, b.s1, wideBytes), v2: fold(a.s2, b.s2, 2 &* wideBytes),
    v3: fold(a.s3, b.s3, 3 &* wideBytes), v4: fold(a.s4, b.s4, 4 &* wideBytes), v5: fold(a.s5, b.s5, 5 &* wideBytes))
}

// MARK: SkylakeX

/// A lane and the one half a vector of 32 bytes after it.
@inline(__always)
func laneInTurn(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> SixLanes {
  SixLanes.sum(vectorsInTurn(x, r, blocks), vectorsInTurn(x + orderedBytes / 2, r + orderedBytes / 2, blocks))
}

/// One lane: vectors of 64 bytes to 32, a last block of four such vectors if there is one, and those vectors in turn.
@inline(never) @_noLocks @_noAllocation
func vectorsInTurn(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> SixLanes {
  let period = 8 &* orderedBytes
  // Either the lower halves of vectors and then the upper ones, or the first two vectors and then the others.
  let isWide = wideBytes > orderedBytes
  let second = isWide ? orderedBytes : period / 2
  if blocks == 1 { return folded(.zero, .zero) { p, _, output in sumInTurn(p, x + output, r) } }
  let p = accumulate6(.skylakex, x, r, blocks / 2, period: period)
  let q = accumulate6(.skylakex, x + second, r + second, blocks / 2, period: period)
  let last = (blocks &- 1) &* period / 2
  return folded(p, q) { p, q, output in
    let sums =
      isWide
      ? WideChains.sum(p, q)
      : WideChains(a: addWide(p.a, p.b), b: addWide(p.c, p.d), c: addWide(q.a, q.b), d: addWide(q.c, q.d))
    if blocks & 1 != 0 { return sumInTurn(sums, x + last + output, r + last) }
    return sumInTurn(sums)
  }
}

@inline(__always)
func sumInTurn(_ sums: WideChains) -> WideLanes { addWide(addWide(addWide(sums.a, sums.b), sums.c), sums.d) }

/// With a last block.
@inline(__always)
func sumInTurn(_ sums: WideChains, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer) -> WideLanes {
  sumInTurn(
    WideChains(
      a: fusedWide(wide(x), wideTap(r), sums.a),
      b: fusedWide(wide(x + orderedBytes), wideTap(r + orderedBytes), sums.b),
      c: fusedWide(wide(x + 2 &* orderedBytes), wideTap(r + 2 &* orderedBytes), sums.c),
      d: fusedWide(wide(x + 3 &* orderedBytes), wideTap(r + 3 &* orderedBytes), sums.d)))
}

// MARK: The others

/// A lane of four vectors of 32 bytes: halves, then vectors in pairs.
@inline(__always)
func laneInPairs(_ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> SixLanes {
  switch order {
  case .sandybridge: laneOfSandybridge(x, r, blocks)
  case .nehalem: laneOfNehalem(x, r, blocks)
  // Neoverse N1 has Haswell's chains.
  case .haswell, .neoversen1, .skylakex: laneOfHaswell(x, r, blocks)
  }
}

// The optimiser inlines into functions of this size, and not into their callers, what must be inlined: loops that have to ask
// for their order take twice the time.
@inline(never) @_noLocks @_noAllocation
func laneOfHaswell(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> SixLanes { vectorsInPairs(.haswell, x, r, blocks) }

@inline(never) @_noLocks @_noAllocation
func laneOfSandybridge(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> SixLanes {
  vectorsInPairs(.sandybridge, x, r, blocks)
}

@inline(never) @_noLocks @_noAllocation
func laneOfNehalem(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> SixLanes { vectorsInPairs(.nehalem, x, r, blocks) }

@inline(__always)
func vectorsInPairs(_ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> SixLanes {
  if wideBytes == orderedBytes {
    let all = halves(order, x, r, blocks)
    return folded(all, all) { all, _, _ in
      let ab = addWide(all.a, all.b)
      return order == .nehalem ? ab : addWide(ab, addWide(all.c, all.d))
    }
  }
  let even = halves(order, x, r, blocks)
  let odd = halves(order, x + orderedBytes, r + orderedBytes, blocks)
  return folded(even, odd) { even, odd, _ in
    let ab = addWide(even.a, odd.a)
    return order == .nehalem ? ab : addWide(ab, addWide(even.b, odd.b))
  }
}

/// A lane of vectors, or of every second one, plus the lane half a vector after it.
@inline(__always)
func halves(_ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> SixChains {
  let lower = blocksOfVectors(order, x, r, blocks)
  return SixChains.sum(lower, blocksOfVectors(order, x + orderedBytes / 2, r + orderedBytes / 2, blocks))
}

/// One lane of each vector of all blocks, or of every second vector: then two blocks at a time.
@inline(__always)
func blocksOfVectors(_ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> SixChains {
  let block = 4 &* orderedBytes
  if wideBytes == orderedBytes { return accumulate6(order, x, r, blocks, period: block) }
  var sums = blocks > 1 ? accumulate6(order, x, r, blocks / 2, period: 2 &* block) : .zero
  if blocks & 1 != 0 {
    let last = (blocks &- 1) &* block
    addHalf(order, x + last, r + last, &sums.s0)
    addHalf(order, x + last + wideBytes, r + last, &sums.s1)
    addHalf(order, x + last + 2 &* wideBytes, r + last, &sums.s2)
    addHalf(order, x + last + 3 &* wideBytes, r + last, &sums.s3)
    addHalf(order, x + last + 4 &* wideBytes, r + last, &sums.s4)
    addHalf(order, x + last + 5 &* wideBytes, r + last, &sums.s5)
  }
  return sums
}

/// Adds the products of two taps.
@inline(__always)
func addHalf(_ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ sums: inout WideChains) {
  sums.add(order, first: wide(x), wideTap(r))
  sums.add(order, second: wide(x, 1), wideTap(r, 1))
}
