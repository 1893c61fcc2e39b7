// Squares of vectors, transposed in registers: 4 vectors of 4 lanes, or 8 of 8. Vectors of 16 lanes hold four squares of 4, one in
// each quarter, and can be a square of quarters.
import CIntrinsics

@inline(__always) func transpose(_ a: inout ComplexLanes, _ b: inout ComplexLanes, _ c: inout ComplexLanes, _ d: inout ComplexLanes) {
  transpose(&a.re, &b.re, &c.re, &d.re)
  transpose(&a.im, &b.im, &c.im, &d.im)
}

@inline(__always) func transpose(
  _ a: inout ComplexLanes, _ b: inout ComplexLanes, _ c: inout ComplexLanes, _ d: inout ComplexLanes,
  _ e: inout ComplexLanes, _ f: inout ComplexLanes, _ g: inout ComplexLanes, _ h: inout ComplexLanes
) {
  transpose(&a.re, &b.re, &c.re, &d.re, &e.re, &f.re, &g.re, &h.re)
  transpose(&a.im, &b.im, &c.im, &d.im, &e.im, &f.im, &g.im, &h.im)
}

@inline(__always)
func transposeQuarters(_ a: inout ComplexLanes, _ b: inout ComplexLanes, _ c: inout ComplexLanes, _ d: inout ComplexLanes) {
  transposeQuarters(&a.re, &b.re, &c.re, &d.re)
  transposeQuarters(&a.im, &b.im, &c.im, &d.im)
}

@inline(__always) func transposeQuarters(_ a: inout Lanes, _ b: inout Lanes, _ c: inout Lanes, _ d: inout Lanes) {
  let (abLow, abHigh, cdLow, cdHigh) = (halvesLow(a, b), halvesHigh(a, b), halvesLow(c, d), halvesHigh(c, d))
  (a, b) = (quartersEven(abLow, cdLow), quartersOdd(abLow, cdLow))
  (c, d) = (quartersEven(abHigh, cdHigh), quartersOdd(abHigh, cdHigh))
}

/// The first step takes lanes 0 and 1 of float to the low vector, lanes 0 and 2 of double: that is what processors have.
@inline(__always) func transpose(_ a: inout Lanes, _ b: inout Lanes, _ c: inout Lanes, _ d: inout Lanes) {
  let (abLow, abHigh, cdLow, cdHigh) = (pairsLow(a, b), pairsHigh(a, b), pairsLow(c, d), pairsHigh(c, d))
  let (p, q, r, s) = (twosLow(abLow, cdLow), twosHigh(abLow, cdLow), twosLow(abHigh, cdHigh), twosHigh(abHigh, cdHigh))
  (a, b, c, d) = scalarBytes == 4 ? (p, q, r, s) : (p, r, q, s)
}

@inline(__always) func transpose(
  _ a: inout Lanes, _ b: inout Lanes, _ c: inout Lanes, _ d: inout Lanes,
  _ e: inout Lanes, _ f: inout Lanes, _ g: inout Lanes, _ h: inout Lanes
) {
  transpose(&a, &b, &c, &d)
  transpose(&e, &f, &g, &h)
  (a, e) = (foursLow(a, e), foursHigh(a, e))
  (b, f) = (foursLow(b, f), foursHigh(b, f))
  (c, g) = (foursLow(c, g), foursHigh(c, g))
  (d, h) = (foursLow(d, h), foursHigh(d, h))
}
