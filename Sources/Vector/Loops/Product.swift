// Products of spectra in tiles of 16 bins: the sums stay in registers while signal and kernel are read once, in order.
import CIntrinsics

let tileBytes = 16 * scalarBytes

@_noLocks @_noAllocation
func multiplyAccumulate(
  _ x: UnsafeRawPointer, _ h: UnsafeRawPointer, _ count: Int, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer
) {
  // Two columns of vectors at a time: four sums each, so that eight chains hide the latency of an addition.
  var column = 0
  while column < tileBytes {
    accumulateColumns(x + column, h + column, count, re + column, im + column)
    column &+= 2 &* lanesBytes
  }
}

/// The real part is a sum of differences and the imaginary one of sums: their four products are added up apart.
@inline(__always)
func accumulateColumns(
  _ x: UnsafeRawPointer, _ h: UnsafeRawPointer, _ count: Int, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer
) {
  let next = lanesBytes
  var (x, h) = (x, h)
  var re0 = load(re), re1 = load(re, next), im0 = load(im), im1 = load(im, next)
  var minus0 = broadcast(0), minus1 = broadcast(0), cross0 = broadcast(0), cross1 = broadcast(0)
  for _ in 0..<count {
    let xr0 = load(x), xr1 = load(x, next), xi0 = load(x, tileBytes), xi1 = load(x, tileBytes &+ next)
    let hr0 = load(h), hr1 = load(h, next), hi0 = load(h, tileBytes), hi1 = load(h, tileBytes &+ next)
    re0 = multiplyAdd(xr0, hr0, re0)
    re1 = multiplyAdd(xr1, hr1, re1)
    minus0 = multiplyAdd(xi0, hi0, minus0)
    minus1 = multiplyAdd(xi1, hi1, minus1)
    im0 = multiplyAdd(xr0, hi0, im0)
    im1 = multiplyAdd(xr1, hi1, im1)
    cross0 = multiplyAdd(xi0, hr0, cross0)
    cross1 = multiplyAdd(xi1, hr1, cross1)
    x += 2 &* tileBytes
    h += 2 &* tileBytes
  }
  store(subtract(re0, minus0), re)
  store(subtract(re1, minus1), re, next)
  store(add(im0, cross0), im)
  store(add(im1, cross1), im, next)
}

@_noLocks @_noAllocation
func multiplySpectra(_ x: UnsafeMutableRawPointer, _ h: UnsafeRawPointer, _ points: Int) {
  let plane = points &* scalarBytes
  var offset = 0
  while offset < plane {
    let (re, im, hr, hi) = (load(x, offset), load(x, plane &+ offset), load(h, offset), load(h, plane &+ offset))
    store(multiplySubtract(im, hi, multiply(re, hr)), x, offset)
    store(multiplyAdd(im, hr, multiply(re, hi)), x, plane &+ offset)
    offset &+= lanesBytes
  }
}

@_noLocks @_noAllocation
func storeTiles(_ spectrum: UnsafeRawPointer, _ points: Int, _ tiles: UnsafeMutableRawPointer, _ stride: Int) {
  let plane = points &* scalarBytes
  var (offset, tile) = (0, tiles)
  while offset < plane {
    var lane = 0
    while lane < tileBytes {
      store(load(spectrum, offset &+ lane), tile, lane)
      store(load(spectrum, plane &+ offset &+ lane), tile, tileBytes &+ lane)
      lane &+= lanesBytes
    }
    offset &+= tileBytes
    tile += stride &* scalarBytes
  }
}
