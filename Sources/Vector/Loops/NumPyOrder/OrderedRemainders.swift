// What the chains leave over, term by term, a lane to an output; and the sums of short kernels, which have no chains.
import CIntrinsics

/// How the terms of a remainder are added to the chained sum.
enum RemainderRounding {
  /// Product and sum rounded once.
  case fused
  /// Each rounded.
  case twice
  /// Each product rounded to float32, the sum in float64, the chained sum added last.
  case inDouble
}

/// y[o] = 0 + (y[o] + the last `taps` terms).
@inline(__always)
func addRemainders(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int
) {
  if order == .neoversen1 {
    addRemainders(.fused, x, r, taps, y, count)
  } else if scalarBytes == 4 {
    addRemainders(.inDouble, x, r, taps, y, count)
  } else if order == .skylakex {
    addRemainders(.fused, x, r, taps, y, count)
  } else {
    addRemainders(.twice, x, r, taps, y, count)
  }
}

@_noLocks @_noAllocation
func sequentialSums(
  _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int
) {
  let sums = y.assumingMemoryBound(to: Scalar.self)
  for o in 0..<count { sums[o] = 0 }
  addRemainders(.twice, x, r, taps, y, count)
}

@inline(__always)
func addRemainders(
  _ rounding: RemainderRounding, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer,
  _ count: Int
) {
  let end = count &* scalarBytes
  var offset = 0
  while offset &+ lanesBytes <= end {
    store(addingRemainder(rounding, x + offset, r, taps, load(y, offset)), y, offset)
    offset &+= lanesBytes
  }
  while offset < end {
    // The same arithmetic with all lanes alike, so that nothing past the end is read.
    let y = (y + offset).assumingMemoryBound(to: Scalar.self)
    y.pointee = first(addingRemainder(rounding, x + offset, r, taps, tap(y, 0), alike: true))
    offset &+= scalarBytes
  }
}

/// The chained sums of the outputs that begin at x, in lanes, plus their remainders.
@inline(__always)
func addingRemainder(
  _ rounding: RemainderRounding, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ chained: Lanes, alike: Bool = false
) -> Lanes {
  var sum = chained
  var wideSum = doubleZero()
  for i in 0..<taps {
    let terms = alike ? tap(x, i) : load(x, i &* scalarBytes)
    switch rounding {
    case .fused: sum = fused(terms, tap(r, i), sum)
    case .twice: sum = add(sum, multiply(terms, tap(r, i)))
    case .inDouble: wideSum = addDoubles(wideSum, widen(multiply(terms, tap(r, i))))
    }
  }
  if rounding == .inDouble { sum = narrow(addDoubles(wideSum, widen(chained))) }
  // Never -0.
  return add(sum, broadcast(0))
}
