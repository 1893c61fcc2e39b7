// The chains of one output in an order of 64-bit Arm, a lane to a chain.
import CIntrinsics

/// The chains of a block's vectors. An order that has fewer vectors leaves the last ones at zero.
struct HalfChains {
  var a = halfZero(), b = halfZero(), c = halfZero(), d = halfZero()
}

extension HalfChains {
  @inline(__always)
  init(_ chains: UnsafeRawPointer) { (a, b, c, d) = (half(chains), half(chains, 1), half(chains, 2), half(chains, 3)) }

  @inline(__always)
  func write(to chains: UnsafeMutableRawPointer) {
    store(a, chains, half: 0)
    store(b, chains, half: 1)
    store(c, chains, half: 2)
    store(d, chains, half: 3)
  }

  /// Adds the products of a block.
  @inline(__always)
  mutating func add(_ order: ArmOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer) {
    a = product(order, half(x), half(r), addedTo: a)
    if order.vectors > 1 { b = product(order, half(x, 1), half(r, 1), addedTo: b) }
    if order.vectors > 2 {
      c = product(order, half(x, 2), half(r, 2), addedTo: c)
      d = product(order, half(x, 3), half(r, 3), addedTo: d)
    }
  }

  /// Adds those of `count` blocks.
  @inline(__always)
  mutating func add(_ order: ArmOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ count: Int) {
    var offset = 0
    for _ in 0..<count {
      add(order, x + offset, r + offset)
      offset &+= order.blockBytes
    }
  }

  /// The sum of all chains and of `left` terms more, less than a block.
  @inline(__always)
  func sum(_ order: ArmOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ left: Int) -> Scalar {
    if order != .cortexa { return sumOfSVE(order, x, r, left) }
    if order.vectors == 1 { return sumInPairs(a) }
    var sum = addHalves(addHalves(a, b), addHalves(c, d))
    for i in 0..<left / halfLanes { sum = fusedHalves(half(x, i), half(r, i), sum) }
    return sumOfHalves(sum)
  }

  @inline(__always)
  private func sumOfSVE(_ order: ArmOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ left: Int) -> Scalar {
    var last = self
    for i in 0..<order.vectors {
      let lanes = max(0, min(halfLanes, left &- i &* halfLanes))
      let (x, r) = (firstLanes(half: x + i &* halfBytes, lanes), firstLanes(half: r + i &* halfBytes, lanes))
      if order.vectors == 2 {
        last.b = fusedHalves(x, r, last.b)
      } else if i & 1 == 0 {
        last.c = fusedHalves(x, r, last.c)
      } else {
        last.d = fusedHalves(x, r, last.d)
      }
    }
    if order.vectors == 2 { return sumInPairs(a) + sumInPairs(last.b) }
    return (sumInPairs(a) + sumInPairs(b)) + (sumInPairs(last.c) + sumInPairs(last.d))
  }
}

/// sum + x*r with the roundings of `order`.
@inline(__always)
func product(_ order: ArmOrder, _ x: OrderedHalf, _ r: OrderedHalf, addedTo sum: OrderedHalf) -> OrderedHalf {
  order.roundsProducts ? roundedHalves(x, r, sum) : fusedHalves(x, r, sum)
}

// The operations of CIntrinsics on vectors of 16 bytes under short names, audited here as in Lanes.swift.

@inline(__always) @_semantics("no_performance_analysis")
func halfZero() -> OrderedHalf { half_zero() }

/// The vector that lies `index` vectors after `pointer`.
@inline(__always) @_semantics("no_performance_analysis")
func half(_ pointer: UnsafeRawPointer, _ index: Int = 0) -> OrderedHalf { half_load(pointer + index &* halfBytes) }

/// The first lanes of a vector, zeros after them.
@inline(__always) @_semantics("no_performance_analysis")
func firstLanes(half pointer: UnsafeRawPointer, _ count: Int) -> OrderedHalf { half_load_first(pointer, count) }

@inline(__always) @_semantics("no_performance_analysis")
func store(_ lanes: OrderedHalf, _ pointer: UnsafeMutableRawPointer, half index: Int) { half_store(pointer + index &* halfBytes, lanes) }

@inline(__always) @_semantics("no_performance_analysis")
func addHalves(_ a: OrderedHalf, _ b: OrderedHalf) -> OrderedHalf { half_add(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func fusedHalves(_ a: OrderedHalf, _ b: OrderedHalf, _ c: OrderedHalf) -> OrderedHalf { half_fused(a, b, c) }

@inline(__always) @_semantics("no_performance_analysis")
func roundedHalves(_ a: OrderedHalf, _ b: OrderedHalf, _ c: OrderedHalf) -> OrderedHalf { half_multiply_add(a, b, c) }

/// Neighbours, then their sums.
@inline(__always) @_semantics("no_performance_analysis")
func sumInPairs(_ a: OrderedHalf) -> Scalar { ordered_pairs(a) }

/// The second half is added to the first, until one lane is left.
@inline(__always) @_semantics("no_performance_analysis")
func sumOfHalves(_ a: OrderedHalf) -> Scalar { ordered_halves(a) }
