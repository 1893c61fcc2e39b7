// The loops of this instruction set and precision, as a table.
import CIntrinsics

public func makeLoops() -> VectorLoops {
  VectorLoops(
    scalar_bytes: scalarBytes, lane_count: laneCount,
    forward: forward, forward_zero_padded: forwardZeroPadded, inverse: inverse,
    multiply_accumulate: multiplyAccumulate, multiply: multiplySpectra, store_tiles: storeTiles,
    direct: direct, add: addTo,
    ordered_sums_skylakex: orderedSumsSkylakeX, ordered_sums_haswell: orderedSumsHaswell, sequential_sums: sequentialSums,
    from_double: fromDouble, to_double: toDouble)
}
