// Products of spectra for two windows from one reading of the kernel.
//
// A window's sum is that of H[p] X[w-p] over the partitions p. Of the next window's sum all products but the first have their
// spectra already: H[p] X[w+1-p] for p from 1 on. So half of the bins are summed for both windows while a partition of the kernel is
// in registers, and the other half, whose sums were kept a window ago, takes its first product only. Then they change places. A window
// has as much work as any other, no sum is late, and of the kernel and the signal half the bytes are read.
import CIntrinsics

/// Vectors of a tile that are summed at once.
let columnsAtOnce = tileVectors == 4 ? 4 : 2
/// Bins of the two halves, at least.
let aheadBins = 2 * columnsAtOnce * laneCount
let columnsBytes = columnsAtOnce * lanesBytes
let stepsOfTile = tileVectors / columnsAtOnce

@_noLocks @_noAllocation
func multiplyAhead(
  _ runs: UnsafePointer<SpectrumRun>, _ count: Int, _ from: Int, _ to: Int, _ odd: Int, _ re: UnsafeMutableRawPointer,
  _ im: UnsafeMutableRawPointer, _ ahead: UnsafeMutableRawPointer
) {
  let (first, half) = (from &* stepsOfTile, (to &- from) &* stepsOfTile / 2)
  let (known, shared) = odd == 0 ? (first &+ half, first) : (first, first &+ half)
  // The places of known sums are those of new ones.
  let places = ahead + first &* columnsBytes
  if hasNeon && isOnePath(runs, count) {
    completeOne(runs[0], first: known, steps: half, places, re, im)
    shareOne(runs, count, first: shared, steps: half, places, re, im)
    return
  }
  for index in 0..<half {
    let (step, place) = (known &+ index, places + 2 &* index &* columnsBytes)
    let column = step % stepsOfTile &* columnsBytes
    complete(runs, count, step / stepsOfTile, column, place, re + step &* columnsBytes, im + step &* columnsBytes)
  }
  for index in 0..<half {
    let (step, place) = (shared &+ index, places + 2 &* index &* columnsBytes)
    let column = step % stepsOfTile &* columnsBytes
    share(runs, count, step / stepsOfTile, column, place, re + step &* columnsBytes, im + step &* columnsBytes)
  }
}

/// A column's sum, in which differences and products follow each other.
private struct ColumnSum {
  var re = broadcast(0)
  var im = broadcast(0)

  @inline(__always) mutating func add(_ x: UnsafeRawPointer, _ h: UnsafeRawPointer, _ column: Int) {
    let (xr, xi) = (load(x, column &* lanesBytes), load(x, tileBytes &+ column &* lanesBytes))
    let (hr, hi) = (load(h, column &* lanesBytes), load(h, tileBytes &+ column &* lanesBytes))
    re = multiplyAdd(xr, hr, re)
    im = multiplyAdd(xr, hi, im)
    re = multiplySubtract(xi, hi, re)
    im = multiplyAdd(xi, hr, im)
  }

  @inline(__always) mutating func begin(_ place: UnsafeRawPointer, _ column: Int) {
    (re, im) = (load(place, column &* lanesBytes), load(place, columnsBytes &+ column &* lanesBytes))
  }

  @inline(__always) func put(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ column: Int) {
    store(self.re, re, column &* lanesBytes)
    store(self.im, im, column &* lanesBytes)
  }
}

/// The sums of all columns that are summed at once, of one window. Narrow vectors have two: the others are dead code.
private struct TileSum {
  var c0 = ColumnSum(), c1 = ColumnSum(), c2 = ColumnSum(), c3 = ColumnSum()

  @inline(__always) mutating func add(_ x: UnsafeRawPointer, _ h: UnsafeRawPointer) {
    c0.add(x, h, 0)
    c1.add(x, h, 1)
    if columnsAtOnce == 4 {
      c2.add(x, h, 2)
      c3.add(x, h, 3)
    }
  }

  @inline(__always) mutating func begin(_ place: UnsafeRawPointer) {
    c0.begin(place, 0)
    c1.begin(place, 1)
    if columnsAtOnce == 4 {
      c2.begin(place, 2)
      c3.begin(place, 3)
    }
  }

  @inline(__always) func put(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer) {
    c0.put(re, im, 0)
    c1.put(re, im, 1)
    if columnsAtOnce == 4 {
      c2.put(re, im, 2)
      c3.put(re, im, 3)
    }
  }
}

/// Adds the first product of each path to the sum that was kept a window ago.
@inline(__always) private func complete(
  _ runs: UnsafePointer<SpectrumRun>, _ count: Int, _ tile: Int, _ column: Int, _ place: UnsafeRawPointer,
  _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer
) {
  var sum = TileSum()
  sum.begin(place)
  for index in 0..<count where runs[index].newer == nil {
    let run = runs[index]
    sum.add(run.signal + tile &* run.signal_stride + column, run.kernel + tile &* run.kernel_stride + column)
  }
  sum.put(re, im)
}

/// Sums for the present window, and keeps what is known of the next one's sum.
@inline(__always) private func share(
  _ runs: UnsafePointer<SpectrumRun>, _ count: Int, _ tile: Int, _ column: Int, _ place: UnsafeMutableRawPointer,
  _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer
) {
  var sum = TileSum(), next = TileSum()
  for index in 0..<count {
    let run = runs[index]
    let offset = tile &* run.signal_stride &+ column
    var (x, h, left) = (run.signal + offset, run.kernel + tile &* run.kernel_stride + column, run.count)
    var newer = x
    if let before = run.newer {
      newer = before + offset
    } else {
      sum.add(x, h)
      x += 2 &* tileBytes
      h += 2 &* tileBytes
      left &-= 1
    }
    for _ in 0..<left {
      sum.add(x, h)
      next.add(newer, h)
      newer = x
      x += 2 &* tileBytes
      h += 2 &* tileBytes
    }
  }
  sum.put(re, im)
  next.put(place, place + columnsBytes)
}
