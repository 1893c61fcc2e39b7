// The last steps of the transform, inside vectors: a group of W blocks of W points each is transposed, so that a lane
// is a block, and goes to the end in registers. W is 4 or 8; the form of the other width is dead code.
import CIntrinsics

/// Twiddles of one group, as vectors: W-1 complex numbers a lane, in the order of their use.
let leafTwiddleBytes = (laneCount == 8 ? 7 : 3) * 2 * lanesBytes
let leafGroupBytes = laneCount * lanesBytes

@inline(__always) func leaf(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ twiddles: UnsafeRawPointer, groups: Int) {
  for group in 0..<groups {
    let offset = group &* leafGroupBytes
    let c = twiddles + group &* leafTwiddleBytes
    if laneCount == 8 { leaf8(re + offset, im + offset, c) } else { leaf4(re + offset, im + offset, c) }
  }
}

@inline(__always) func inverseLeaf(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ twiddles: UnsafeRawPointer, groups: Int)
{
  for group in 0..<groups {
    let offset = group &* leafGroupBytes
    let c = twiddles + group &* leafTwiddleBytes
    if laneCount == 8 { inverseLeaf8(re + offset, im + offset, c) } else { inverseLeaf4(re + offset, im + offset, c) }
  }
}

@inline(__always) func leaf4(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ c: UnsafeRawPointer) {
  let v = lanesBytes
  var z0 = load(re, im, 0), z1 = load(re, im, v), z2 = load(re, im, 2 &* v), z3 = load(re, im, 3 &* v)
  transpose(&z0, &z1, &z2, &z3)
  radix4(&z0, &z1, &z2, &z3, laneTwiddle(c, 0), laneTwiddle(c, 1), laneTwiddle(c, 2))
  store(z0, re, im, 0)
  store(z1, re, im, v)
  store(z2, re, im, 2 &* v)
  store(z3, re, im, 3 &* v)
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

@inline(__always) func leaf8(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ c: UnsafeRawPointer) {
  let v = lanesBytes
  var z0 = load(re, im, 0), z1 = load(re, im, v), z2 = load(re, im, 2 &* v), z3 = load(re, im, 3 &* v)
  var z4 = load(re, im, 4 &* v), z5 = load(re, im, 5 &* v), z6 = load(re, im, 6 &* v), z7 = load(re, im, 7 &* v)
  transpose(&z0, &z1, &z2, &z3, &z4, &z5, &z6, &z7)
  let c0 = laneTwiddle(c, 0)
  radix2(&z0, &z4, c0)
  radix2(&z1, &z5, c0)
  radix2(&z2, &z6, c0)
  radix2(&z3, &z7, c0)
  radix4(&z0, &z1, &z2, &z3, laneTwiddle(c, 1), laneTwiddle(c, 2), laneTwiddle(c, 3))
  radix4(&z4, &z5, &z6, &z7, laneTwiddle(c, 4), laneTwiddle(c, 5), laneTwiddle(c, 6))
  store(z0, re, im, 0)
  store(z1, re, im, v)
  store(z2, re, im, 2 &* v)
  store(z3, re, im, 3 &* v)
  store(z4, re, im, 4 &* v)
  store(z5, re, im, 5 &* v)
  store(z6, re, im, 6 &* v)
  store(z7, re, im, 7 &* v)
}

@inline(__always) func inverseLeaf8(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ c: UnsafeRawPointer) {
  let v = lanesBytes
  var z0 = load(re, im, 0), z1 = load(re, im, v), z2 = load(re, im, 2 &* v), z3 = load(re, im, 3 &* v)
  var z4 = load(re, im, 4 &* v), z5 = load(re, im, 5 &* v), z6 = load(re, im, 6 &* v), z7 = load(re, im, 7 &* v)
  inverseRadix4(&z0, &z1, &z2, &z3, laneTwiddle(c, 1), laneTwiddle(c, 2), laneTwiddle(c, 3))
  inverseRadix4(&z4, &z5, &z6, &z7, laneTwiddle(c, 4), laneTwiddle(c, 5), laneTwiddle(c, 6))
  let c0 = laneTwiddle(c, 0)
  inverseRadix2(&z0, &z4, c0)
  inverseRadix2(&z1, &z5, c0)
  inverseRadix2(&z2, &z6, c0)
  inverseRadix2(&z3, &z7, c0)
  transpose(&z0, &z1, &z2, &z3, &z4, &z5, &z6, &z7)
  store(z0, re, im, 0)
  store(z1, re, im, v)
  store(z2, re, im, 2 &* v)
  store(z3, re, im, 3 &* v)
  store(z4, re, im, 4 &* v)
  store(z5, re, im, 5 &* v)
  store(z6, re, im, 6 &* v)
  store(z7, re, im, 7 &* v)
}

@inline(__always) func transpose(_ a: inout ComplexLanes, _ b: inout ComplexLanes, _ c: inout ComplexLanes, _ d: inout ComplexLanes) {
  transpose(&a.re, &b.re, &c.re, &d.re)
  transpose(&a.im, &b.im, &c.im, &d.im)
}

@inline(__always) func transpose(_ a: inout Lanes, _ b: inout Lanes, _ c: inout Lanes, _ d: inout Lanes) {
  for _ in 0..<2 {
    let (acLow, acHigh, bdLow, bdHigh) = (zipLow(a, c), zipHigh(a, c), zipLow(b, d), zipHigh(b, d))
    (a, b, c, d) = (acLow, acHigh, bdLow, bdHigh)
  }
}

@inline(__always) func transpose(
  _ a: inout ComplexLanes, _ b: inout ComplexLanes, _ c: inout ComplexLanes, _ d: inout ComplexLanes,
  _ e: inout ComplexLanes, _ f: inout ComplexLanes, _ g: inout ComplexLanes, _ h: inout ComplexLanes
) {
  transpose(&a.re, &b.re, &c.re, &d.re, &e.re, &f.re, &g.re, &h.re)
  transpose(&a.im, &b.im, &c.im, &d.im, &e.im, &f.im, &g.im, &h.im)
}

@inline(__always) func transpose(
  _ a: inout Lanes, _ b: inout Lanes, _ c: inout Lanes, _ d: inout Lanes,
  _ e: inout Lanes, _ f: inout Lanes, _ g: inout Lanes, _ h: inout Lanes
) {
  for _ in 0..<3 {
    let (p, q, r, s) = (zipLow(a, e), zipHigh(a, e), zipLow(b, f), zipHigh(b, f))
    let (t, u, v, w) = (zipLow(c, g), zipHigh(c, g), zipLow(d, h), zipHigh(d, h))
    (a, b, c, d, e, f, g, h) = (p, q, r, s, t, u, v, w)
  }
}
