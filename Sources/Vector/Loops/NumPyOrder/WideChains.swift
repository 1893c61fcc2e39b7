// Chains of ordered sums for vectors of outputs: a lane holds the same chain of another output.
//
// A step multiplies a vector of x with one tap. Taps a vector's width apart, and outputs as far apart, read the same vectors
// of x, which are then loaded once: nine loads of x and four taps for twenty-four products.
import CIntrinsics

/// The chains that four taps, a vector's width apart, belong to, for one vector of outputs. An order that has fewer
/// than four there alternates between them.
struct WideChains {
  var a, b, c, d: WideLanes

  @inline(__always)
  init(a: WideLanes, b: WideLanes, c: WideLanes, d: WideLanes) { (self.a, self.b, self.c, self.d) = (a, b, c, d) }

  @inline(__always)
  static var zero: WideChains { WideChains(a: wideZero(), b: wideZero(), c: wideZero(), d: wideZero()) }

  @inline(__always)
  static func sum(_ p: WideChains, _ q: WideChains) -> WideChains {
    WideChains(a: addWide(p.a, q.a), b: addWide(p.b, q.b), c: addWide(p.c, q.c), d: addWide(p.d, q.d))
  }
}

/// The chains of six vectors of outputs.
struct SixChains {
  var s0, s1, s2, s3, s4, s5: WideChains

  @inline(__always)
  init(s0: WideChains, s1: WideChains, s2: WideChains, s3: WideChains, s4: WideChains, s5: WideChains) {
    (self.s0, self.s1, self.s2, self.s3, self.s4, self.s5) = (s0, s1, s2, s3, s4, s5)
  }

  // Not the values of members: the compiler makes a function of those, which clears memory, from which the loops' registers are loaded.
  @inline(__always)
  static var zero: SixChains { SixChains(s0: .zero, s1: .zero, s2: .zero, s3: .zero, s4: .zero, s5: .zero) }

  @inline(__always)
  static func sum(_ p: SixChains, _ q: SixChains) -> SixChains {
    SixChains(
      s0: .sum(p.s0, q.s0), s1: .sum(p.s1, q.s1), s2: .sum(p.s2, q.s2),
      s3: .sum(p.s3, q.s3), s4: .sum(p.s4, q.s4), s5: .sum(p.s5, q.s5))
  }
}

/// sum + x*r with the roundings of `order`.
@inline(__always)
func wideProduct(_ order: DotOrder, _ x: WideLanes, _ r: WideLanes, addedTo sum: WideLanes) -> WideLanes {
  order == .sandybridge || order == .nehalem ? roundedWide(x, r, sum) : fusedWide(x, r, sum)
}

/// How many chains of an order lie a vector's width apart, up to four.
@inline(__always)
func chainsApart(_ order: DotOrder) -> Int {
  switch order {
  case .skylakex: 4
  case .haswell, .sandybridge, .neoversen1: wideBytes == orderedBytes ? 4 : 2
  case .nehalem: wideBytes == orderedBytes ? 2 : 1
  }
}

extension WideChains {
  /// Adds the product of the first tap, the second, third or fourth one.
  @inline(__always)
  mutating func add(_ order: DotOrder, first x: WideLanes, _ r: WideLanes) { a = wideProduct(order, x, r, addedTo: a) }

  @inline(__always)
  mutating func add(_ order: DotOrder, second x: WideLanes, _ r: WideLanes) {
    if chainsApart(order) == 1 { a = wideProduct(order, x, r, addedTo: a) } else { b = wideProduct(order, x, r, addedTo: b) }
  }

  @inline(__always)
  mutating func add(_ order: DotOrder, third x: WideLanes, _ r: WideLanes) {
    if chainsApart(order) < 4 { add(order, first: x, r) } else { c = wideProduct(order, x, r, addedTo: c) }
  }

  @inline(__always)
  mutating func add(_ order: DotOrder, fourth x: WideLanes, _ r: WideLanes) {
    if chainsApart(order) < 4 { add(order, second: x, r) } else { d = wideProduct(order, x, r, addedTo: d) }
  }
}

/// Adds up `count` times four taps of six vectors of outputs, each four `period` bytes after those before. At least once: sums that may
/// stay zero are kept in memory.
@inline(__always)
func accumulate6(_ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ count: Int, period: Int) -> SixChains {
  var sums = SixChains.zero
  if wideBytes == 64 {
    accumulateAtOnce(order, x, r, count, period, &sums)
  } else {
    // Sixteen vector registers hold the chains of three.
    (sums.s0, sums.s1, sums.s2) = accumulate3Wide(order, x, r, count, period)
    (sums.s3, sums.s4, sums.s5) = accumulate3Wide(order, x + 3 &* wideBytes, r, count, period)
  }
  return sums
}

/// By diagonals: each vector of x is used up before the next is loaded.
@inline(__always)
func accumulateAtOnce(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ count: Int, _ period: Int, _ sums: inout SixChains
) {
  var (x, r, left) = (x, r, count)
  repeat {
    let r0 = wideTap(r), r1 = wideTap(r, 1), r2 = wideTap(r, 2), r3 = wideTap(r, 3)
    let x0 = wide(x)
    sums.s0.add(order, first: x0, r0)
    let x1 = wide(x, 1)
    sums.s1.add(order, first: x1, r0)
    sums.s0.add(order, second: x1, r1)
    let x2 = wide(x, 2)
    sums.s2.add(order, first: x2, r0)
    sums.s1.add(order, second: x2, r1)
    sums.s0.add(order, third: x2, r2)
    let x3 = wide(x, 3)
    sums.s3.add(order, first: x3, r0)
    sums.s2.add(order, second: x3, r1)
    sums.s1.add(order, third: x3, r2)
    sums.s0.add(order, fourth: x3, r3)
    let x4 = wide(x, 4)
    sums.s4.add(order, first: x4, r0)
    sums.s3.add(order, second: x4, r1)
    sums.s2.add(order, third: x4, r2)
    sums.s1.add(order, fourth: x4, r3)
    let x5 = wide(x, 5)
    sums.s5.add(order, first: x5, r0)
    sums.s4.add(order, second: x5, r1)
    sums.s3.add(order, third: x5, r2)
    sums.s2.add(order, fourth: x5, r3)
    let x6 = wide(x, 6)
    sums.s5.add(order, second: x6, r1)
    sums.s4.add(order, third: x6, r2)
    sums.s3.add(order, fourth: x6, r3)
    let x7 = wide(x, 7)
    sums.s5.add(order, third: x7, r2)
    sums.s4.add(order, fourth: x7, r3)
    sums.s5.add(order, fourth: wide(x, 8), r3)
    x += period
    r += period
    left &-= 1
  } while left > 0
}

/// `accumulateAtOnce` for three vectors of outputs.
@inline(__always)
func accumulate3Wide(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ count: Int, _ period: Int
) -> (WideChains, WideChains, WideChains) {
  var (x, r, left) = (x, r, count)
  var s0 = WideChains.zero, s1 = WideChains.zero, s2 = WideChains.zero
  repeat {
    let r0 = wideTap(r), x0 = wide(x)
    s0.add(order, first: x0, r0)
    let r1 = wideTap(r, 1), x1 = wide(x, 1)
    s1.add(order, first: x1, r0)
    s0.add(order, second: x1, r1)
    let r2 = wideTap(r, 2), x2 = wide(x, 2)
    s2.add(order, first: x2, r0)
    s1.add(order, second: x2, r1)
    s0.add(order, third: x2, r2)
    let r3 = wideTap(r, 3), x3 = wide(x, 3)
    s2.add(order, second: x3, r1)
    s1.add(order, third: x3, r2)
    s0.add(order, fourth: x3, r3)
    let x4 = wide(x, 4)
    s2.add(order, third: x4, r2)
    s1.add(order, fourth: x4, r3)
    s2.add(order, fourth: wide(x, 5), r3)
    x += period
    r += period
    left &-= 1
  } while left > 0
  return (s0, s1, s2)
}
