// Sums of products in the order of OpenBLAS' dot kernels for 64-bit Arm, but for those of Neoverse N1, which OrderedSums.swift has.
//
// A block is one, two or four vectors of 16 bytes, each with a chain in every lane. Blocks are chained as far as they are whole.
// Cortex-A then adds the chains up, and what is left term by term. SVE's last block is a part of one: its terms go to the second half
// of the chains, whatever their place, before these are added up.
import CIntrinsics

/// Whose order: OpenBLAS' names of processors, Cortex-A being several of them.
enum ArmOrder {
  /// Cortex-A53 to A78, and what has no kernels of its own.
  case cortexa
  /// SVE with vectors of 32 bytes.
  case neoversev1
  /// SVE with vectors of 16 bytes.
  case neoversen2
}

/// Bytes of a vector of chains, and its lanes.
let halfBytes = MemoryLayout<OrderedHalf>.stride
let halfLanes = halfBytes / scalarBytes

extension ArmOrder {
  /// Vectors of a block.
  @inline(__always)
  var vectors: Int {
    switch self {
    case .cortexa: scalarBytes == 8 ? 1 : 4
    case .neoversev1: 4
    case .neoversen2: 2
    }
  }

  @inline(__always)
  var blockBytes: Int { vectors &* halfBytes }

  /// Whether a product is rounded before it is added.
  @inline(__always)
  var roundsProducts: Bool { self == .cortexa && scalarBytes == 8 }

  /// Terms of so many that are added up after the chains, singly.
  @inline(__always)
  func remainder(_ taps: Int) -> Int { self == .cortexa ? taps & 3 : 0 }

  /// Whole blocks of the other terms.
  @inline(__always)
  func blocks(_ taps: Int) -> Int { (taps &- remainder(taps)) &* scalarBytes / blockBytes }
}

/// y[o] = 0 + dot(x[o..<o+taps], r) for o < count.
@inline(__always)
func orderedSums(
  _ order: ArmOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int
) {
  if count < wideOutputs || order.blocks(taps) == 0 {
    for o in 0..<count {
      let x = x + o &* scalarBytes
      var chains = HalfChains()
      chains.add(order, x, r, order.blocks(taps))
      finish(order, chains, x, r, taps, y + o &* scalarBytes)
    }
    return
  }
  var o = 0
  while o < count {
    // The last ones begin earlier rather than be fewer.
    let offset = min(o, count &- wideOutputs) &* scalarBytes
    wideSums(order, x + offset, r, taps, y + offset)
    o &+= wideOutputs
  }
  let done = (taps &- order.remainder(taps)) &* scalarBytes
  addRemainders(.fused, x + done, r + done, order.remainder(taps), y, count)
}
