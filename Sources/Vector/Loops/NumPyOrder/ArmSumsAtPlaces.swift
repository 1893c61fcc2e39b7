// Sums in an order of 64-bit Arm of outputs that lie anywhere in the signal, as SumsAtPlaces.swift does: three outputs share the
// loads of the taps, and all outputs take one tile of taps before the next.
import CIntrinsics

/// y[k] = 0 + dot(x[places[k]..<places[k]+lengths[k]], r) for k < count; `work` is room for a block of chains for each.
@inline(__always)
func sumsAtPlaces(
  _ order: ArmOrder, _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ lengths: UnsafePointer<Int>, _ r: UnsafeRawPointer,
  _ y: UnsafeMutableRawPointer, _ count: Int, _ work: UnsafeMutableRawPointer
) {
  let (grouped, chainBytes) = (count / 3 &* 3, 4 &* halfBytes)
  let tileBlocks = tilePeriods &* chainPeriod / order.blockBytes
  for k in 0..<grouped { HalfChains().write(to: work + k &* chainBytes) }
  var (first, isLast) = (0, false)
  while !isLast {
    let offset = first &* order.blockBytes
    isLast = true
    var k = 0
    while k < grouped {
      let left = commonBlocks(order, lengths + k) &- first
      if left > 0 { addTile(order, x + offset, places + k, r + offset, min(tileBlocks, left), work + k &* chainBytes) }
      if left > tileBlocks { isLast = false }
      k &+= 3
    }
    first &+= tileBlocks
  }
  for k in 0..<count {
    let (x, taps) = (x + places[k] &* scalarBytes, lengths[k])
    let common = k < grouped ? commonBlocks(order, lengths + k / 3 &* 3) : 0
    var chains = k < grouped ? HalfChains(work + k &* chainBytes) : HalfChains()
    let done = common &* order.blockBytes
    chains.add(order, x + done, r + done, order.blocks(taps) &- common)
    finish(order, chains, x, r, taps, y + k &* scalarBytes)
  }
}

/// The whole blocks of the shortest of three sums.
@inline(__always)
private func commonBlocks(_ order: ArmOrder, _ lengths: UnsafePointer<Int>) -> Int {
  order.blocks(min(lengths[0], min(lengths[1], lengths[2])))
}

/// Adds `blocks` blocks of products to all chains of three outputs.
@inline(__always)
private func addTile(
  _ order: ArmOrder, _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ r: UnsafeRawPointer, _ blocks: Int,
  _ chains: UnsafeMutableRawPointer
) {
  let x0 = x + places[0] &* scalarBytes, x1 = x + places[1] &* scalarBytes, x2 = x + places[2] &* scalarBytes
  let second = chains + 4 &* halfBytes, third = second + 4 &* halfBytes
  var s0 = HalfChains(chains), s1 = HalfChains(second), s2 = HalfChains(third)
  var offset = 0
  for _ in 0..<blocks {
    s0.add(order, x0 + offset, r + offset)
    s1.add(order, x1 + offset, r + offset)
    s2.add(order, x2 + offset, r + offset)
    offset &+= order.blockBytes
  }
  s0.write(to: chains)
  s1.write(to: second)
  s2.write(to: third)
}

/// y = 0 + the sum of the chains, which hold all whole blocks, and of the terms that are left.
@inline(__always)
func finish(
  _ order: ArmOrder, _ chains: HalfChains, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer
) {
  let done = order.blocks(taps) &* order.blockBytes
  let remainder = order.remainder(taps)
  let left = taps &- remainder &- done / scalarBytes
  y.assumingMemoryBound(to: Scalar.self).pointee = chains.sum(order, x + done, r + done, left)
  let last = (taps &- remainder) &* scalarBytes
  addRemainders(.fused, x + last, r + last, remainder, y, 1)
}
