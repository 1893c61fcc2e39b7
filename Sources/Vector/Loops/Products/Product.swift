// Products of spectra in tiles: a tile's sums stay in registers while signals and kernels are read once, in order.
import CIntrinsics

/// Vectors of a tile's real parts, or of its imaginary ones. AVX-512's registers can sum four at once, and NEON's four of float.
let tileVectors = lanesBytes == 64 || hasNeon && scalarBytes == 4 ? 4 : laneCount == 8 ? 8 : 2
let tileBins = tileVectors * laneCount
/// Bytes of one plane of a tile.
let tileBytes = tileVectors * lanesBytes

@_noLocks @_noAllocation
func multiplyRuns(
  _ runs: UnsafePointer<SpectrumRun>, _ count: Int, _ from: Int, _ to: Int, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer
) {
  for tile in from..<to {
    let offset = tile &* tileBytes
    if tileVectors == 4 {
      multiplyTile4(runs, count, tile, re + offset, im + offset)
    } else {
      for pair in 0..<tileVectors / 2 {
        let column = 2 &* pair &* lanesBytes
        multiplyPair(runs, count, tile, column, re + offset + column, im + offset + column)
      }
    }
  }
}

/// The real part is a sum of differences: their products are added up apart, and the imaginary part's in one sum.
struct ColumnSums {
  var plus = broadcast(0)
  var minus = broadcast(0)
  var cross = broadcast(0)

  @inline(__always) mutating func add(_ x: UnsafeRawPointer, _ h: UnsafeRawPointer, _ column: Int) {
    let (xr, xi) = (load(x, column &* lanesBytes), load(x, tileBytes &+ column &* lanesBytes))
    let (hr, hi) = (load(h, column &* lanesBytes), load(h, tileBytes &+ column &* lanesBytes))
    plus = multiplyAdd(xr, hr, plus)
    minus = multiplyAdd(xi, hi, minus)
    cross = multiplyAdd(xr, hi, cross)
    cross = multiplyAdd(xi, hr, cross)
  }

  @inline(__always) func store(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ column: Int) {
    put(subtract(plus, minus), re, column)
    put(cross, im, column)
  }
}

@inline(__always) private func put(_ lanes: Lanes, _ plane: UnsafeMutableRawPointer, _ column: Int) {
  store(lanes, plane, column &* lanesBytes)
}

@inline(__always) func multiplyTile4(
  _ runs: UnsafePointer<SpectrumRun>, _ count: Int, _ tile: Int, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer
) {
  var s0 = ColumnSums(), s1 = ColumnSums(), s2 = ColumnSums(), s3 = ColumnSums()
  for index in 0..<count {
    let run = runs[index]
    var (x, h) = (run.signal + tile &* run.signal_stride, run.kernel + tile &* run.kernel_stride)
    if count > 3, run.count <= 4 { prefetchNextTile(run, h) }
    for _ in 0..<run.count {
      s0.add(x, h, 0)
      s1.add(x, h, 1)
      s2.add(x, h, 2)
      s3.add(x, h, 3)
      x += 2 &* tileBytes
      h += 2 &* tileBytes
    }
  }
  s0.store(re, im, 0)
  s1.store(re, im, 1)
  s2.store(re, im, 2)
  s3.store(re, im, 3)
}

/// Many short runs, those of a matrix, leave the processor no time to see where the next tile's begin.
@inline(__always) func prefetchNextTile(_ run: SpectrumRun, _ h: UnsafeRawPointer) {
  let end = h + run.kernel_stride + run.count &* 2 &* tileBytes
  var line = h + run.kernel_stride
  while line < end {
    prefetch(line)
    line += 64
  }
}

/// Two vectors of a tile, `column` bytes into its planes.
@inline(__always) func multiplyPair(
  _ runs: UnsafePointer<SpectrumRun>, _ count: Int, _ tile: Int, _ column: Int, _ re: UnsafeMutableRawPointer,
  _ im: UnsafeMutableRawPointer
) {
  var s0 = ColumnSums(), s1 = ColumnSums()
  for index in 0..<count {
    let run = runs[index]
    var (x, h) = (run.signal + tile &* run.signal_stride + column, run.kernel + tile &* run.kernel_stride + column)
    for _ in 0..<run.count {
      s0.add(x, h, 0)
      s1.add(x, h, 1)
      x += 2 &* tileBytes
      h += 2 &* tileBytes
    }
  }
  s0.store(re, im, 0)
  s1.store(re, im, 1)
}

@_noLocks @_noAllocation
func multiplySpectra(_ x: UnsafeMutableRawPointer, _ h: UnsafeRawPointer, _ points: Int, _ from: Int, _ to: Int) {
  let (plane, end) = (points &* scalarBytes, to &* scalarBytes)
  var offset = from &* scalarBytes
  while offset < end {
    let (re, im, hr, hi) = (load(x, offset), load(x, plane &+ offset), load(h, offset), load(h, plane &+ offset))
    store(multiplySubtract(im, hi, multiply(re, hr)), x, offset)
    store(multiplyAdd(im, hr, multiply(re, hi)), x, plane &+ offset)
    offset &+= lanesBytes
  }
}
