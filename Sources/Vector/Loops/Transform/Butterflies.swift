// Complex vectors and the butterflies of the right-angle transform.
//
// A step takes polynomials modulo t^L - c^R to their remainders modulo t^(L/R) - c w, for the R-th roots of unity w.
// A block has one root, so its twiddles are powers of one c; `Transform.swift` says how the steps follow each other.
import CIntrinsics

struct ComplexLanes {
  var re: Lanes
  var im: Lanes
}

@inline(__always) func load(_ re: UnsafeRawPointer, _ im: UnsafeRawPointer, _ offset: Int) -> ComplexLanes {
  ComplexLanes(re: load(re, offset), im: load(im, offset))
}

@inline(__always) func store(_ z: ComplexLanes, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ offset: Int) {
  store(z.re, re, offset)
  store(z.im, im, offset)
}

/// cos and sin at scalar index 2·index of `pointer`, in every lane.
@inline(__always) func broadcastTwiddle(_ pointer: UnsafeRawPointer, _ index: Int) -> ComplexLanes {
  let scalars = pointer.assumingMemoryBound(to: Scalar.self) + 2 &* index
  return ComplexLanes(re: broadcast(scalars[0]), im: broadcast(scalars[1]))
}

/// A vector of cos and one of sin, `index` such pairs after `pointer`.
@inline(__always) func laneTwiddle(_ pointer: UnsafeRawPointer, _ index: Int) -> ComplexLanes {
  load(pointer, pointer + lanesBytes, 2 &* lanesBytes &* index)
}

@inline(__always) func add(_ a: ComplexLanes, _ b: ComplexLanes) -> ComplexLanes {
  ComplexLanes(re: add(a.re, b.re), im: add(a.im, b.im))
}

@inline(__always) func subtract(_ a: ComplexLanes, _ b: ComplexLanes) -> ComplexLanes {
  ComplexLanes(re: subtract(a.re, b.re), im: subtract(a.im, b.im))
}

@inline(__always) func multiply(_ a: ComplexLanes, _ c: ComplexLanes) -> ComplexLanes {
  ComplexLanes(
    re: multiplySubtract(a.im, c.im, multiply(a.re, c.re)), im: multiplyAdd(a.im, c.re, multiply(a.re, c.im)))
}

@inline(__always) func multiplyConjugate(_ a: ComplexLanes, _ c: ComplexLanes) -> ComplexLanes {
  ComplexLanes(
    re: multiplyAdd(a.im, c.im, multiply(a.re, c.re)), im: multiplySubtract(a.re, c.im, multiply(a.im, c.re)))
}

/// a + i b and a - i b.
@inline(__always) func addRotated(_ a: ComplexLanes, _ b: ComplexLanes) -> ComplexLanes {
  ComplexLanes(re: subtract(a.re, b.im), im: add(a.im, b.re))
}

@inline(__always) func subtractRotated(_ a: ComplexLanes, _ b: ComplexLanes) -> ComplexLanes {
  ComplexLanes(re: add(a.re, b.im), im: subtract(a.im, b.re))
}

/// Two quarters of a block -> its remainders for c and -c.
@inline(__always) func radix2(_ a: inout ComplexLanes, _ b: inout ComplexLanes, _ c: ComplexLanes) {
  let t = multiply(b, c)
  b = subtract(a, t)
  a = add(a, t)
}

/// Twice the inverse of `radix2`.
@inline(__always) func inverseRadix2(_ a: inout ComplexLanes, _ b: inout ComplexLanes, _ c: ComplexLanes) {
  let t = subtract(a, b)
  a = add(a, b)
  b = multiplyConjugate(t, c)
}

/// Four products with the powers of c -> the remainders for c, ic, -c, -ic.
@inline(__always) func combine(_ a0: inout ComplexLanes, _ b1: inout ComplexLanes, _ b2: inout ComplexLanes, _ b3: inout ComplexLanes) {
  let s02 = add(a0, b2)
  let d02 = subtract(a0, b2)
  let s13 = add(b1, b3)
  let d13 = subtract(b1, b3)
  a0 = add(s02, s13)
  b1 = addRotated(d02, d13)
  b2 = subtract(s02, s13)
  b3 = subtractRotated(d02, d13)
}

@inline(__always) func radix4(
  _ a0: inout ComplexLanes, _ a1: inout ComplexLanes, _ a2: inout ComplexLanes, _ a3: inout ComplexLanes,
  _ c1: ComplexLanes, _ c2: ComplexLanes, _ c3: ComplexLanes
) {
  a1 = multiply(a1, c1)
  a2 = multiply(a2, c2)
  a3 = multiply(a3, c3)
  combine(&a0, &a1, &a2, &a3)
}

/// Four times the inverse of `radix4`.
@inline(__always) func inverseRadix4(
  _ a0: inout ComplexLanes, _ a1: inout ComplexLanes, _ a2: inout ComplexLanes, _ a3: inout ComplexLanes,
  _ c1: ComplexLanes, _ c2: ComplexLanes, _ c3: ComplexLanes
) {
  let s02 = add(a0, a2)
  let d02 = subtract(a0, a2)
  let s13 = add(a1, a3)
  let d13 = subtract(a1, a3)
  a0 = add(s02, s13)
  a1 = multiplyConjugate(subtractRotated(d02, d13), c1)
  a2 = multiplyConjugate(subtract(s02, s13), c2)
  a3 = multiplyConjugate(addRotated(d02, d13), c3)
}
