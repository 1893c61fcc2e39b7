// Ordered sums of complex numbers, real and imaginary parts interleaved: OpenBLAS' cdotu and zdotu.
//
// Each part of x is multiplied with the same part of r, and with the other one, in chains of their own; signs wait for the
// end. SkylakeX has here the chains of Haswell, and differs in the remainder.
import CIntrinsics

@inline(__always)
func orderedComplexSums(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int
) {
  let complexBytes = 2 &* scalarBytes
  let spacing = orderedBytes / complexBytes
  let blocks = taps &* complexBytes / (4 &* orderedBytes)
  let chainedBytes = blocks &* 4 &* orderedBytes
  let remainderTaps = taps &- chainedBytes / complexBytes
  var o = 0
  while blocks > 0 && o &+ 3 &* spacing <= count {
    for phase in o..<o &+ spacing {
      let x = x + phase &* complexBytes, y = y + phase &* complexBytes
      let straight = accumulate3(order, x, r, blocks, .straight)
      let d0 = sumToPair(straight.0), d1 = sumToPair(straight.1), d2 = sumToPair(straight.2)
      let crossed = accumulate3(order, x, r, blocks, .crossed)
      let e0 = sumToPair(crossed.0), e1 = sumToPair(crossed.1), e2 = sumToPair(crossed.2)
      let remainder = x + chainedBytes
      complexRemainder(order, remainder, r + chainedBytes, remainderTaps, d0, e0, y)
      complexRemainder(order, remainder + orderedBytes, r + chainedBytes, remainderTaps, d1, e1, y + orderedBytes)
      complexRemainder(order, remainder + 2 &* orderedBytes, r + chainedBytes, remainderTaps, d2, e2, y + 2 &* orderedBytes)
    }
    o &+= 3 &* spacing
  }
  while o < count {
    let x = x + o &* complexBytes
    var straight = pairZero(), crossed = pairZero()
    if blocks > 0 {
      straight = sumToPair(accumulate(order, x, r, blocks, .straight))
      crossed = sumToPair(accumulate(order, x, r, blocks, .crossed))
    }
    complexRemainder(order, x + chainedBytes, r + chainedBytes, remainderTaps, straight, crossed, y + o &* complexBytes)
    o &+= 1
  }
}

/// y = the chained sums and the last `taps` terms, brought together.
@inline(__always)
func complexRemainder(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ straight: Pair, _ crossed: Pair,
  _ y: UnsafeMutableRawPointer
) {
  var (straight, crossed) = (straight, crossed)
  for i in 0..<taps {
    let offset = 2 &* i &* scalarBytes
    let a = pair(x + offset), b = pair(r + offset)
    if order == .skylakex {
      straight = fusedPairs(a, b, straight)
      crossed = fusedPairs(a, exchanged(b), crossed)
    } else {
      straight = roundedPairs(a, b, straight)
      crossed = roundedPairs(a, exchanged(b), crossed)
    }
  }
  storeProductByI(straight, crossed, y)
}
