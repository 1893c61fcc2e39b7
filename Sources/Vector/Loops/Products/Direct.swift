// The convolution sum as it stands. Taps that are a vector's width apart meet the same vectors of the signal, each one
// place further: one load then serves as many products as there are vectors of outputs.
import CIntrinsics

/// Taps that are taken together: a kernel is padded with zeros to a multiple.
let directTaps = 4 * laneCount
/// Up to so many taps are taken one by one, without padding.
let fewTaps = 8

@_noLocks @_noAllocation
func direct(
  _ x: UnsafeRawPointer, _ h: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ frames: Int, _ adds: Int
) {
  let wide = 4 &* lanesBytes
  let end = frames &* scalarBytes
  var offset = 0
  if taps <= fewTaps {
    while offset < end {
      directFew(x + offset, h, taps, y + offset, adds)
      offset &+= wide
    }
    return
  }
  while offset &+ 2 &* lanesBytes < end {
    direct4(x + offset, h, taps, y + offset, adds)
    offset &+= wide
  }
  while offset < end {
    direct2(x + offset, h, taps, y + offset, adds)
    offset &+= 2 &* lanesBytes
  }
}

/// What a sum begins with.
@inline(__always) private func start(_ y: UnsafeRawPointer, _ offset: Int, _ adds: Int) -> Lanes {
  adds == 0 ? broadcast(0) : load(y, offset)
}

/// Four vectors of outputs, tap by tap: what each costs is about a copy.
@inline(__always)
func directFew(_ x: UnsafeRawPointer, _ h: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ adds: Int) {
  let v = lanesBytes
  var a0 = start(y, 0, adds), a1 = start(y, v, adds), a2 = start(y, 2 &* v, adds), a3 = start(y, 3 &* v, adds)
  for t in 0..<taps {
    let (p, c) = (x - t &* scalarBytes, tap(h, t))
    step4(&a0, &a1, &a2, &a3, c, load(p), load(p, v), load(p, 2 &* v), load(p, 3 &* v))
  }
  store(a0, y)
  store(a1, y, v)
  store(a2, y, 2 &* v)
  store(a3, y, 3 &* v)
}

/// Whether all taps of `direct4` have the same sums.
let tapsShareSums = hasNeon && scalarBytes == 8

/// Four vectors of outputs. Two taps side by side have sums of their own, so that eight chains hide an addition's latency. Vectors of
/// two NEON registers have eight chains without that, and no registers for more: what `y` holds is added last there, since each sum of
/// a chain that began with it would be rounded as coarsely as that.
@inline(__always)
func direct4(_ x: UnsafeRawPointer, _ h: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ adds: Int) {
  let v = lanesBytes
  let first = tapsShareSums ? 0 : adds
  var a0 = start(y, 0, first), a1 = start(y, v, first), a2 = start(y, 2 &* v, first), a3 = start(y, 3 &* v, first)
  var b0 = broadcast(0), b1 = broadcast(0), b2 = broadcast(0), b3 = broadcast(0)
  for residue in stride(from: 0, to: laneCount, by: 2) {
    var (p, q) = (x - residue &* scalarBytes, x - (residue &+ 1) &* scalarBytes)
    var p1 = load(p, v), p2 = load(p, 2 &* v), p3 = load(p, 3 &* v)
    var q1 = load(q, v), q2 = load(q, 2 &* v), q3 = load(q, 3 &* v)
    var t = residue
    while t < taps {
      let p0 = load(p), q0 = load(q)
      step4(&a0, &a1, &a2, &a3, tap(h, t), p0, p1, p2, p3)
      if tapsShareSums {
        step4(&a0, &a1, &a2, &a3, tap(h, t &+ 1), q0, q1, q2, q3)
      } else {
        step4(&b0, &b1, &b2, &b3, tap(h, t &+ 1), q0, q1, q2, q3)
      }
      p3 = load(p, 0 &- v)
      q3 = load(q, 0 &- v)
      step4(&a0, &a1, &a2, &a3, tap(h, t &+ laneCount), p3, p0, p1, p2)
      if tapsShareSums {
        step4(&a0, &a1, &a2, &a3, tap(h, t &+ laneCount &+ 1), q3, q0, q1, q2)
      } else {
        step4(&b0, &b1, &b2, &b3, tap(h, t &+ laneCount &+ 1), q3, q0, q1, q2)
      }
      p2 = load(p, -2 &* v)
      q2 = load(q, -2 &* v)
      step4(&a0, &a1, &a2, &a3, tap(h, t &+ 2 &* laneCount), p2, p3, p0, p1)
      if tapsShareSums {
        step4(&a0, &a1, &a2, &a3, tap(h, t &+ 2 &* laneCount &+ 1), q2, q3, q0, q1)
      } else {
        step4(&b0, &b1, &b2, &b3, tap(h, t &+ 2 &* laneCount &+ 1), q2, q3, q0, q1)
      }
      p1 = load(p, -3 &* v)
      q1 = load(q, -3 &* v)
      step4(&a0, &a1, &a2, &a3, tap(h, t &+ 3 &* laneCount), p1, p2, p3, p0)
      if tapsShareSums {
        step4(&a0, &a1, &a2, &a3, tap(h, t &+ 3 &* laneCount &+ 1), q1, q2, q3, q0)
      } else {
        step4(&b0, &b1, &b2, &b3, tap(h, t &+ 3 &* laneCount &+ 1), q1, q2, q3, q0)
      }
      p -= 4 &* v
      q -= 4 &* v
      t &+= directTaps
    }
  }
  if tapsShareSums { (b0, b1, b2, b3) = (start(y, 0, adds), start(y, v, adds), start(y, 2 &* v, adds), start(y, 3 &* v, adds)) }
  store(add(a0, b0), y)
  store(add(a1, b1), y, v)
  store(add(a2, b2), y, 2 &* v)
  store(add(a3, b3), y, 3 &* v)
}

@inline(__always) func step4(
  _ s0: inout Lanes, _ s1: inout Lanes, _ s2: inout Lanes, _ s3: inout Lanes, _ a: Lanes,
  _ x0: Lanes, _ x1: Lanes, _ x2: Lanes, _ x3: Lanes
) {
  s0 = multiplyAdd(x0, a, s0)
  s1 = multiplyAdd(x1, a, s1)
  s2 = multiplyAdd(x2, a, s2)
  s3 = multiplyAdd(x3, a, s3)
}

/// Two vectors of outputs.
@inline(__always)
func direct2(_ x: UnsafeRawPointer, _ h: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ adds: Int) {
  let v = lanesBytes
  var a0 = start(y, 0, adds), a1 = start(y, v, adds), b0 = broadcast(0), b1 = broadcast(0)
  for residue in stride(from: 0, to: laneCount, by: 2) {
    var (p, q) = (x - residue &* scalarBytes, x - (residue &+ 1) &* scalarBytes)
    var p1 = load(p, v), q1 = load(q, v)
    var t = residue
    while t < taps {
      let p0 = load(p), q0 = load(q)
      let (c, d) = (tap(h, t), tap(h, t &+ 1))
      a0 = multiplyAdd(p0, c, a0)
      a1 = multiplyAdd(p1, c, a1)
      b0 = multiplyAdd(q0, d, b0)
      b1 = multiplyAdd(q1, d, b1)
      (p1, q1) = (p0, q0)
      p -= v
      q -= v
      t &+= laneCount
    }
  }
  store(add(a0, b0), y)
  store(add(a1, b1), y, v)
}

@inline(__always) func tap(_ h: UnsafeRawPointer, _ k: Int) -> Lanes {
  broadcast(h.assumingMemoryBound(to: Scalar.self)[k])
}
