// Ordered sums of outputs that lie anywhere in the signal: some outputs of many, which share no vectors of it.
//
// A lane is a chain here, as in OpenBLAS' vectors. Six outputs share the loads of the taps, and all outputs take one tile of taps
// before the next, so that the taps stay in the second cache, and the signal too where outputs lie closer than a tile is long.
import CIntrinsics

/// Bytes after which the chains of every order begin anew: two blocks.
let chainPeriod = 8 &* orderedBytes
/// Taps of a tile, in periods: 64 KiB. Shorter ones would fit the first cache, but streams that short are not foreseen.
let tilePeriods = 256

/// Bytes after which an order's chains begin anew.
@inline(__always)
func chainBytes(_ order: DotOrder) -> Int {
  switch order {
  case .skylakex: 8 &* orderedBytes
  case .haswell, .sandybridge, .neoversen1: 4 &* orderedBytes
  case .nehalem: 2 &* orderedBytes
  }
}

/// Two neighbouring vectors of an output's chains.
struct Strand {
  var a: WideLanes
  var b: WideLanes

  @inline(__always)
  init(_ chains: UnsafeRawPointer) { (a, b) = (wide(chains), wide(chains, 1)) }

  @inline(__always)
  func write(to chains: UnsafeMutableRawPointer) {
    store(a, chains, vector: 0)
    store(b, chains, vector: 1)
  }

  /// Adds the products of two vectors. An order with a single vector of chains takes both in turn.
  @inline(__always)
  mutating func add(_ order: DotOrder, _ x: UnsafeRawPointer, _ r0: WideLanes, _ r1: WideLanes) {
    a = wideProduct(order, wide(x), r0, addedTo: a)
    if chainsApart(order) == 1 {
      a = wideProduct(order, wide(x, 1), r1, addedTo: a)
    } else {
      b = wideProduct(order, wide(x, 1), r1, addedTo: b)
    }
  }
}

/// y[k] = 0 + dot(x[places[k]..<places[k]+lengths[k]], r) for k < count; `work` is room for `chainPeriod` bytes for each.
@inline(__always)
func sumsAtPlaces(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ lengths: UnsafePointer<Int>, _ r: UnsafeRawPointer,
  _ y: UnsafeMutableRawPointer, _ count: Int, _ work: UnsafeMutableRawPointer
) {
  let grouped = count / 6 &* 6
  var chain = 0
  while chain < grouped &* chainPeriod {
    store(wideZero(), work + chain, vector: 0)
    chain &+= wideBytes
  }
  var (first, isLast) = (0, false)
  while !isLast {
    let offset = first &* chainPeriod
    isLast = true
    var k = 0
    while k < grouped {
      let left = commonPeriods(lengths + k) &- first
      if left > 0 { addTile(order, x + offset, places + k, r + offset, min(tilePeriods, left), work + k &* chainPeriod) }
      if left > tilePeriods { isLast = false }
      k &+= 6
    }
    first &+= tilePeriods
  }
  for k in 0..<grouped {
    let done = commonPeriods(lengths + k / 6 &* 6)
    finish(order, x + places[k] &* scalarBytes, r, lengths[k], done, work + k &* chainPeriod, y + k &* scalarBytes)
  }
  for k in grouped..<count { orderedSums(order, x + places[k] &* scalarBytes, r, lengths[k], y + k &* scalarBytes, 1) }
}

/// The whole periods of the shortest of six sums.
@inline(__always)
func commonPeriods(_ lengths: UnsafePointer<Int>) -> Int {
  var shortest = lengths[0]
  for k in 1..<6 { shortest = min(shortest, lengths[k]) }
  return shortest &* scalarBytes / chainPeriod
}

/// Adds `periods` of products to all chains of six outputs.
@inline(__always)
func addTile(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ r: UnsafeRawPointer, _ periods: Int,
  _ chains: UnsafeMutableRawPointer
) {
  let strandBytes = 2 &* wideBytes
  let step = max(strandBytes, chainBytes(order))
  var strand = 0
  while strand < step {
    switch order {
    case .skylakex, .haswell, .neoversen1: addFused(x + strand, places, r + strand, chainPeriod / step &* periods, step, chains + strand)
    case .sandybridge: addRounded(x + strand, places, r + strand, chainPeriod / step &* periods, step, chains + strand)
    case .nehalem: addNehalem(x + strand, places, r + strand, chainPeriod / step &* periods, step, chains + strand)
    }
    strand &+= strandBytes
  }
}

// Functions of their own, so that their loops need not ask for the order: see WideChainedSums.swift.
@inline(never) @_noLocks @_noAllocation
func addFused(
  _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ r: UnsafeRawPointer, _ count: Int, _ step: Int, _ chains: UnsafeMutableRawPointer
) { addStrand(.haswell, x, places, r, count, step, chains) }

@inline(never) @_noLocks @_noAllocation
func addRounded(
  _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ r: UnsafeRawPointer, _ count: Int, _ step: Int, _ chains: UnsafeMutableRawPointer
) { addStrand(.sandybridge, x, places, r, count, step, chains) }

@inline(never) @_noLocks @_noAllocation
func addNehalem(
  _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ r: UnsafeRawPointer, _ count: Int, _ step: Int, _ chains: UnsafeMutableRawPointer
) { addStrand(.nehalem, x, places, r, count, step, chains) }

/// Adds `count` products of two vectors, each `step` bytes after the one before, to a strand of six outputs.
@inline(__always)
func addStrand(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ r: UnsafeRawPointer, _ count: Int, _ step: Int,
  _ chains: UnsafeMutableRawPointer
) {
  let x0 = x + places[0] &* scalarBytes, x1 = x + places[1] &* scalarBytes, x2 = x + places[2] &* scalarBytes
  let x3 = x + places[3] &* scalarBytes, x4 = x + places[4] &* scalarBytes, x5 = x + places[5] &* scalarBytes
  var s0 = Strand(chains), s1 = Strand(chains + chainPeriod), s2 = Strand(chains + 2 &* chainPeriod)
  var s3 = Strand(chains + 3 &* chainPeriod), s4 = Strand(chains + 4 &* chainPeriod), s5 = Strand(chains + 5 &* chainPeriod)
  var offset = 0
  for _ in 0..<count {
    let r0 = wide(r + offset), r1 = wide(r + offset, 1)
    s0.add(order, x0 + offset, r0, r1)
    s1.add(order, x1 + offset, r0, r1)
    s2.add(order, x2 + offset, r0, r1)
    s3.add(order, x3 + offset, r0, r1)
    s4.add(order, x4 + offset, r0, r1)
    s5.add(order, x5 + offset, r0, r1)
    offset &+= step
  }
  s0.write(to: chains)
  s1.write(to: chains + chainPeriod)
  s2.write(to: chains + 2 &* chainPeriod)
  s3.write(to: chains + 3 &* chainPeriod)
  s4.write(to: chains + 4 &* chainPeriod)
  s5.write(to: chains + 5 &* chainPeriod)
}

/// Adds the periods of products from `done` on, adds up the chains, and adds what whole periods leave over.
@inline(__always)
func finish(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ done: Int, _ chains: UnsafeRawPointer,
  _ y: UnsafeMutableRawPointer
) {
  let block = 4 &* orderedBytes
  var (even, odd) = (ChainSums(chains), ChainSums(chains + block))
  var offset = done &* chainPeriod
  while offset &+ chainPeriod <= taps &* scalarBytes {
    even.add(order, x + offset, r + offset)
    if order == .skylakex {
      odd.add(order, x + offset + block, r + offset + block)
    } else {
      even.add(order, x + offset + block, r + offset + block)
    }
    offset &+= chainPeriod
  }
  // Neoverse N1's last block is part of the remainder.
  let hasLast = offset &+ block <= taps &* scalarBytes && order != .neoversen1
  let chained: Scalar
  if order == .skylakex {
    chained = foldSkylakeX(even, odd, x + offset, r + offset, hasLast)
  } else {
    if hasLast { even.add(order, x + offset, r + offset) }
    chained = folded(order, even)
  }
  if hasLast { offset &+= block }
  y.assumingMemoryBound(to: Scalar.self).pointee = chained
  addRemainders(order, x + offset, r + offset, taps &- offset / scalarBytes, y, 1)
}

extension ChainSums {
  @inline(__always)
  init(_ chains: UnsafeRawPointer) { (a, b, c, d) = (piece(chains), piece(chains, 1), piece(chains, 2), piece(chains, 3)) }
}
