// The inverse's last pass, whose real parts are added to a ring where a window lies, and its imaginary parts M further on.
import CIntrinsics

struct Overlap {
  var ring: UnsafeMutableRawPointer
  /// Of the first column's first point; columns that are taken together do not cross the ring's end.
  var position: Int
  /// The ring's length, a power of two, less one.
  var mask: Int
  /// M.
  var points: Int

  /// Where a point lies that is `distance` after the column's first.
  @inline(__always) func place(_ distance: Int) -> UnsafeMutableRawPointer {
    ring + ((position &+ distance) & mask) &* scalarBytes
  }

  /// The places of the real and of the imaginary part.
  @inline(__always) func places(_ distance: Int) -> (UnsafeMutableRawPointer, UnsafeMutableRawPointer) {
    (place(distance), place(distance &+ points))
  }
}

@inline(__always) func overlapRadix4Pass(
  _ re: UnsafeRawPointer, _ im: UnsafeRawPointer, points: Int, columns: Range<Int>, _ twiddles: UnsafeRawPointer, _ target: Overlap
) {
  let quarter = points / 4 &* scalarBytes
  let (c1, c2, c3) = (broadcastTwiddle(twiddles, 0), broadcastTwiddle(twiddles, 1), broadcastTwiddle(twiddles, 2))
  let (r0, i0) = target.places(0)
  let (r1, i1) = target.places(points / 4)
  let (r2, i2) = target.places(points / 2)
  let (r3, i3) = target.places(points / 4 &* 3)
  var (offset, next) = (columns.lowerBound &* scalarBytes, 0)
  while offset < columns.upperBound &* scalarBytes {
    var a0 = load(re, im, offset)
    var a1 = load(re, im, offset &+ quarter)
    var a2 = load(re, im, offset &+ 2 &* quarter)
    var a3 = load(re, im, offset &+ 3 &* quarter)
    inverseRadix4(&a0, &a1, &a2, &a3, c1, c2, c3)
    accumulate(a0, r0, i0, next)
    accumulate(a1, r1, i1, next)
    accumulate(a2, r2, i2, next)
    accumulate(a3, r3, i3, next)
    offset &+= lanesBytes
    next &+= lanesBytes
  }
}

@inline(__always) func overlapRadix2Pass(
  _ re: UnsafeRawPointer, _ im: UnsafeRawPointer, points: Int, columns: Range<Int>, _ twiddles: UnsafeRawPointer, _ target: Overlap
) {
  let half = points / 2 &* scalarBytes
  let c = broadcastTwiddle(twiddles, 0)
  let (r0, i0) = target.places(0)
  let (r1, i1) = target.places(points / 2)
  var (offset, next) = (columns.lowerBound &* scalarBytes, 0)
  while offset < columns.upperBound &* scalarBytes {
    var a = load(re, im, offset)
    var b = load(re, im, offset &+ half)
    inverseRadix2(&a, &b, c)
    accumulate(a, r0, i0, next)
    accumulate(b, r1, i1, next)
    offset &+= lanesBytes
    next &+= lanesBytes
  }
}

@inline(__always)
func accumulate(_ z: ComplexLanes, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ offset: Int) {
  store(add(load(re, offset), z.re), re, offset)
  store(add(load(im, offset), z.im), im, offset)
}
