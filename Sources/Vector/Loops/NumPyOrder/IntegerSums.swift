// Sums of products of integers that wrap around, four vectors of outputs at a time. Any order gives the same.
import CIntrinsics

@_noLocks @_noAllocation
func integerSums16(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  integerSums(2, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func integerSums32(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  integerSums(4, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func integerSums64(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  integerSums(8, x, r, taps, y, count)
}

@inline(__always)
func integerSums(
  _ bytes: Int, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int
) {
  let v = MemoryLayout<IntegerLanes>.stride
  let end = count &* bytes
  var offset = 0
  while offset &+ 4 &* v <= end {
    var s0 = integerZero(), s1 = integerZero(), s2 = integerZero(), s3 = integerZero()
    var terms = x + offset
    for i in 0..<taps {
      let a = integerTap(r + i &* bytes, bytes)
      s0 = multiplyAdd(integers(terms), a, s0, bytes)
      s1 = multiplyAdd(integers(terms + v), a, s1, bytes)
      s2 = multiplyAdd(integers(terms + 2 &* v), a, s2, bytes)
      s3 = multiplyAdd(integers(terms + 3 &* v), a, s3, bytes)
      terms += bytes
    }
    storeIntegers(s0, y + offset)
    storeIntegers(s1, y + offset + v)
    storeIntegers(s2, y + offset + 2 &* v)
    storeIntegers(s3, y + offset + 3 &* v)
    offset &+= 4 &* v
  }
  while offset &+ v <= end {
    var sum = integerZero()
    for i in 0..<taps { sum = multiplyAdd(integers(x + offset + i &* bytes), integerTap(r + i &* bytes, bytes), sum, bytes) }
    storeIntegers(sum, y + offset)
    offset &+= v
  }
  while offset < end {
    storeIntegerDot(bytes, x + offset, r, taps, y + offset)
    offset &+= bytes
  }
}

/// One output, its terms side by side, so that nothing past the end is read.
@inline(__always)
func storeIntegerDot(_ bytes: Int, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer) {
  switch bytes {
  case 2: y.storeBytes(of: dot(x.assumingMemoryBound(to: Int16.self), r.assumingMemoryBound(to: Int16.self), taps), as: Int16.self)
  case 4: y.storeBytes(of: dot(x.assumingMemoryBound(to: Int32.self), r.assumingMemoryBound(to: Int32.self), taps), as: Int32.self)
  default: y.storeBytes(of: dot(x.assumingMemoryBound(to: Int64.self), r.assumingMemoryBound(to: Int64.self), taps), as: Int64.self)
  }
}

@inline(__always) func dot(_ x: UnsafePointer<Int16>, _ r: UnsafePointer<Int16>, _ taps: Int) -> Int16 {
  var sum: Int16 = 0
  for i in 0..<taps { sum &+= x[i] &* r[i] }
  return sum
}

@inline(__always) func dot(_ x: UnsafePointer<Int32>, _ r: UnsafePointer<Int32>, _ taps: Int) -> Int32 {
  var sum: Int32 = 0
  for i in 0..<taps { sum &+= x[i] &* r[i] }
  return sum
}

@inline(__always) func dot(_ x: UnsafePointer<Int64>, _ r: UnsafePointer<Int64>, _ taps: Int) -> Int64 {
  var sum: Int64 = 0
  for i in 0..<taps { sum &+= x[i] &* r[i] }
  return sum
}

@inline(__always) @_semantics("no_performance_analysis")
func integerZero() -> IntegerLanes { integers_zero() }

@inline(__always) @_semantics("no_performance_analysis")
func integers(_ pointer: UnsafeRawPointer) -> IntegerLanes { integers_load(pointer) }

@inline(__always) @_semantics("no_performance_analysis")
func integerTap(_ pointer: UnsafeRawPointer, _ bytes: Int) -> IntegerLanes { integers_broadcast(pointer, bytes) }

@inline(__always) @_semantics("no_performance_analysis")
func storeIntegers(_ lanes: IntegerLanes, _ pointer: UnsafeMutableRawPointer) { integers_store(pointer, lanes) }

@inline(__always) @_semantics("no_performance_analysis")
func multiplyAdd(_ a: IntegerLanes, _ b: IntegerLanes, _ c: IntegerLanes, _ bytes: Int) -> IntegerLanes {
  integers_multiply_add(a, b, c, bytes)
}
