// Conversions, sample by sample: simple enough for the optimiser to make vectors of.
import CIntrinsics

@_noLocks @_noAllocation
func fromDouble(_ x: UnsafePointer<Double>, _ y: UnsafeMutableRawPointer, _ count: Int) {
  let y = y.assumingMemoryBound(to: Scalar.self)
  for n in 0..<count { y[n] = Scalar(x[n]) }
}

@_noLocks @_noAllocation
func toDouble(_ x: UnsafeRawPointer, _ y: UnsafeMutablePointer<Double>, _ count: Int) {
  let x = x.assumingMemoryBound(to: Scalar.self)
  for n in 0..<count { y[n] = Double(x[n]) }
}

@_noLocks @_noAllocation
func fromFloat(_ x: UnsafePointer<Float>, _ y: UnsafeMutableRawPointer, _ count: Int) {
  let y = y.assumingMemoryBound(to: Scalar.self)
  for n in 0..<count { y[n] = Scalar(x[n]) }
}

@_noLocks @_noAllocation
func toFloat(_ x: UnsafeRawPointer, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
  let x = x.assumingMemoryBound(to: Scalar.self)
  for n in 0..<count { y[n] = Float(x[n]) }
}

/// y = x, and x = 0.
@_noLocks @_noAllocation
func take(_ x: UnsafeMutableRawPointer, _ y: UnsafeMutableRawPointer, _ count: Int) {
  let (x, y) = (x.assumingMemoryBound(to: Scalar.self), y.assumingMemoryBound(to: Scalar.self))
  for n in 0..<count { y[n] = x[n] }
  for n in 0..<count { x[n] = 0 }
}

/// x = 0.
@_noLocks @_noAllocation
func clear(_ x: UnsafeMutableRawPointer, _ count: Int) {
  let x = x.assumingMemoryBound(to: Scalar.self)
  for n in 0..<count { x[n] = 0 }
}
