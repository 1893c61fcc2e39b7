// Sums of products in the very order, and with the roundings, of OpenBLAS' dot kernels, for many outputs at once.
//
// A dot of n terms has a head and a tail. The head, n rounded down to four vectors of 32 bytes (eight for Neon), is added up
// in chains, one a lane, which are folded at its end; the tail is added term by term. Chains belong to one output each, so
// outputs can be computed side by side: those a vector apart read the same vectors of x, which are then loaded once.
import CIntrinsics

/// Whose order: OpenBLAS' names of processors.
enum DotOrder { case skylakex, haswell, sandybridge, nehalem, neon }

@inline(__always)
func orderedSums(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int
) {
  var blocks = taps &* scalarBytes / (4 &* orderedBytes)
  if order == .neon { blocks &= ~1 }
  let head = blocks &* 4 &* orderedBytes
  orderedHeads(order, x, r, blocks, y, count)
  orderedTails(order, x + head, r + head, taps &- head / scalarBytes, y, count)
}

/// y[o] = the head of the dot: `blocks` times four vectors.
@inline(__always)
func orderedHeads(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int, _ y: UnsafeMutableRawPointer, _ count: Int
) {
  let y = y.assumingMemoryBound(to: Scalar.self)
  let spacing = orderedBytes / scalarBytes
  var o = 0
  while blocks > 0 && o &+ 3 &* spacing <= count {
    for phase in o..<o &+ spacing {
      let sums = heads(order, x + phase &* scalarBytes, r, blocks)
      y[phase] = sums.0
      y[phase &+ spacing] = sums.1
      y[phase &+ 2 &* spacing] = sums.2
    }
    o &+= 3 &* spacing
  }
  while o < count {
    y[o] = blocks > 0 ? head(order, x + o &* scalarBytes, r, blocks) : 0
    o &+= 1
  }
}

/// The heads of three outputs a vector apart.
@inline(__always)
func heads(_ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> (Scalar, Scalar, Scalar) {
  if order != .skylakex {
    let sums = accumulate3(order, x, r, blocks)
    return (folded(order, sums.0), folded(order, sums.1), folded(order, sums.2))
  }
  // Sixteen vector registers hold half of the chains of three outputs: first those of the even blocks, then the odd ones'.
  let block = 4 &* orderedBytes
  let even = accumulate3(order, x, r, blocks / 2, blocksApart: 2)
  let odd = accumulate3(order, x + block, r + block, blocks / 2, blocksApart: 2)
  let last = (blocks &- 1) &* block
  let isOdd = blocks & 1 != 0
  return (
    foldSkylakeX(even.0, odd.0, x + last, r + last, isOdd),
    foldSkylakeX(even.1, odd.1, x + last + orderedBytes, r + last, isOdd),
    foldSkylakeX(even.2, odd.2, x + last + 2 &* orderedBytes, r + last, isOdd)
  )
}

/// The head of one output.
@inline(__always)
func head(_ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> Scalar {
  if order != .skylakex { return folded(order, accumulate(order, x, r, blocks)) }
  let block = 4 &* orderedBytes
  let even = accumulate(order, x, r, blocks / 2, blocksApart: 2)
  let odd = accumulate(order, x + block, r + block, blocks / 2, blocksApart: 2)
  let last = (blocks &- 1) &* block
  return foldSkylakeX(even, odd, x + last, r + last, blocks & 1 != 0)
}

/// The sum of all chains.
@inline(__always)
func folded(_ order: DotOrder, _ sums: ChainSums) -> Scalar { order == .nehalem ? sumOfTwo(sums) : sumInPairs(sums) }

/// Vectors of 64 bytes to 32, a last block of four such vectors if there is one, and the sum of all.
@inline(__always)
func foldSkylakeX(
  _ even: ChainSums, _ odd: ChainSums, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ hasLastBlock: Bool
) -> Scalar {
  var sums = ChainSums(a: addPieces(even.a, even.b), b: addPieces(even.c, even.d), c: addPieces(odd.a, odd.b), d: addPieces(odd.c, odd.d))
  if hasLastBlock { sums.add(.skylakex, x, r) }
  return sumInTurn(sums)
}
