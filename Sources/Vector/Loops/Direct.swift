// The convolution sum as it stands, over four vectors of outputs at a time.
import CIntrinsics

@_noLocks @_noAllocation
func direct(_ x: UnsafeRawPointer, _ h: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ frames: Int) {
  let wide = 4 &* lanesBytes
  let end = frames &* scalarBytes
  var offset = 0
  while offset &+ wide <= end {
    direct4(x + offset, h, taps, y + offset)
    offset &+= wide
  }
  while offset < end {
    var sum = load(y, offset)
    for k in 0..<taps { sum = multiplyAdd(load(x, offset &- k &* scalarBytes), tap(h, k), sum) }
    store(sum, y, offset)
    offset &+= lanesBytes
  }
}

@inline(__always)
func direct4(_ x: UnsafeRawPointer, _ h: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer) {
  let v = lanesBytes
  var s0 = load(y), s1 = load(y, v), s2 = load(y, 2 &* v), s3 = load(y, 3 &* v)
  var newest = x
  for k in 0..<taps {
    let a = tap(h, k)
    s0 = multiplyAdd(load(newest), a, s0)
    s1 = multiplyAdd(load(newest, v), a, s1)
    s2 = multiplyAdd(load(newest, 2 &* v), a, s2)
    s3 = multiplyAdd(load(newest, 3 &* v), a, s3)
    newest -= scalarBytes
  }
  store(s0, y)
  store(s1, y, v)
  store(s2, y, 2 &* v)
  store(s3, y, 3 &* v)
}

@inline(__always) func tap(_ h: UnsafeRawPointer, _ k: Int) -> Lanes {
  broadcast(h.assumingMemoryBound(to: Scalar.self)[k])
}
