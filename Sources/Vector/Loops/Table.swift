// The loops of this instruction set and precision, as a table.
import CIntrinsics

public func makeLoops() -> VectorLoops {
  VectorLoops(
    scalar_bytes: scalarBytes, lane_count: laneCount, leaf_points: leafPoints, group_points: groupPoints, tile_bins: tileBins,
    ahead_bins: aheadBins, direct_taps: directTaps, few_taps: fewTaps,
    forward: forward, forward_zero_padded: forwardZeroPadded, inverse: inverse,
    first_pass: firstPass, forward_pass: forwardPass, forward_blocks: forwardBlocks,
    inverse_blocks: inverseBlocks, inverse_pass: inversePass, last_pass: lastPass,
    first_window_pass: firstWindowPass, forward_block: forwardWindowBlock, inverse_block: inverseWindowBlock,
    last_window_pass: lastWindowPass,
    multiply_runs: multiplyRuns, multiply_ahead: multiplyAhead, multiply: multiplySpectra, direct: direct,
    ordered_sums_skylakex: orderedSumsSkylakeX, ordered_sums_haswell: orderedSumsHaswell,
    ordered_sums_sandybridge: orderedSumsSandybridge, ordered_sums_nehalem: orderedSumsNehalem,
    ordered_sums_cortexa: orderedSumsCortexA, ordered_sums_neoversen1: orderedSumsNeoverseN1,
    ordered_sums_neoversev1: orderedSumsNeoverseV1, ordered_sums_neoversen2: orderedSumsNeoverseN2,
    sums_at_places_skylakex: sumsAtPlacesSkylakeX, sums_at_places_haswell: sumsAtPlacesHaswell,
    sums_at_places_sandybridge: sumsAtPlacesSandybridge, sums_at_places_nehalem: sumsAtPlacesNehalem,
    sums_at_places_cortexa: sumsAtPlacesCortexA, sums_at_places_neoversen1: sumsAtPlacesNeoverseN1,
    sums_at_places_neoversev1: sumsAtPlacesNeoverseV1, sums_at_places_neoversen2: sumsAtPlacesNeoverseN2,
    complex_sums_skylakex: complexSumsSkylakeX, complex_sums_haswell: complexSumsHaswell,
    complex_sums_sandybridge: complexSumsSandybridge, complex_sums_nehalem: complexSumsNehalem,
    complex_sums_cortexa: complexSumsCortexA, complex_sums_neoversen1: complexSumsNeoverseN1,
    sequential_sums: sequentialSums,
    integer_sums_16: integerSums16, integer_sums_32: integerSums32, integer_sums_64: integerSums64,
    squares: squares, first_unclear: firstUnclear, first_unclear_float32: firstUnclearFloat32, quantize: quantize,
    from_double: fromDouble, to_double: toDouble, from_float: fromFloat, to_float: toFloat,
    take_double: takeDouble, take_float: takeFloat, clear: clear)
}
