// Sums of products in the very order, and with the roundings, of OpenBLAS' dot kernels, for many outputs at once.
//
// A dot of n terms has two parts. The first, n rounded down to four vectors of 32 bytes (eight for Neoverse N1), is summed in chains,
// one a lane, which are folded at its end: the chained sum. The remainder is added term by term. Chains belong to one output each, so
// outputs can be computed side by side: those a vector apart read the same vectors of x, which are then loaded once.
import CIntrinsics

/// Whose order: OpenBLAS' names of processors.
enum DotOrder { case skylakex, haswell, sandybridge, nehalem, neoversen1 }

@inline(__always)
func orderedSums(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int
) {
  var blocks = taps &* scalarBytes / (4 &* orderedBytes)
  if order == .neoversen1 { blocks &= ~1 }
  let chainedBytes = blocks &* 4 &* orderedBytes
  chainedSums(order, x, r, blocks, y, count)
  addRemainders(order, x + chainedBytes, r + chainedBytes, taps &- chainedBytes / scalarBytes, y, count)
}

/// y[o] = the chained sum of the dot: `blocks` times four vectors.
@inline(__always)
func chainedSums(
  _ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int, _ y: UnsafeMutableRawPointer, _ count: Int
) {
  if blocks > 0 && count >= wideOutputs {
    var o = 0
    while o < count {
      // The last ones begin earlier rather than be fewer.
      let offset = min(o, count &- wideOutputs) &* scalarBytes
      wideChainedSums(order, x + offset, r, blocks, y + offset)
      o &+= wideOutputs
    }
  } else {
    let y = y.assumingMemoryBound(to: Scalar.self)
    for o in 0..<count { y[o] = blocks > 0 ? chainedSum(order, x + o &* scalarBytes, r, blocks) : 0 }
  }
}

/// The chained sum of one output.
@inline(__always)
func chainedSum(_ order: DotOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ blocks: Int) -> Scalar {
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
