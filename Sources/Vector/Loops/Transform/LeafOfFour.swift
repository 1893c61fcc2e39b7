// The leaf of vectors of 4 or of 16 lanes: a group of four vectors at a time, or two groups side by side.
import CIntrinsics

/// Whether blocks of four vectors, which are groups, take their pass of radix 4 with the leaf, in registers, of which there are 32.
let leafTakesPass = laneCount == 16 || hasNeon && laneCount == 4

/// Whether two groups go side by side: a group's steps wait for each other, and leave half of AVX-512's time to another group.
let takesTwoGroups = laneCount == 16

/// Four vectors of points.
struct GroupOfFour {
  var z0: ComplexLanes
  var z1: ComplexLanes
  var z2: ComplexLanes
  var z3: ComplexLanes

  /// Vectors that follow each other, plane by plane: a load may take two.
  @inline(__always) init(_ re: UnsafeRawPointer, _ im: UnsafeRawPointer) {
    let v = lanesBytes
    let (a, b, c, d) = (load(re), load(re, v), load(re, 2 &* v), load(re, 3 &* v))
    let (e, f, g, h) = (load(im), load(im, v), load(im, 2 &* v), load(im, 3 &* v))
    (z0, z1, z2, z3) = (ComplexLanes(re: a, im: e), ComplexLanes(re: b, im: f), ComplexLanes(re: c, im: g), ComplexLanes(re: d, im: h))
  }

  @inline(__always) func write(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer) {
    storeRows(re, z0.re, z1.re, z2.re, z3.re)
    storeRows(im, z0.im, z1.im, z2.im, z3.im)
  }

  @inline(__always) func put(_ places: BinPlaces, _ group: Int) {
    let tile = group &* (groupVectors / tileVectors)
    places.put(z0, tile: tile, 0)
    places.put(z1, tile: tile, 1)
    places.put(z2, tile: tile, 2)
    places.put(z3, tile: tile, 3)
  }

  /// A block's pass of radix 4.
  @inline(__always) mutating func pass(_ c: UnsafeRawPointer) {
    radix4(&z0, &z1, &z2, &z3, broadcastTwiddle(c, 0), broadcastTwiddle(c, 1), broadcastTwiddle(c, 2))
  }

  @inline(__always) mutating func inversePass(_ c: UnsafeRawPointer) {
    inverseRadix4(&z0, &z1, &z2, &z3, broadcastTwiddle(c, 0), broadcastTwiddle(c, 1), broadcastTwiddle(c, 2))
  }

  /// Radix 4, each lane with twiddles of its own.
  @inline(__always) mutating func lanePass(_ c: UnsafeRawPointer) {
    radix4(&z0, &z1, &z2, &z3, laneTwiddle(c, 0), laneTwiddle(c, 1), laneTwiddle(c, 2))
  }

  @inline(__always) mutating func inverseLanePass(_ c: UnsafeRawPointer) {
    inverseRadix4(&z0, &z1, &z2, &z3, laneTwiddle(c, 0), laneTwiddle(c, 1), laneTwiddle(c, 2))
  }

  @inline(__always) mutating func transposed() { transpose(&z0, &z1, &z2, &z3) }
  @inline(__always) mutating func quartersTransposed() { transposeQuarters(&z0, &z1, &z2, &z3) }
}

@inline(__always)
func storeRows(_ plane: UnsafeMutableRawPointer, _ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes) {
  store(a, plane)
  store(b, plane, lanesBytes)
  store(c, plane, 2 &* lanesBytes)
  store(d, plane, 3 &* lanesBytes)
}

/// Bytes of the twiddles of a step, whose lanes have their own.
private let lanePassBytes = 6 * lanesBytes

@inline(__always) func leaf4(_ a: inout GroupOfFour, _ c: UnsafeRawPointer) {
  if laneCount == 16 {
    a.quartersTransposed()
    a.lanePass(c)
  }
  a.transposed()
  a.lanePass(laneCount == 16 ? c + lanePassBytes : c)
}

@inline(__always) func inverseLeaf4(_ a: inout GroupOfFour, _ c: UnsafeRawPointer) {
  a.inverseLanePass(laneCount == 16 ? c + lanePassBytes : c)
  a.transposed()
  if laneCount == 16 {
    a.inverseLanePass(c)
    a.quartersTransposed()
  }
}

/// `blocks` blocks of four vectors through a pass of radix 4 and the leaf.
@inline(__always) func passAndLeaf(
  _ re: UnsafeRawPointer, _ im: UnsafeRawPointer, _ plan: TransformPlan, pass: Int, block: Int, blocks: Int, to places: BinPlaces
) {
  let (c, twiddles) = (plan.leaf_twiddles + block &* leafTwiddleBytes, radix4Twiddles(plan, pass, block))
  var index = 0
  while takesTwoGroups && index &+ 1 < blocks {
    let (first, second) = (GroupPlaces(index), GroupPlaces(index &+ 1))
    var a = GroupOfFour(re + first.points, im + first.points), b = GroupOfFour(re + second.points, im + second.points)
    a.pass(twiddles + first.pass)
    b.pass(twiddles + second.pass)
    a.quartersTransposed()
    b.quartersTransposed()
    a.lanePass(c + first.leaf)
    b.lanePass(c + second.leaf)
    a.transposed()
    b.transposed()
    a.lanePass(c + first.leaf + lanePassBytes)
    b.lanePass(c + second.leaf + lanePassBytes)
    a.put(places, index)
    b.put(places, index &+ 1)
    index &+= 2
  }
  while index < blocks {
    let place = GroupPlaces(index)
    var a = GroupOfFour(re + place.points, im + place.points)
    a.pass(twiddles + place.pass)
    leaf4(&a, c + place.leaf)
    a.put(places, index)
    index &+= 1
  }
}

/// The inverse of `passAndLeaf`, in place.
@inline(__always) func inverseLeafAndPass(
  _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ plan: TransformPlan, pass: Int, block: Int, blocks: Int
) {
  let (c, twiddles) = (plan.leaf_twiddles + block &* leafTwiddleBytes, radix4Twiddles(plan, pass, block))
  var index = 0
  while takesTwoGroups && index &+ 1 < blocks {
    let (first, second) = (GroupPlaces(index), GroupPlaces(index &+ 1))
    var a = GroupOfFour(re + first.points, im + first.points), b = GroupOfFour(re + second.points, im + second.points)
    a.inverseLanePass(c + first.leaf + lanePassBytes)
    b.inverseLanePass(c + second.leaf + lanePassBytes)
    a.transposed()
    b.transposed()
    a.inverseLanePass(c + first.leaf)
    b.inverseLanePass(c + second.leaf)
    a.quartersTransposed()
    b.quartersTransposed()
    a.inversePass(twiddles + first.pass)
    b.inversePass(twiddles + second.pass)
    a.write(re + first.points, im + first.points)
    b.write(re + second.points, im + second.points)
    index &+= 2
  }
  while index < blocks {
    let place = GroupPlaces(index)
    var a = GroupOfFour(re + place.points, im + place.points)
    inverseLeaf4(&a, c + place.leaf)
    a.inversePass(twiddles + place.pass)
    a.write(re + place.points, im + place.points)
    index &+= 1
  }
}

/// Where a group and its twiddles lie, in bytes from the first group's.
private struct GroupPlaces {
  let points: Int
  let pass: Int
  let leaf: Int

  @inline(__always) init(_ index: Int) {
    (points, pass, leaf) = (index &* groupBytes, index &* radix4TwiddleScalars &* scalarBytes, index &* leafTwiddleBytes)
  }
}
