// The last steps of the transform, inside vectors. Vectors of 4 lanes: four blocks of 4 points are transposed, so that a lane
// is a block, and go to the end in registers. Vectors of 16 lanes: four blocks of 16 points are transposed by quarters of vectors,
// so that a quarter is a block, pass radix 4, and are then four blocks of 4 points in every quarter. Vectors of 8 lanes: blocks of 32
// points pass radix 4, are then 8 points each, as many as there are lanes, and continue in the same way. The forms that do not fit
// the lanes are dead code.
import CIntrinsics

/// Points of the blocks that the leaf takes.
let leafPoints = laneCount == 8 ? 32 : laneCount
/// Vectors of a group: the points of its blocks in the end.
let groupVectors = laneCount == 8 ? 8 : 4
let groupPoints = groupVectors * laneCount
/// Bytes of one plane of a group.
let groupBytes = groupVectors * lanesBytes
/// Twiddles of one group, as vectors, in the order of their use.
let leafTwiddleBytes = (laneCount == 4 ? 3 : laneCount == 8 ? 7 : 6) * 2 * lanesBytes
/// Twiddles of one group's blocks of 32 points.
let squareTwiddleBytes = 2 * radix4TwiddleScalars * scalarBytes

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
    if groupVectors == 8 {
      leaf8(re + offset, im + offset, q, c, places, tile)
    } else {
      var a = GroupOfFour(re + offset, im + offset)
      leaf4(&a, c)
      a.put(places, group)
    }
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
    if groupVectors == 8 {
      inverseLeaf8(re + offset, im + offset, q, c)
    } else {
      var a = GroupOfFour(re + offset, im + offset)
      inverseLeaf4(&a, c)
      a.write(re + offset, im + offset)
    }
  }
}

/// Where the twiddles of a block lie: those of vectors, and those of blocks of 32 points.
@inline(__always) func leafTwiddles(_ plan: TransformPlan, _ block: Int) -> (UnsafeRawPointer, UnsafeRawPointer) {
  let group = block &* leafPoints / groupPoints
  let squares = groupVectors == 4 ? plan.leaf_twiddles : plan.radix4_twiddles[plan.radix4_passes]
  return (plan.leaf_twiddles + group &* leafTwiddleBytes, squares + group &* squareTwiddleBytes)
}

@inline(__always)
func leaf8(
  _ re: UnsafeRawPointer, _ im: UnsafeRawPointer, _ q: UnsafeRawPointer, _ c: UnsafeRawPointer, _ places: BinPlaces, _ tile: Int
) {
  let v = lanesBytes
  var z0 = load(re, im, 0), z1 = load(re, im, v), z2 = load(re, im, 2 &* v), z3 = load(re, im, 3 &* v)
  radix4(&z0, &z1, &z2, &z3, broadcastTwiddle(q, 0), broadcastTwiddle(q, 1), broadcastTwiddle(q, 2))
  var z4 = load(re, im, 4 &* v), z5 = load(re, im, 5 &* v), z6 = load(re, im, 6 &* v), z7 = load(re, im, 7 &* v)
  radix4(&z4, &z5, &z6, &z7, broadcastTwiddle(q, 3), broadcastTwiddle(q, 4), broadcastTwiddle(q, 5))
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
  inverseRadix4(&z0, &z1, &z2, &z3, broadcastTwiddle(q, 0), broadcastTwiddle(q, 1), broadcastTwiddle(q, 2))
  store(z0, re, im, 0)
  store(z1, re, im, v)
  store(z2, re, im, 2 &* v)
  store(z3, re, im, 3 &* v)
  inverseRadix4(&z4, &z5, &z6, &z7, broadcastTwiddle(q, 3), broadcastTwiddle(q, 4), broadcastTwiddle(q, 5))
  store(z4, re, im, 4 &* v)
  store(z5, re, im, 5 &* v)
  store(z6, re, im, 6 &* v)
  store(z7, re, im, 7 &* v)
}
