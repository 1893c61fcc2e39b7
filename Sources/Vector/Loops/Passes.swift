// One step over one block, out of place where source and destination differ. `points` is the block's length, a multiple
// of R times the lane count; the block's twiddles are the same for all of its points.
import CIntrinsics

/// cos and sin of one, two and three quarters of the block's angle.
let radix4TwiddleScalars = 6

@inline(__always) func radix4Twiddles(_ plan: TransformPlan, _ pass: Int, _ block: Int) -> UnsafeRawPointer {
  plan.radix4_twiddles[pass] + block &* radix4TwiddleScalars &* scalarBytes
}

@inline(__always) func radix4Pass(
  _ sourceRe: UnsafeRawPointer, _ sourceIm: UnsafeRawPointer, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer,
  points: Int, _ twiddles: UnsafeRawPointer
) {
  let quarter = points / 4 &* scalarBytes
  let (c1, c2, c3) = (broadcastTwiddle(twiddles, 0), broadcastTwiddle(twiddles, 1), broadcastTwiddle(twiddles, 2))
  var offset = 0
  while offset < quarter {
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
  _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, points: Int, _ twiddles: UnsafeRawPointer
) {
  let quarter = points / 4 &* scalarBytes
  let (c1, c2, c3) = (broadcastTwiddle(twiddles, 0), broadcastTwiddle(twiddles, 1), broadcastTwiddle(twiddles, 2))
  var offset = 0
  while offset < quarter {
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

/// `radix4Pass` where all imaginary parts are zero.
@inline(__always) func realRadix4Pass(
  _ source: UnsafeRawPointer, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, points: Int, _ twiddles: UnsafeRawPointer
) {
  let quarter = points / 4 &* scalarBytes
  let zero = broadcast(0)
  let (c1, c2, c3) = (broadcastTwiddle(twiddles, 0), broadcastTwiddle(twiddles, 1), broadcastTwiddle(twiddles, 2))
  var offset = 0
  while offset < quarter {
    let (o1, o2, o3) = (offset &+ quarter, offset &+ 2 &* quarter, offset &+ 3 &* quarter)
    var a0 = ComplexLanes(re: load(source, offset), im: zero)
    var a1 = scaled(c1, by: load(source, o1))
    var a2 = scaled(c2, by: load(source, o2))
    var a3 = scaled(c3, by: load(source, o3))
    combine(&a0, &a1, &a2, &a3)
    store(a0, re, im, offset)
    store(a1, re, im, o1)
    store(a2, re, im, o2)
    store(a3, re, im, o3)
    offset &+= lanesBytes
  }
}

@inline(__always) func radix2Pass(
  _ sourceRe: UnsafeRawPointer, _ sourceIm: UnsafeRawPointer, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer,
  points: Int, _ twiddles: UnsafeRawPointer
) {
  let half = points / 2 &* scalarBytes
  let c = broadcastTwiddle(twiddles, 0)
  var offset = 0
  while offset < half {
    var a = load(sourceRe, sourceIm, offset)
    var b = load(sourceRe, sourceIm, offset &+ half)
    radix2(&a, &b, c)
    store(a, re, im, offset)
    store(b, re, im, offset &+ half)
    offset &+= lanesBytes
  }
}

@inline(__always) func inverseRadix2Pass(
  _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, points: Int, _ twiddles: UnsafeRawPointer
) {
  let half = points / 2 &* scalarBytes
  let c = broadcastTwiddle(twiddles, 0)
  var offset = 0
  while offset < half {
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
  _ source: UnsafeRawPointer, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, points: Int, _ twiddles: UnsafeRawPointer
) {
  let half = points / 2 &* scalarBytes
  let zero = broadcast(0)
  let c = broadcastTwiddle(twiddles, 0)
  var offset = 0
  while offset < half {
    let a = load(source, offset)
    let b = scaled(c, by: load(source, offset &+ half))
    store(ComplexLanes(re: add(a, b.re), im: b.im), re, im, offset)
    store(ComplexLanes(re: subtract(a, b.re), im: subtract(zero, b.im)), re, im, offset &+ half)
    offset &+= lanesBytes
  }
}

@inline(__always) func scaled(_ c: ComplexLanes, by a: Lanes) -> ComplexLanes {
  ComplexLanes(re: multiply(a, c.re), im: multiply(a, c.im))
}
