// The chains of an ordered sum: two or four vectors of them for an output, block after block of four vectors.
import CIntrinsics

/// What the signal is multiplied with.
enum TapParts {
  /// The taps.
  case straight
  /// Complex taps with their real and imaginary parts exchanged.
  case crossed
}

@inline(__always)
func taps(_ parts: TapParts, _ r: UnsafeRawPointer, _ index: Int) -> OrderedLanes {
  parts == .straight ? piece(r, index) : exchanged(piece(r, index))
}

/// sum + x*r with the roundings of `order`.
@inline(__always)
func product(_ order: DotOrder, _ x: OrderedLanes, _ r: OrderedLanes, addedTo sum: OrderedLanes) -> OrderedLanes {
  order == .sandybridge || order == .nehalem ? roundedPieces(x, r, sum) : fusedPieces(x, r, sum)
}

extension ChainSums {
  /// Adds the product of a block's first vectors, its second, third or fourth ones. Nehalem alternates between two chains.
  @inline(__always)
  mutating func add(_ order: DotOrder, first x: OrderedLanes, _ r: OrderedLanes) { a = product(order, x, r, addedTo: a) }

  @inline(__always)
  mutating func add(_ order: DotOrder, second x: OrderedLanes, _ r: OrderedLanes) { b = product(order, x, r, addedTo: b) }

  @inline(__always)
  mutating func add(_ order: DotOrder, third x: OrderedLanes, _ r: OrderedLanes) {
    if order == .nehalem { a = product(order, x, r, addedTo: a) } else { c = product(order, x, r, addedTo: c) }
  }

  @inline(__always)
  mutating func add(_ order: DotOrder, fourth x: OrderedLanes, _ r: OrderedLanes) {
    if order == .nehalem { b = product(order, x, r, addedTo: b) } else { d = product(order, x, r, addedTo: d) }
  }

  /// Adds the products of a block.
  @inline(__always)
  mutating func add(_ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ parts: TapParts = .straight) {
    add(order, first: piece(x), taps(parts, r, 0))
    add(order, second: piece(x, 1), taps(parts, r, 1))
    add(order, third: piece(x, 2), taps(parts, r, 2))
    add(order, fourth: piece(x, 3), taps(parts, r, 3))
  }
}

/// Adds up `count` blocks, each `blocksApart` blocks after the one before.
@inline(__always)
func accumulate(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ count: Int, blocksApart: Int = 1, _ parts: TapParts = .straight
) -> ChainSums {
  var (x, r) = (x, r)
  var sums = ChainSums()
  for _ in 0..<count {
    sums.add(order, x, r, parts)
    x += blocksApart &* 4 &* orderedBytes
    r += blocksApart &* 4 &* orderedBytes
  }
  return sums
}

/// `accumulate` for three outputs a vector apart: ten loads for twelve products.
@inline(__always)
func accumulate3(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ count: Int, blocksApart: Int = 1, _ parts: TapParts = .straight
) -> (ChainSums, ChainSums, ChainSums) {
  var (x, r) = (x, r)
  var s0 = ChainSums(), s1 = ChainSums(), s2 = ChainSums()
  for _ in 0..<count {
    // By diagonals: each vector of x is used up before the next is loaded.
    let r0 = taps(parts, r, 0), x0 = piece(x)
    s0.add(order, first: x0, r0)
    let r1 = taps(parts, r, 1), x1 = piece(x, 1)
    s1.add(order, first: x1, r0)
    s0.add(order, second: x1, r1)
    let r2 = taps(parts, r, 2), x2 = piece(x, 2)
    s2.add(order, first: x2, r0)
    s1.add(order, second: x2, r1)
    s0.add(order, third: x2, r2)
    let r3 = taps(parts, r, 3), x3 = piece(x, 3)
    s2.add(order, second: x3, r1)
    s1.add(order, third: x3, r2)
    s0.add(order, fourth: x3, r3)
    let x4 = piece(x, 4), x5 = piece(x, 5)
    s2.add(order, third: x4, r2)
    s1.add(order, fourth: x4, r3)
    s2.add(order, fourth: x5, r3)
    x += blocksApart &* 4 &* orderedBytes
    r += blocksApart &* 4 &* orderedBytes
  }
  return (s0, s1, s2)
}
