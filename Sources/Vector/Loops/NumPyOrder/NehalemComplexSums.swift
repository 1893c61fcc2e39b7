// Nehalem's cdotu and zdotu: one vector of chains, to whose halves the vectors of 16 bytes go alternately.
//
// For complex64 such a vector holds two numbers, and begins at a multiple of 16 bytes: where x does not, a number is taken
// first. The order depends on the address, as OpenBLAS' does, so a signal must begin at such a multiple.
import CIntrinsics

@_noLocks @_noAllocation
func complexSumsNehalem(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  let complexBytes = 2 &* scalarBytes
  for o in 0..<count {
    var x = x + o &* complexBytes, r = r
    var left = taps
    var straight = orderedZero(), crossed = orderedZero()
    if Int(bitPattern: x) & 15 != 0 {
      accumulate(pairPiece(x), pairPiece(r), &straight, &crossed)
      x += complexBytes
      r += complexBytes
      left &-= 1
    }
    while left &* complexBytes >= orderedBytes {
      accumulate(piece(x), piece(r), &straight, &crossed)
      x += orderedBytes
      r += orderedBytes
      left &-= orderedBytes / complexBytes
    }
    if left &* complexBytes >= orderedBytes / 2 {
      accumulate(halfPiece(x), halfPiece(r), &straight, &crossed)
      x += orderedBytes / 2
      r += orderedBytes / 2
      left &-= orderedBytes / 2 / complexBytes
    }
    if left > 0 { accumulate(pairPiece(x), pairPiece(r), &straight, &crossed) }
    storeProduct(sumToPair(ChainSums(a: straight)), sumToPair(ChainSums(a: crossed)), y + o &* complexBytes)
  }
}

@inline(__always)
func accumulate(_ x: OrderedLanes, _ r: OrderedLanes, _ straight: inout OrderedLanes, _ crossed: inout OrderedLanes) {
  straight = roundedPieces(x, r, straight)
  crossed = roundedPieces(x, exchanged(r), crossed)
}
