// Conversions and copies, sample by sample. A conversion is simple enough for the optimiser to make vectors of. A copy is written
// in vectors: as a plain loop it becomes calls of memcpy and memset, which cost a short block more than the copy.
import CIntrinsics

@_noLocks @_noAllocation
func fromDouble(_ x: UnsafePointer<Double>, _ y: UnsafeMutableRawPointer, _ count: Int) {
  if scalarBytes == 8 { return copy(x, y, count) }
  let y = y.assumingMemoryBound(to: Scalar.self)
  for n in 0..<count { y[n] = Scalar(x[n]) }
}

@_noLocks @_noAllocation
func toDouble(_ x: UnsafeRawPointer, _ y: UnsafeMutablePointer<Double>, _ count: Int) {
  if scalarBytes == 8 { return copy(x, y, count) }
  let x = x.assumingMemoryBound(to: Scalar.self)
  for n in 0..<count { y[n] = Double(x[n]) }
}

@_noLocks @_noAllocation
func fromFloat(_ x: UnsafePointer<Float>, _ y: UnsafeMutableRawPointer, _ count: Int) {
  if scalarBytes == 4 { return copy(x, y, count) }
  let y = y.assumingMemoryBound(to: Scalar.self)
  for n in 0..<count { y[n] = Scalar(x[n]) }
}

@_noLocks @_noAllocation
func toFloat(_ x: UnsafeRawPointer, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
  if scalarBytes == 4 { return copy(x, y, count) }
  let x = x.assumingMemoryBound(to: Scalar.self)
  for n in 0..<count { y[n] = Float(x[n]) }
}

/// y = x, and x = 0.
@_noLocks @_noAllocation
func takeDouble(_ x: UnsafeMutableRawPointer, _ y: UnsafeMutablePointer<Double>, _ count: Int) {
  if scalarBytes == 8 { return take(x, y, count) }
  toDouble(x, y, count)
  clear(x, count)
}

@_noLocks @_noAllocation
func takeFloat(_ x: UnsafeMutableRawPointer, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
  if scalarBytes == 4 { return take(x, y, count) }
  toFloat(x, y, count)
  clear(x, count)
}

/// x = 0.
@_noLocks @_noAllocation
func clear(_ x: UnsafeMutableRawPointer, _ count: Int) {
  let x = x.assumingMemoryBound(to: Scalar.self)
  for n in 0..<count { x[n] = 0 }
}

@inline(__always) private func copy(_ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer, _ count: Int) {
  let bytes = count &* scalarBytes
  var offset = 0
  while offset &+ lanesBytes <= bytes {
    store(load(x, offset), y, offset)
    offset &+= lanesBytes
  }
  while offset < bytes {
    (y + offset).storeBytes(of: (x + offset).loadUnaligned(as: Scalar.self), as: Scalar.self)
    offset &+= scalarBytes
  }
}

@inline(__always) private func take(_ x: UnsafeMutableRawPointer, _ y: UnsafeMutableRawPointer, _ count: Int) {
  let bytes = count &* scalarBytes
  var offset = 0
  while offset &+ lanesBytes <= bytes {
    store(load(x, offset), y, offset)
    store(broadcast(0), x, offset)
    offset &+= lanesBytes
  }
  while offset < bytes {
    (y + offset).storeBytes(of: (x + offset).loadUnaligned(as: Scalar.self), as: Scalar.self)
    (x + offset).storeBytes(of: 0, as: Scalar.self)
    offset &+= scalarBytes
  }
}
