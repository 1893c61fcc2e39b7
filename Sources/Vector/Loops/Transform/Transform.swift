// The right-angle real transform: 2M real values are M complex ones, z[n] = x[n] + i x[n+M], and a product of spectra
// is a convolution modulo t^M - i, whose wrapped part comes back in the imaginary half.
//
// Decimation in frequency, depth first, bins left in the order that falls out. All pointers are to scalars; the planes of
// real and imaginary parts are M scalars each. Twiddles are planned by `RealFFT`.
import CIntrinsics

/// Complex points below which a block goes breadth first: it then fits the first-level cache.
let breadthFirstPoints = 2048

@_noLocks @_noAllocation
func forward(_ plan: UnsafePointer<TransformPlan>, _ input: UnsafeRawPointer, _ spectrum: UnsafeMutableRawPointer) {
  let plan = plan.pointee
  let plane = plan.points &* scalarBytes
  let (re, im) = (spectrum, spectrum + plane)
  if let twiddles = plan.radix2_twiddles {
    radix2Pass(input, input + plane, re, im, points: plan.points, columns: 0..<plan.points / 2, twiddles)
    finish(re, im, plan, firstPass: 0, blocks: 2)
  } else {
    radix4Pass(input, input + plane, re, im, points: plan.points, columns: 0..<plan.points / 4, plan.radix4_twiddles[0])
    finish(re, im, plan, firstPass: 1, blocks: 4)
  }
}

@_noLocks @_noAllocation
func forwardZeroPadded(_ plan: UnsafePointer<TransformPlan>, _ input: UnsafeRawPointer, _ spectrum: UnsafeMutableRawPointer) {
  let plan = plan.pointee
  let (re, im) = (spectrum, spectrum + plan.points &* scalarBytes)
  if let twiddles = plan.radix2_twiddles {
    realRadix2Pass(input, re, im, points: plan.points, columns: 0..<plan.points / 2, twiddles)
    finish(re, im, plan, firstPass: 0, blocks: 2)
  } else {
    realRadix4Pass(input, re, im, points: plan.points, columns: 0..<plan.points / 4, plan.radix4_twiddles[0])
    finish(re, im, plan, firstPass: 1, blocks: 4)
  }
}

@_noLocks @_noAllocation
func inverse(_ plan: UnsafePointer<TransformPlan>, _ spectrum: UnsafeMutableRawPointer) {
  let plan = plan.pointee
  let (re, im) = (spectrum, spectrum + plan.points &* scalarBytes)
  guard let twiddles = plan.radix2_twiddles else {
    return start(re, im, plan, blocks: 1)
  }
  start(re, im, plan, blocks: 2)
  inverseRadix2Pass(re, im, points: plan.points, columns: 0..<plan.points / 2, twiddles)
}

// MARK: Order of the passes

/// Takes the `blocks` equal blocks of the planes to the end, one after the other.
@_noLocks @_noAllocation
func finish(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ plan: TransformPlan, firstPass: Int, blocks: Int) {
  let points = plan.points / blocks
  guard points &* blocks > breadthFirstPoints else {
    return breadthFirst(re, im, points: points, pass: firstPass, block: 0, blocks: blocks, plan, to: BinPlaces(re, im))
  }
  for block in 0..<blocks {
    let offset = block &* points &* scalarBytes
    forwardBlock(re + offset, im + offset, points: points, pass: firstPass, block: block, plan)
  }
}

@_noLocks @_noAllocation
func forwardBlock(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, points: Int, pass: Int, block: Int, _ plan: TransformPlan) {
  guard points > breadthFirstPoints else {
    return breadthFirst(re, im, points: points, pass: pass, block: block, blocks: 1, plan, to: BinPlaces(re, im))
  }
  radix4Pass(re, im, re, im, points: points, columns: 0..<points / 4, radix4Twiddles(plan, pass, block))
  let quarter = points / 4
  for k in 0..<4 {
    let offset = k &* quarter &* scalarBytes
    forwardBlock(re + offset, im + offset, points: quarter, pass: pass &+ 1, block: 4 &* block &+ k, plan)
  }
}

@inline(__always)
func breadthFirst(
  _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, points: Int, pass: Int, block: Int, blocks: Int, _ plan: TransformPlan,
  to places: BinPlaces
) {
  let groups = points &* blocks / groupPoints
  var (points, pass, block, blocks) = (points, pass, block, blocks)
  while points > leafPoints {
    if leafTakesPass && points == groupPoints {
      return passAndLeaf(re, im, plan, pass: pass, block: block, blocks: blocks, to: places)
    }
    for b in 0..<blocks {
      let (re, im) = (re + b &* points &* scalarBytes, im + b &* points &* scalarBytes)
      radix4Pass(re, im, re, im, points: points, columns: 0..<points / 4, radix4Twiddles(plan, pass, block &+ b))
    }
    (points, pass, block, blocks) = (points / 4, pass &+ 1, 4 &* block, 4 &* blocks)
  }
  leaf(re, im, plan, block: block, groups: groups, to: places)
}

/// The inverse of `finish` up to blocks of M / `blocks` points.
@_noLocks @_noAllocation
func start(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ plan: TransformPlan, blocks: Int) {
  let points = plan.points / blocks
  guard plan.points > breadthFirstPoints else {
    return inverseBreadthFirst(re, im, points: points, pass: 0, block: 0, blocks: blocks, plan)
  }
  for block in 0..<blocks {
    let offset = block &* points &* scalarBytes
    inverseBlock(re + offset, im + offset, points: points, pass: 0, block: block, plan)
  }
}

@_noLocks @_noAllocation
func inverseBlock(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, points: Int, pass: Int, block: Int, _ plan: TransformPlan) {
  guard points > breadthFirstPoints else {
    return inverseBreadthFirst(re, im, points: points, pass: pass, block: block, blocks: 1, plan)
  }
  let quarter = points / 4
  for k in 0..<4 {
    let offset = k &* quarter &* scalarBytes
    inverseBlock(re + offset, im + offset, points: quarter, pass: pass &+ 1, block: 4 &* block &+ k, plan)
  }
  inverseRadix4Pass(re, im, points: points, columns: 0..<points / 4, radix4Twiddles(plan, pass, block))
}

@inline(__always)
func inverseBreadthFirst(
  _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, points: Int, pass: Int, block: Int, blocks: Int, _ plan: TransformPlan
) {
  let groups = points &* blocks / groupPoints
  var (length, next, first, count) = (points, pass, block, blocks)
  while length > leafPoints {
    (length, next, first, count) = (length / 4, next &+ 1, 4 &* first, 4 &* count)
  }
  if leafTakesPass && next > pass {
    (length, next, first, count) = (4 &* length, next &- 1, first / 4, count / 4)
    inverseLeafAndPass(re, im, plan, pass: next, block: first, blocks: count)
  } else {
    inverseLeaf(re, im, plan, block: first, groups: groups)
  }
  while next > pass {
    (length, next, first, count) = (4 &* length, next &- 1, first / 4, count / 4)
    for b in 0..<count {
      let offset = b &* length &* scalarBytes
      inverseRadix4Pass(re + offset, im + offset, points: length, columns: 0..<length / 4, radix4Twiddles(plan, next, first &+ b))
    }
  }
}
