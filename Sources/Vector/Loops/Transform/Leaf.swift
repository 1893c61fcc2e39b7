// The last steps of the transform, inside vectors. Vectors of 4 lanes: four blocks of 4 points are transposed, so that a lane
// is a block, and go to the end in registers. Wider ones: blocks of 32 points pass radix 4, are then 8 points each, as many as
// there are lanes, and continue in the same way. The form that does not fit the lanes is dead code.
import CIntrinsics

/// Points of the blocks that the leaf takes.
let leafPoints = laneCount == 4 ? 4 : 32
/// Vectors of a group: the points of its blocks in the end.
let groupVectors = laneCount == 4 ? 4 : 8
let groupPoints = groupVectors * laneCount
/// Bytes of one plane of a group.
let groupBytes = groupVectors * lanesBytes
/// Twiddles of one group, as vectors, in the order of their use.
let leafTwiddleBytes = (laneCount == 4 ? 3 : 7) * 2 * lanesBytes
/// Twiddles of one group's blocks of 32 points.
let squareTwiddleBytes = groupPoints / leafPoints * radix4TwiddleScalars * scalarBytes

/// Where a group's vectors of bins go: in tiles, the imaginary part of each `imaginary` bytes after its real part.
struct BinPlaces {
  var base: UnsafeMutableRawPointer
  var imaginary: Int
  /// Bytes from a tile to the next.
  var tileStride: Int

  /// In place: tiles follow each other in two planes.
  @inline(__always) init(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer) {
    (base, imaginary, tileStride) = (re, im - re, tileBytes)
  }

  @inline(__always) init(tiles: UnsafeMutableRawPointer, stride: Int) {
    (base, imaginary, tileStride) = (tiles, tileBytes, stride)
  }

  /// Vector `k` of a group that begins with tile `tile`.
  @inline(__always) func put(_ z: ComplexLanes, tile: Int, _ k: Int) {
    let place = base + (tile &+ k / tileVectors) &* tileStride + k % tileVectors &* lanesBytes
    store(z.re, place)
    store(z.im, place + imaginary)
  }
}

@inline(__always) func leaf(
  _ re: UnsafeRawPointer, _ im: UnsafeRawPointer, _ plan: TransformPlan, block: Int, groups: Int, to places: BinPlaces
) {
  let (twiddles, squares) = leafTwiddles(plan, block)
  for group in 0..<groups {
    let offset = group &* groupBytes
    let (c, tile) = (twiddles + group &* leafTwiddleBytes, group &* (groupVectors / tileVectors))
    let q = squares + group &* squareTwiddleBytes
    if groupVectors == 8 { leaf8(re + offset, im + offset, q, c, places, tile) } else { leaf4(re + offset, im + offset, c, places, tile) }
  }
}

@inline(__always) func inverseLeaf(
  _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ plan: TransformPlan, block: Int, groups: Int
) {
  let (twiddles, squares) = leafTwiddles(plan, block)
  for group in 0..<groups {
    let offset = group &* groupBytes
    let c = twiddles + group &* leafTwiddleBytes
    let q = squares + group &* squareTwiddleBytes
    if groupVectors == 8 { inverseLeaf8(re + offset, im + offset, q, c) } else { inverseLeaf4(re + offset, im + offset, c) }
  }
}

/// Where the twiddles of a block lie: those of vectors, and those of blocks of 32 points.
@inline(__always) func leafTwiddles(_ plan: TransformPlan, _ block: Int) -> (UnsafeRawPointer, UnsafeRawPointer) {
  let group = block &* leafPoints / groupPoints
  let squares = leafPoints == 4 ? plan.leaf_twiddles : plan.radix4_twiddles[plan.radix4_passes]
  return (plan.leaf_twiddles + group &* leafTwiddleBytes, squares + group &* squareTwiddleBytes)
}

/// Whether blocks of 16 points, which are groups of 4 lanes, take their pass of radix 4 with the leaf, in registers.
let leafTakesPass = hasNeon && laneCount == 4

/// `blocks` blocks of 16 points through a pass of radix 4 and the leaf.
@inline(__always) func passAndLeaf(
  _ re: UnsafeRawPointer, _ im: UnsafeRawPointer, _ plan: TransformPlan, pass: Int, block: Int, blocks: Int, to places: BinPlaces
) {
  var (re, im, c) = (re, im, plan.leaf_twiddles + block &* leafTwiddleBytes)
  var twiddles = radix4Twiddles(plan, pass, block)
  for b in 0..<blocks {
    var (z0, z1, z2, z3) = loadRows(re, im)
    radix4(&z0, &z1, &z2, &z3, broadcastTwiddle(twiddles, 0), broadcastTwiddle(twiddles, 1), broadcastTwiddle(twiddles, 2))
    leaf4(z0, z1, z2, z3, c, places, b &* (groupVectors / tileVectors))
    re += groupBytes
    im += groupBytes
    c += leafTwiddleBytes
    twiddles += radix4TwiddleScalars &* scalarBytes
  }
}

/// A group of four vectors, plane by plane: where these follow each other, a load or a store takes two.
@inline(__always)
func loadRows(_ re: UnsafeRawPointer, _ im: UnsafeRawPointer) -> (ComplexLanes, ComplexLanes, ComplexLanes, ComplexLanes) {
  let v = lanesBytes
  let (a, b, c, d) = (load(re), load(re, v), load(re, 2 &* v), load(re, 3 &* v))
  let (e, f, g, h) = (load(im), load(im, v), load(im, 2 &* v), load(im, 3 &* v))
  return (ComplexLanes(re: a, im: e), ComplexLanes(re: b, im: f), ComplexLanes(re: c, im: g), ComplexLanes(re: d, im: h))
}

@inline(__always)
func storeRows(_ plane: UnsafeMutableRawPointer, _ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes) {
  store(a, plane)
  store(b, plane, lanesBytes)
  store(c, plane, 2 &* lanesBytes)
  store(d, plane, 3 &* lanesBytes)
}

/// The inverse of `passAndLeaf`, in place.
@inline(__always) func inverseLeafAndPass(
  _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ plan: TransformPlan, pass: Int, block: Int, blocks: Int
) {
  var (re, im, c) = (re, im, plan.leaf_twiddles + block &* leafTwiddleBytes)
  var twiddles = radix4Twiddles(plan, pass, block)
  for _ in 0..<blocks {
    var (z0, z1, z2, z3) = loadRows(re, im)
    inverseRadix4(&z0, &z1, &z2, &z3, laneTwiddle(c, 0), laneTwiddle(c, 1), laneTwiddle(c, 2))
    transpose(&z0, &z1, &z2, &z3)
    inverseRadix4(&z0, &z1, &z2, &z3, broadcastTwiddle(twiddles, 0), broadcastTwiddle(twiddles, 1), broadcastTwiddle(twiddles, 2))
    storeRows(re, z0.re, z1.re, z2.re, z3.re)
    storeRows(im, z0.im, z1.im, z2.im, z3.im)
    re += groupBytes
    im += groupBytes
    c += leafTwiddleBytes
    twiddles += radix4TwiddleScalars &* scalarBytes
  }
}

@inline(__always)
func leaf4(_ re: UnsafeRawPointer, _ im: UnsafeRawPointer, _ c: UnsafeRawPointer, _ places: BinPlaces, _ tile: Int) {
  let v = lanesBytes
  leaf4(load(re, im, 0), load(re, im, v), load(re, im, 2 &* v), load(re, im, 3 &* v), c, places, tile)
}

@inline(__always)
func leaf4(
  _ z0: ComplexLanes, _ z1: ComplexLanes, _ z2: ComplexLanes, _ z3: ComplexLanes, _ c: UnsafeRawPointer, _ places: BinPlaces, _ tile: Int
) {
  var (z0, z1, z2, z3) = (z0, z1, z2, z3)
  transpose(&z0, &z1, &z2, &z3)
  radix4(&z0, &z1, &z2, &z3, laneTwiddle(c, 0), laneTwiddle(c, 1), laneTwiddle(c, 2))
  places.put(z0, tile: tile, 0)
  places.put(z1, tile: tile, 1)
  places.put(z2, tile: tile, 2)
  places.put(z3, tile: tile, 3)
}

@inline(__always) func inverseLeaf4(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ c: UnsafeRawPointer) {
  let v = lanesBytes
  var z0 = load(re, im, 0), z1 = load(re, im, v), z2 = load(re, im, 2 &* v), z3 = load(re, im, 3 &* v)
  inverseRadix4(&z0, &z1, &z2, &z3, laneTwiddle(c, 0), laneTwiddle(c, 1), laneTwiddle(c, 2))
  transpose(&z0, &z1, &z2, &z3)
  store(z0, re, im, 0)
  store(z1, re, im, v)
  store(z2, re, im, 2 &* v)
  store(z3, re, im, 3 &* v)
}

@inline(__always)
func leaf8(
  _ re: UnsafeRawPointer, _ im: UnsafeRawPointer, _ q: UnsafeRawPointer, _ c: UnsafeRawPointer, _ places: BinPlaces, _ tile: Int
) {
  var z0 = loadRow(re, im, 0), z1 = loadRow(re, im, 1), z2 = loadRow(re, im, 2), z3 = loadRow(re, im, 3)
  radix4(&z0, &z1, &z2, &z3, broadcastTwiddleHalves(q, 0), broadcastTwiddleHalves(q, 1), broadcastTwiddleHalves(q, 2))
  var z4 = loadRow(re, im, 4), z5 = loadRow(re, im, 5), z6 = loadRow(re, im, 6), z7 = loadRow(re, im, 7)
  radix4(&z4, &z5, &z6, &z7, broadcastTwiddleHalves(q, 3), broadcastTwiddleHalves(q, 4), broadcastTwiddleHalves(q, 5))
  transpose(&z0, &z1, &z2, &z3, &z4, &z5, &z6, &z7)
  let half = laneTwiddle(c, 0)
  radix2(&z0, &z4, half)
  radix2(&z1, &z5, half)
  radix2(&z2, &z6, half)
  radix2(&z3, &z7, half)
  radix4(&z0, &z1, &z2, &z3, laneTwiddle(c, 1), laneTwiddle(c, 2), laneTwiddle(c, 3))
  places.put(z0, tile: tile, 0)
  places.put(z1, tile: tile, 1)
  places.put(z2, tile: tile, 2)
  places.put(z3, tile: tile, 3)
  radix4(&z4, &z5, &z6, &z7, laneTwiddle(c, 4), laneTwiddle(c, 5), laneTwiddle(c, 6))
  places.put(z4, tile: tile, 4)
  places.put(z5, tile: tile, 5)
  places.put(z6, tile: tile, 6)
  places.put(z7, tile: tile, 7)
}

@inline(__always)
func inverseLeaf8(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ q: UnsafeRawPointer, _ c: UnsafeRawPointer) {
  let v = lanesBytes
  var z0 = load(re, im, 0), z1 = load(re, im, v), z2 = load(re, im, 2 &* v), z3 = load(re, im, 3 &* v)
  inverseRadix4(&z0, &z1, &z2, &z3, laneTwiddle(c, 1), laneTwiddle(c, 2), laneTwiddle(c, 3))
  var z4 = load(re, im, 4 &* v), z5 = load(re, im, 5 &* v), z6 = load(re, im, 6 &* v), z7 = load(re, im, 7 &* v)
  inverseRadix4(&z4, &z5, &z6, &z7, laneTwiddle(c, 4), laneTwiddle(c, 5), laneTwiddle(c, 6))
  let half = laneTwiddle(c, 0)
  inverseRadix2(&z0, &z4, half)
  inverseRadix2(&z1, &z5, half)
  inverseRadix2(&z2, &z6, half)
  inverseRadix2(&z3, &z7, half)
  transpose(&z0, &z1, &z2, &z3, &z4, &z5, &z6, &z7)
  inverseRadix4(&z0, &z1, &z2, &z3, broadcastTwiddleHalves(q, 0), broadcastTwiddleHalves(q, 1), broadcastTwiddleHalves(q, 2))
  storeRow(z0, re, im, 0)
  storeRow(z1, re, im, 1)
  storeRow(z2, re, im, 2)
  storeRow(z3, re, im, 3)
  inverseRadix4(&z4, &z5, &z6, &z7, broadcastTwiddleHalves(q, 3), broadcastTwiddleHalves(q, 4), broadcastTwiddleHalves(q, 5))
  storeRow(z4, re, im, 4)
  storeRow(z5, re, im, 5)
  storeRow(z6, re, im, 6)
  storeRow(z7, re, im, 7)
}

/// Row `k` of a square of 8 times 8, or of two of them, one after the other, in halves of 16 lanes.
@inline(__always) func loadRow(_ re: UnsafeRawPointer, _ im: UnsafeRawPointer, _ k: Int) -> ComplexLanes {
  let (row, square) = (k &* 8 &* scalarBytes, 64 &* scalarBytes)
  return ComplexLanes(re: loadHalves(re + row, re + row + square), im: loadHalves(im + row, im + row + square))
}

@inline(__always) func storeRow(_ z: ComplexLanes, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ k: Int) {
  let (row, square) = (k &* 8 &* scalarBytes, 64 &* scalarBytes)
  storeHalves(z.re, re + row, re + row + square)
  storeHalves(z.im, im + row, im + row + square)
}
