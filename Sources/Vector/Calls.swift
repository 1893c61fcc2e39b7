// The table's loops as methods.
//
// A call through a pointer hides its body from the compiler's proof of real-time safety. Every loop in the tables carries
// `@_noLocks @_noAllocation` where it is written, so these calls are audited.
import CIntrinsics

extension VectorLoops {
  @inline(__always) @_semantics("no_performance_analysis")
  public func forward(_ plan: UnsafePointer<TransformPlan>, _ input: UnsafeRawPointer, to spectrum: UnsafeMutableRawPointer) {
    forward(plan, input, spectrum)
  }

  @inline(__always) @_semantics("no_performance_analysis")
  public func forwardZeroPadded(_ plan: UnsafePointer<TransformPlan>, _ input: UnsafeRawPointer, to spectrum: UnsafeMutableRawPointer) {
    forward_zero_padded(plan, input, spectrum)
  }

  @inline(__always) @_semantics("no_performance_analysis")
  public func inverse(_ plan: UnsafePointer<TransformPlan>, inPlace spectrum: UnsafeMutableRawPointer) {
    inverse(plan, spectrum)
  }

  @inline(__always) @_semantics("no_performance_analysis")
  public func multiplyAccumulate(
    _ x: UnsafeRawPointer, _ h: UnsafeRawPointer, tiles: Int, re: UnsafeMutableRawPointer, im: UnsafeMutableRawPointer
  ) {
    multiply_accumulate(x, h, tiles, re, im)
  }

  @inline(__always) @_semantics("no_performance_analysis")
  public func multiply(_ x: UnsafeMutableRawPointer, by h: UnsafeRawPointer, points: Int) { multiply(x, h, points) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func storeTiles(_ spectrum: UnsafeRawPointer, points: Int, to tiles: UnsafeMutableRawPointer, stride: Int) {
    store_tiles(spectrum, points, tiles, stride)
  }

  @inline(__always) @_semantics("no_performance_analysis")
  public func direct(_ x: UnsafeRawPointer, _ h: UnsafeRawPointer, taps: Int, addedTo y: UnsafeMutableRawPointer, frames: Int) {
    direct(x, h, taps, y, frames)
  }

  @inline(__always) @_semantics("no_performance_analysis")
  public func add(_ x: UnsafeRawPointer, to y: UnsafeMutableRawPointer, count: Int) { add(x, y, count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func convert(_ x: UnsafePointer<Double>, to y: UnsafeMutableRawPointer, count: Int) { from_double(x, y, count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func convert(_ x: UnsafeRawPointer, toDouble y: UnsafeMutablePointer<Double>, count: Int) { to_double(x, y, count) }
}
