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

  // MARK: A transform in pieces

  @inline(__always) @_semantics("no_performance_analysis")
  public func firstPass(
    _ plan: UnsafePointer<TransformPlan>, _ input: UnsafeRawPointer, re: UnsafeMutableRawPointer, im: UnsafeMutableRawPointer,
    columns: Range<Int>
  ) { first_pass(plan, input, re, im, columns.lowerBound, columns.upperBound) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func forwardPass(
    _ plan: UnsafePointer<TransformPlan>, re: UnsafeMutableRawPointer, im: UnsafeMutableRawPointer, pass: Int, block: Int,
    columns: Range<Int>
  ) { forward_pass(plan, re, im, pass, block, columns.lowerBound, columns.upperBound) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func forwardBlocks(
    _ plan: UnsafePointer<TransformPlan>, re: UnsafeMutableRawPointer, im: UnsafeMutableRawPointer, pass: Int, blocks: Range<Int>,
    to tiles: UnsafeMutableRawPointer, stride: Int
  ) { forward_blocks(plan, re, im, pass, blocks.lowerBound, blocks.count, tiles, stride) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func inverseBlocks(
    _ plan: UnsafePointer<TransformPlan>, re: UnsafeMutableRawPointer, im: UnsafeMutableRawPointer, pass: Int, blocks: Range<Int>
  ) { inverse_blocks(plan, re, im, pass, blocks.lowerBound, blocks.count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func inversePass(
    _ plan: UnsafePointer<TransformPlan>, re: UnsafeMutableRawPointer, im: UnsafeMutableRawPointer, pass: Int, block: Int,
    columns: Range<Int>
  ) { inverse_pass(plan, re, im, pass, block, columns.lowerBound, columns.upperBound) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func lastPass(
    _ plan: UnsafePointer<TransformPlan>, re: UnsafeRawPointer, im: UnsafeRawPointer, columns: Range<Int>,
    addedTo ring: UnsafeMutableRawPointer, position: Int, mask: Int
  ) { last_pass(plan, re, im, columns.lowerBound, columns.upperBound, ring, position, mask) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func multiply(
    _ runs: UnsafePointer<SpectrumRun>, count: Int, tiles: Range<Int>, re: UnsafeMutableRawPointer, im: UnsafeMutableRawPointer
  ) { multiply_runs(runs, count, tiles.lowerBound, tiles.upperBound, re, im) }

  // MARK: The rest

  @inline(__always) @_semantics("no_performance_analysis")
  public func multiply(_ x: UnsafeMutableRawPointer, by h: UnsafeRawPointer, points: Int) { multiply(x, h, points) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func direct(_ x: UnsafeRawPointer, _ h: UnsafeRawPointer, taps: Int, addedTo y: UnsafeMutableRawPointer, frames: Int) {
    direct(x, h, taps, y, frames)
  }

  @inline(__always) @_semantics("no_performance_analysis")
  public func convert(_ x: UnsafePointer<Double>, to y: UnsafeMutableRawPointer, count: Int) { from_double(x, y, count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func convert(_ x: UnsafeRawPointer, toDouble y: UnsafeMutablePointer<Double>, count: Int) { to_double(x, y, count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func convert(_ x: UnsafePointer<Float>, to y: UnsafeMutableRawPointer, count: Int) { from_float(x, y, count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func convert(_ x: UnsafeRawPointer, toFloat y: UnsafeMutablePointer<Float>, count: Int) { to_float(x, y, count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func take(_ x: UnsafeMutableRawPointer, to y: UnsafeMutableRawPointer, count: Int) { take(x, y, count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func clear(_ x: UnsafeMutableRawPointer, count: Int) { clear(x, count) }
}
