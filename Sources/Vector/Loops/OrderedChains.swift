// The chains of an ordered sum: four vectors of them for an output, block after block of four vectors.
import CIntrinsics

/// Adds up `count` blocks, each `blocksApart` blocks after the one before.
@inline(__always)
func accumulate(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ count: Int, blocksApart: Int) -> ChainSums {
  var (x, r) = (x, r)
  var s = ChainSums()
  for _ in 0..<count {
    s.a = fusedPieces(piece(x), piece(r), s.a)
    s.b = fusedPieces(piece(x, 1), piece(r, 1), s.b)
    s.c = fusedPieces(piece(x, 2), piece(r, 2), s.c)
    s.d = fusedPieces(piece(x, 3), piece(r, 3), s.d)
    x += blocksApart &* 4 &* orderedBytes
    r += blocksApart &* 4 &* orderedBytes
  }
  return s
}

/// The same for three outputs a vector apart: ten loads for twelve products.
@inline(__always)
func accumulate3(
  _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ count: Int, blocksApart: Int
) -> (ChainSums, ChainSums, ChainSums) {
  var (x, r) = (x, r)
  var s0 = ChainSums(), s1 = ChainSums(), s2 = ChainSums()
  for _ in 0..<count {
    // By diagonals: each vector of x is used up before the next is loaded.
    let r0 = piece(r), x0 = piece(x)
    s0.a = fusedPieces(x0, r0, s0.a)
    let r1 = piece(r, 1), x1 = piece(x, 1)
    s1.a = fusedPieces(x1, r0, s1.a)
    s0.b = fusedPieces(x1, r1, s0.b)
    let r2 = piece(r, 2), x2 = piece(x, 2)
    s2.a = fusedPieces(x2, r0, s2.a)
    s1.b = fusedPieces(x2, r1, s1.b)
    s0.c = fusedPieces(x2, r2, s0.c)
    let r3 = piece(r, 3), x3 = piece(x, 3)
    s2.b = fusedPieces(x3, r1, s2.b)
    s1.c = fusedPieces(x3, r2, s1.c)
    s0.d = fusedPieces(x3, r3, s0.d)
    let x4 = piece(x, 4), x5 = piece(x, 5)
    s2.c = fusedPieces(x4, r2, s2.c)
    s1.d = fusedPieces(x4, r3, s1.d)
    s2.d = fusedPieces(x5, r3, s2.d)
    x += blocksApart &* 4 &* orderedBytes
    r += blocksApart &* 4 &* orderedBytes
  }
  return (s0, s1, s2)
}
