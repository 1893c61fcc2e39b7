// `multiplyAhead` on NEON for an output in which one path ends, whose runs follow each other around a ring: what the general loop asks
// of each path at every step is asked once, and a partition of the signal stays in registers from one window's product to the next
// one's.
import CIntrinsics

/// Whether a path begins with the first run, and the others continue it.
@inline(__always)
func isOnePath(_ runs: UnsafePointer<SpectrumRun>, _ count: Int) -> Bool {
  guard count > 0, runs[0].newer == nil else { return false }
  for index in 1..<count where runs[index].newer == nil { return false }
  return true
}

/// `complete` for `steps` steps from `first` on; `places` are those of the first.
@inline(__always)
func completeOne(
  _ run: SpectrumRun, first: Int, steps: Int, _ places: UnsafeRawPointer, _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer
) {
  var place = places
  for step in first..<first &+ steps {
    let offset = step &* columnsBytes
    let (x, h) = (run.signalPlace(step), run.kernelPlace(step))
    // All before the first store, so that two loads may become one.
    let s0 = completed(x, h, place, 0), s1 = completed(x, h, place, 1)
    if columnsAtOnce == 4 {
      storeRows(re + offset, im + offset, s0, s1, completed(x, h, place, 2), completed(x, h, place, 3))
    } else {
      storeRows(re + offset, im + offset, s0, s1)
    }
    place += 2 &* columnsBytes
  }
}

/// A column's known sum and the first product.
@inline(__always)
private func completed(_ x: UnsafeRawPointer, _ h: UnsafeRawPointer, _ place: UnsafeRawPointer, _ column: Int) -> ComplexLanes {
  let at = column &* lanesBytes
  var sum = ComplexLanes(re: load(place, at), im: load(place, columnsBytes &+ at))
  sum.addProduct(ComplexLanes(re: load(x, at), im: load(x, tileBytes &+ at)), ComplexLanes(re: load(h, at), im: load(h, tileBytes &+ at)))
  return sum
}

/// Plane by plane, so that two stores may become one.
@inline(__always)
private func storeRows(_ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ a: ComplexLanes, _ b: ComplexLanes) {
  store(a.re, re)
  store(b.re, re, lanesBytes)
  store(a.im, im)
  store(b.im, im, lanesBytes)
}

@inline(__always)
private func storeRows(
  _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ a: ComplexLanes, _ b: ComplexLanes, _ c: ComplexLanes, _ d: ComplexLanes
) {
  storeRows(re, a.re, b.re, c.re, d.re)
  storeRows(im, a.im, b.im, c.im, d.im)
}

/// `share` for `steps` steps from `first` on.
@inline(__always)
func shareOne(
  _ runs: UnsafePointer<SpectrumRun>, _ count: Int, first: Int, steps: Int, _ places: UnsafeMutableRawPointer,
  _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer
) {
  var place = places
  for step in first..<first &+ steps {
    let offset = step &* columnsBytes
    var c0 = SharedColumn(), c1 = SharedColumn(), c2 = SharedColumn(), c3 = SharedColumn()
    var (x, h, left) = (runs[0].signalPlace(step), runs[0].kernelPlace(step), runs[0].count)
    c0.begin(x, h, 0)
    c1.begin(x, h, 1)
    if columnsAtOnce == 4 {
      c2.begin(x, h, 2)
      c3.begin(x, h, 3)
    }
    x += 2 &* tileBytes
    h += 2 &* tileBytes
    left &-= 1
    var index = 0
    while true {
      for _ in 0..<left {
        c0.add(x, h, 0)
        c1.add(x, h, 1)
        if columnsAtOnce == 4 {
          c2.add(x, h, 2)
          c3.add(x, h, 3)
        }
        x += 2 &* tileBytes
        h += 2 &* tileBytes
      }
      index &+= 1
      if index >= count { break }
      (x, h, left) = (runs[index].signalPlace(step), runs[index].kernelPlace(step), runs[index].count)
    }
    if columnsAtOnce == 4 {
      storeRows(re + offset, im + offset, c0.sum, c1.sum, c2.sum, c3.sum)
      storeRows(place, place + columnsBytes, c0.next, c1.next, c2.next, c3.next)
    } else {
      storeRows(re + offset, im + offset, c0.sum, c1.sum)
      storeRows(place, place + columnsBytes, c0.next, c1.next)
    }
    place += 2 &* columnsBytes
  }
}

/// A column's sums for two windows, and the signal's last partition.
private struct SharedColumn {
  var sum = ComplexLanes(re: broadcast(0), im: broadcast(0))
  var next = ComplexLanes(re: broadcast(0), im: broadcast(0))
  var last = ComplexLanes(re: broadcast(0), im: broadcast(0))

  /// The first product, which the next window's sum does not have yet.
  @inline(__always) mutating func begin(_ x: UnsafeRawPointer, _ h: UnsafeRawPointer, _ column: Int) {
    let at = column &* lanesBytes
    last = ComplexLanes(re: load(x, at), im: load(x, tileBytes &+ at))
    sum.addProduct(last, ComplexLanes(re: load(h, at), im: load(h, tileBytes &+ at)))
  }

  @inline(__always) mutating func add(_ x: UnsafeRawPointer, _ h: UnsafeRawPointer, _ column: Int) {
    let at = column &* lanesBytes
    let tap = ComplexLanes(re: load(h, at), im: load(h, tileBytes &+ at))
    next.addProduct(last, tap)
    last = ComplexLanes(re: load(x, at), im: load(x, tileBytes &+ at))
    sum.addProduct(last, tap)
  }
}

extension ComplexLanes {
  /// Adds x*h, each product in its turn.
  @inline(__always)
  fileprivate mutating func addProduct(_ x: ComplexLanes, _ h: ComplexLanes) {
    re = multiplyAdd(x.re, h.re, re)
    im = multiplyAdd(x.re, h.im, im)
    re = multiplySubtract(x.im, h.im, re)
    im = multiplyAdd(x.im, h.re, im)
  }
}

extension SpectrumRun {
  /// Where the bins of a step begin.
  @inline(__always)
  fileprivate func signalPlace(_ step: Int) -> UnsafeRawPointer {
    let tile = signal + (step / stepsOfTile) &* signal_stride
    return tile + (step % stepsOfTile) &* columnsBytes
  }

  @inline(__always)
  fileprivate func kernelPlace(_ step: Int) -> UnsafeRawPointer {
    let tile = kernel + (step / stepsOfTile) &* kernel_stride
    return tile + (step % stepsOfTile) &* columnsBytes
  }
}
