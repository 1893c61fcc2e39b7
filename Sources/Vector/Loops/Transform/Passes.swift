// One step over one block, out of place where source and destination differ. `points` is the block's length, a multiple
// of R times the lane count; the block's twiddles are the same for all of its points. A step of radix R takes R points a
// column, and columns one by one: `columns` are those to take, all of them or some whole vectors.
import CIntrinsics

/// cos and sin of one, two and three quarters of the block's angle.
let radix4TwiddleScalars = 6

/// Whether passes take two vectors at a time: those of one register of NEON.
let takesPairs = hasNeon && scalarBytes == 4

/// Two vectors of points that follow each other.
struct VectorPair {
  var first: ComplexLanes
  var second: ComplexLanes

  @inline(__always) init(_ re: UnsafeRawPointer, _ im: UnsafeRawPointer, _ offset: Int) {
    let (re, im) = (re + offset, im + offset)
    (first, second) = (load(re, im, 0), load(re, im, lanesBytes))
  }

  @inline(__always) func write(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ offset: Int) {
    let (re, im) = (re + offset, im + offset)
    store(first.re, re)
    store(second.re, re, lanesBytes)
    store(first.im, im)
    store(second.im, im, lanesBytes)
  }
}

@inline(__always) func radix4Twiddles(_ plan: TransformPlan, _ pass: Int, _ block: Int) -> UnsafeRawPointer {
  plan.radix4_twiddles[pass] + block &* radix4TwiddleScalars &* scalarBytes
}

@inline(__always) func radix4Pass(
  _ sourceRe: UnsafeRawPointer, _ sourceIm: UnsafeRawPointer, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer,
  points: Int, columns: Range<Int>, _ twiddles: UnsafeRawPointer
) {
  let quarter = points / 4 &* scalarBytes
  let (c1, c2, c3) = (broadcastTwiddle(twiddles, 0), broadcastTwiddle(twiddles, 1), broadcastTwiddle(twiddles, 2))
  var offset = columns.lowerBound &* scalarBytes
  // Two vectors at a time have half of the loads and stores where those take two registers.
  while takesPairs && offset &+ lanesBytes < columns.upperBound &* scalarBytes {
    let (o1, o2, o3) = (offset &+ quarter, offset &+ 2 &* quarter, offset &+ 3 &* quarter)
    var a0 = VectorPair(sourceRe, sourceIm, offset), a1 = VectorPair(sourceRe, sourceIm, o1)
    var a2 = VectorPair(sourceRe, sourceIm, o2), a3 = VectorPair(sourceRe, sourceIm, o3)
    radix4(&a0.first, &a1.first, &a2.first, &a3.first, c1, c2, c3)
    radix4(&a0.second, &a1.second, &a2.second, &a3.second, c1, c2, c3)
    a0.write(re, im, offset)
    a1.write(re, im, o1)
    a2.write(re, im, o2)
    a3.write(re, im, o3)
    offset &+= 2 &* lanesBytes
  }
  while offset < columns.upperBound &* scalarBytes {
    let (o1, o2, o3) = (offset &+ quarter, offset &+ 2 &* quarter, offset &+ 3 &* quarter)
    var a0 = load(sourceRe, sourceIm, offset)
    var a1 = load(sourceRe, sourceIm, o1)
    var a2 = load(sourceRe, sourceIm, o2)
    var a3 = load(sourceRe, sourceIm, o3)
    radix4(&a0, &a1, &a2, &a3, c1, c2, c3)
    store(a0, re, im, offset)
    store(a1, re, im, o1)
    store(a2, re, im, o2)
    store(a3, re, im, o3)
    offset &+= lanesBytes
  }
}

@inline(__always) func inverseRadix4Pass(
  _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, points: Int, columns: Range<Int>, _ twiddles: UnsafeRawPointer
) {
  let quarter = points / 4 &* scalarBytes
  let (c1, c2, c3) = (broadcastTwiddle(twiddles, 0), broadcastTwiddle(twiddles, 1), broadcastTwiddle(twiddles, 2))
  var offset = columns.lowerBound &* scalarBytes
  while takesPairs && offset &+ lanesBytes < columns.upperBound &* scalarBytes {
    let (o1, o2, o3) = (offset &+ quarter, offset &+ 2 &* quarter, offset &+ 3 &* quarter)
    var a0 = VectorPair(re, im, offset), a1 = VectorPair(re, im, o1), a2 = VectorPair(re, im, o2), a3 = VectorPair(re, im, o3)
    inverseRadix4(&a0.first, &a1.first, &a2.first, &a3.first, c1, c2, c3)
    inverseRadix4(&a0.second, &a1.second, &a2.second, &a3.second, c1, c2, c3)
    a0.write(re, im, offset)
    a1.write(re, im, o1)
    a2.write(re, im, o2)
    a3.write(re, im, o3)
    offset &+= 2 &* lanesBytes
  }
  while offset < columns.upperBound &* scalarBytes {
    let (o1, o2, o3) = (offset &+ quarter, offset &+ 2 &* quarter, offset &+ 3 &* quarter)
    var a0 = load(re, im, offset)
    var a1 = load(re, im, o1)
    var a2 = load(re, im, o2)
    var a3 = load(re, im, o3)
    inverseRadix4(&a0, &a1, &a2, &a3, c1, c2, c3)
    store(a0, re, im, offset)
    store(a1, re, im, o1)
    store(a2, re, im, o2)
    store(a3, re, im, o3)
    offset &+= lanesBytes
  }
}

/// `radix4Pass` where all imaginary parts are zero: half the work.
@inline(__always) func realRadix4Pass(
  _ source: UnsafeRawPointer, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, points: Int, columns: Range<Int>,
  _ twiddles: UnsafeRawPointer
) {
  let quarter = points / 4 &* scalarBytes
  let (c1, c2, c3) = (broadcastTwiddle(twiddles, 0), broadcastTwiddle(twiddles, 1), broadcastTwiddle(twiddles, 2))
  var offset = columns.lowerBound &* scalarBytes
  while offset < columns.upperBound &* scalarBytes {
    let (o1, o2, o3) = (offset &+ quarter, offset &+ 2 &* quarter, offset &+ 3 &* quarter)
    let (x0, x1, x2, x3) = (load(source, offset), load(source, o1), load(source, o2), load(source, o3))
    let (s02, d02) = (multiplyAdd(x2, c2.re, x0), multiplySubtract(x2, c2.re, x0))
    let (i1, i2, r1) = (multiply(x1, c1.im), multiply(x2, c2.im), multiply(x1, c1.re))
    let (s13, d13) = (multiplyAdd(x3, c3.re, r1), multiplySubtract(x3, c3.re, r1))
    let (si13, di13) = (multiplyAdd(x3, c3.im, i1), multiplySubtract(x3, c3.im, i1))
    store(add(s02, s13), re, offset)
    store(add(i2, si13), im, offset)
    store(subtract(d02, di13), re, o1)
    store(subtract(d13, i2), im, o1)
    store(subtract(s02, s13), re, o2)
    store(subtract(i2, si13), im, o2)
    store(add(d02, di13), re, o3)
    store(subtract(broadcast(0), add(i2, d13)), im, o3)
    offset &+= lanesBytes
  }
}

@inline(__always) func radix2Pass(
  _ sourceRe: UnsafeRawPointer, _ sourceIm: UnsafeRawPointer, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer,
  points: Int, columns: Range<Int>, _ twiddles: UnsafeRawPointer
) {
  let half = points / 2 &* scalarBytes
  let c = broadcastTwiddle(twiddles, 0)
  var offset = columns.lowerBound &* scalarBytes
  while offset < columns.upperBound &* scalarBytes {
    var a = load(sourceRe, sourceIm, offset)
    var b = load(sourceRe, sourceIm, offset &+ half)
    radix2(&a, &b, c)
    store(a, re, im, offset)
    store(b, re, im, offset &+ half)
    offset &+= lanesBytes
  }
}

@inline(__always) func inverseRadix2Pass(
  _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, points: Int, columns: Range<Int>, _ twiddles: UnsafeRawPointer
) {
  let half = points / 2 &* scalarBytes
  let c = broadcastTwiddle(twiddles, 0)
  var offset = columns.lowerBound &* scalarBytes
  while offset < columns.upperBound &* scalarBytes {
    var a = load(re, im, offset)
    var b = load(re, im, offset &+ half)
    inverseRadix2(&a, &b, c)
    store(a, re, im, offset)
    store(b, re, im, offset &+ half)
    offset &+= lanesBytes
  }
}

/// `radix2Pass` where all imaginary parts are zero.
@inline(__always) func realRadix2Pass(
  _ source: UnsafeRawPointer, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, points: Int, columns: Range<Int>,
  _ twiddles: UnsafeRawPointer
) {
  let half = points / 2 &* scalarBytes
  let c = broadcastTwiddle(twiddles, 0)
  var offset = columns.lowerBound &* scalarBytes
  while offset < columns.upperBound &* scalarBytes {
    let (a, b) = (load(source, offset), load(source, offset &+ half))
    let im0 = multiply(b, c.im)
    store(multiplyAdd(b, c.re, a), re, offset)
    store(im0, im, offset)
    store(multiplySubtract(b, c.re, a), re, offset &+ half)
    store(subtract(broadcast(0), im0), im, offset &+ half)
    offset &+= lanesBytes
  }
}
