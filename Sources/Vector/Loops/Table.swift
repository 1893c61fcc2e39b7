// The loops of this instruction set and precision, as a table.
import CIntrinsics

public func makeLoops() -> VectorLoops {
  VectorLoops(
    scalar_bytes: scalarBytes, lane_count: laneCount,
    forward: forward, forward_zero_padded: forwardZeroPadded, inverse: inverse,
    multiply_accumulate: multiplyAccumulate, store_tiles: storeTiles,
    direct: direct, add: addTo, from_double: fromDouble, to_double: toDouble)
}
