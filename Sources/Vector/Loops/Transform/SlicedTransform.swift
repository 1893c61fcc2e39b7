// A transform in pieces, so that a long one can be spread over time, or stopped: each takes some columns of one pass, or some small
// blocks through all passes that are left. In the order forward first pass, passes depth first, blocks, and for the inverse
// the other way round, they are the transform of a window of M values, padded with M zeros. The planes of real and imaginary
// parts are M scalars each, wherever they lie.
import CIntrinsics

/// Points of one block of `pass`, which counts passes of radix 4 from 0.
@inline(__always) func blockPoints(_ plan: TransformPlan, _ pass: Int) -> Int {
  (plan.radix2_twiddles == nil ? plan.points : plan.points / 2) >> (2 &* pass)
}

@_noLocks @_noAllocation
func firstPass(
  _ plan: UnsafePointer<TransformPlan>, _ input: UnsafeRawPointer, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer,
  _ from: Int, _ to: Int
) {
  let plan = plan.pointee
  if let twiddles = plan.radix2_twiddles {
    realRadix2Pass(input, re, im, points: plan.points, columns: from..<to, twiddles)
  } else {
    realRadix4Pass(input, re, im, points: plan.points, columns: from..<to, plan.radix4_twiddles[0])
  }
}

@_noLocks @_noAllocation
func forwardPass(
  _ plan: UnsafePointer<TransformPlan>, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ pass: Int, _ block: Int,
  _ from: Int, _ to: Int
) {
  let plan = plan.pointee
  let points = blockPoints(plan, pass)
  let (re, im) = (re + block &* points &* scalarBytes, im + block &* points &* scalarBytes)
  radix4Pass(re, im, re, im, points: points, columns: from..<to, radix4Twiddles(plan, pass, block))
}

@_noLocks @_noAllocation
func inversePass(
  _ plan: UnsafePointer<TransformPlan>, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ pass: Int, _ block: Int,
  _ from: Int, _ to: Int
) {
  let plan = plan.pointee
  let points = blockPoints(plan, pass)
  let (re, im) = (re + block &* points &* scalarBytes, im + block &* points &* scalarBytes)
  inverseRadix4Pass(re, im, points: points, columns: from..<to, radix4Twiddles(plan, pass, block))
}

@_noLocks @_noAllocation
func forwardBlocks(
  _ plan: UnsafePointer<TransformPlan>, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ pass: Int, _ block: Int,
  _ count: Int, _ tiles: UnsafeMutableRawPointer, _ stride: Int
) {
  let plan = plan.pointee
  let points = blockPoints(plan, pass)
  let (at, bytes) = (block &* points, stride &* scalarBytes)
  let places = BinPlaces(tiles: tiles + at / tileBins &* bytes, stride: bytes)
  let (re, im) = (re + at &* scalarBytes, im + at &* scalarBytes)
  breadthFirst(re, im, points: points, pass: pass, block: block, blocks: count, plan, to: places)
}

@_noLocks @_noAllocation
func inverseBlocks(
  _ plan: UnsafePointer<TransformPlan>, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ pass: Int, _ block: Int,
  _ count: Int
) {
  let plan = plan.pointee
  let points = blockPoints(plan, pass)
  let offset = block &* points &* scalarBytes
  inverseBreadthFirst(re + offset, im + offset, points: points, pass: pass, block: block, blocks: count, plan)
}

/// The last pass, added to a ring: overlap-add.
@_noLocks @_noAllocation
func lastPass(
  _ plan: UnsafePointer<TransformPlan>, _ re: UnsafeRawPointer, _ im: UnsafeRawPointer, _ from: Int, _ to: Int,
  _ ring: UnsafeMutableRawPointer, _ position: Int, _ mask: Int
) {
  let plan = plan.pointee
  let target = Overlap(ring: ring, position: position &+ from, mask: mask, points: plan.points)
  if let twiddles = plan.radix2_twiddles {
    overlapRadix2Pass(re, im, points: plan.points, columns: from..<to, twiddles, target)
  } else {
    overlapRadix4Pass(re, im, points: plan.points, columns: from..<to, plan.radix4_twiddles[0], target)
  }
}

// MARK: A whole window

/// The first pass of `forward`.
@_noLocks @_noAllocation
func firstWindowPass(
  _ plan: UnsafePointer<TransformPlan>, _ input: UnsafeRawPointer, _ spectrum: UnsafeMutableRawPointer, _ from: Int, _ to: Int
) {
  let plan = plan.pointee
  let plane = plan.points &* scalarBytes
  let (re, im) = (spectrum, spectrum + plane)
  if let twiddles = plan.radix2_twiddles {
    radix2Pass(input, input + plane, re, im, points: plan.points, columns: from..<to, twiddles)
  } else {
    radix4Pass(input, input + plane, re, im, points: plan.points, columns: from..<to, plan.radix4_twiddles[0])
  }
}

/// A block through all passes that are left, in place.
@_noLocks @_noAllocation
func forwardWindowBlock(
  _ plan: UnsafePointer<TransformPlan>, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ pass: Int, _ block: Int
) {
  let plan = plan.pointee
  let points = blockPoints(plan, pass)
  let offset = block &* points &* scalarBytes
  forwardBlock(re + offset, im + offset, points: points, pass: pass, block: block, plan)
}

@_noLocks @_noAllocation
func inverseWindowBlock(
  _ plan: UnsafePointer<TransformPlan>, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ pass: Int, _ block: Int
) {
  let plan = plan.pointee
  let points = blockPoints(plan, pass)
  let offset = block &* points &* scalarBytes
  inverseBlock(re + offset, im + offset, points: points, pass: pass, block: block, plan)
}

/// The last pass of `inverse`.
@_noLocks @_noAllocation
func lastWindowPass(_ plan: UnsafePointer<TransformPlan>, _ spectrum: UnsafeMutableRawPointer, _ from: Int, _ to: Int) {
  let plan = plan.pointee
  let (re, im) = (spectrum, spectrum + plan.points &* scalarBytes)
  if let twiddles = plan.radix2_twiddles {
    inverseRadix2Pass(re, im, points: plan.points, columns: from..<to, twiddles)
  } else {
    inverseRadix4Pass(re, im, points: plan.points, columns: from..<to, plan.radix4_twiddles[0])
  }
}
