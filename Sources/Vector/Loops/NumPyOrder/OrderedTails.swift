// What the chains leave over, term by term, a lane to an output; and the sums of short kernels, which have no chains.
import CIntrinsics

/// How the terms of a tail are added to the head.
enum TailRounding {
  /// Product and sum rounded once.
  case fused
  /// Each rounded.
  case twice
  /// Each product rounded to float32, the sum in float64, the head added last.
  case inDouble
}

/// y[o] = 0 + (y[o] + the last `taps` terms).
@inline(__always)
func orderedTails(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int
) {
  if order == .neon {
    tails(.fused, x, r, taps, y, count)
  } else if scalarBytes == 4 {
    tails(.inDouble, x, r, taps, y, count)
  } else if order == .skylakex {
    tails(.fused, x, r, taps, y, count)
  } else {
    tails(.twice, x, r, taps, y, count)
  }
}

@_noLocks @_noAllocation
func sequentialSums(
  _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int
) {
  let sums = y.assumingMemoryBound(to: Scalar.self)
  for o in 0..<count { sums[o] = 0 }
  tails(.twice, x, r, taps, y, count)
}

@inline(__always)
func tails(
  _ rounding: TailRounding, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer,
  _ count: Int
) {
  let end = count &* scalarBytes
  var offset = 0
  while offset &+ lanesBytes <= end {
    store(tail(rounding, x + offset, r, taps, load(y, offset)), y, offset)
    offset &+= lanesBytes
  }
  while offset < end {
    // The same arithmetic with all lanes alike, so that nothing past the end is read.
    let y = (y + offset).assumingMemoryBound(to: Scalar.self)
    y.pointee = first(tail(rounding, x + offset, r, taps, tap(y, 0), alike: true))
    offset &+= scalarBytes
  }
}

/// The tails of the outputs that begin at x, in lanes, each added to its head.
@inline(__always)
func tail(
  _ rounding: TailRounding, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ head: Lanes, alike: Bool = false
) -> Lanes {
  var sum = head
  var wideSum = doubleZero()
  for i in 0..<taps {
    let terms = alike ? tap(x, i) : load(x, i &* scalarBytes)
    switch rounding {
    case .fused: sum = fused(terms, tap(r, i), sum)
    case .twice: sum = add(sum, multiply(terms, tap(r, i)))
    case .inDouble: wideSum = addDoubles(wideSum, widen(multiply(terms, tap(r, i))))
    }
  }
  if rounding == .inDouble { sum = narrow(addDoubles(wideSum, widen(head))) }
  // Never -0.
  return add(sum, broadcast(0))
}
