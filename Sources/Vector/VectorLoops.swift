// The table of loops, and each loop as a method.
//
// A loop is found in three steps: the method below names a field of the table (CIntrinsics/include/VectorLoops.h, which says
// what the loop computes); Loops/Table.swift names the function in that field; and the function stands in
//
//     forward, inverse, …ZeroPadded      Loops/Transform/Transform.swift: the order of Passes.swift and Leaf.swift
//     first…, forward…, inverse…, last…  Loops/Transform/SlicedTransform.swift: the same passes in slices
//     multiply                           Loops/Products/Product.swift, ProductAhead.swift
//     direct                             Loops/Products/Direct.swift
//     convert, take, clear               Loops/Products/Elementwise.swift
//     ordered_sums_…, complex_sums_…     Loops/NumPyOrder/OrderedEntries.swift, NehalemComplexSums.swift
//     sums_at_places_…                   Loops/NumPyOrder/OrderedEntries.swift, SumsAtPlaces.swift
//     sequential_sums, integer_sums_…    Loops/NumPyOrder/OrderedRemainders.swift, IntegerSums.swift
//     squares, first_unclear…, quantize  Loops/Rounding/Rounding.swift, CIntrinsics/include/RoundingLanes.h
//
// Builds/ compiles Loops/ once for each precision and instruction set. NumPy calls the fields of the last four rows itself.
import CIntrinsics
import VectorF32
import VectorF64

#if arch(x86_64)
  import VectorF32V3
  import VectorF32V4
  import VectorF64V3
  import VectorF64V4
#endif

public typealias VectorLoops = CIntrinsics.VectorLoops
public typealias TransformPlan = CIntrinsics.TransformPlan
public typealias SpectrumRun = CIntrinsics.SpectrumRun

extension VectorLoops {
  /// The loops for `precision`, compiled for `instructionSet`, which the processor must have.
  public static func table(_ precision: Precision, _ instructionSet: InstructionSet = .best) -> VectorLoops {
    precondition(InstructionSet.available.contains(instructionSet), "\(instructionSet) is not available on this processor")
    #if arch(x86_64)
      if instructionSet == .v4 { return precision == .float32 ? VectorF32V4.makeLoops() : VectorF64V4.makeLoops() }
      if instructionSet == .v3 { return precision == .float32 ? VectorF32V3.makeLoops() : VectorF64V3.makeLoops() }
    #endif
    return precision == .float32 ? VectorF32.makeLoops() : VectorF64.makeLoops()
  }
}

// A call through a pointer hides its body from the compiler's proof of real-time safety. Each loop below carries
// `@_noLocks @_noAllocation` where it is written, so these calls are audited.
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

  // MARK: A transform in slices

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

  public func firstWindowPass(
    _ plan: UnsafePointer<TransformPlan>, _ input: UnsafeRawPointer, to spectrum: UnsafeMutableRawPointer, columns: Range<Int>
  ) { first_window_pass(plan, input, spectrum, columns.lowerBound, columns.upperBound) }

  public func forwardBlock(
    _ plan: UnsafePointer<TransformPlan>, re: UnsafeMutableRawPointer, im: UnsafeMutableRawPointer, pass: Int, block: Int
  ) { forward_block(plan, re, im, pass, block) }

  public func inverseBlock(
    _ plan: UnsafePointer<TransformPlan>, re: UnsafeMutableRawPointer, im: UnsafeMutableRawPointer, pass: Int, block: Int
  ) { inverse_block(plan, re, im, pass, block) }

  public func lastWindowPass(_ plan: UnsafePointer<TransformPlan>, inPlace spectrum: UnsafeMutableRawPointer, columns: Range<Int>) {
    last_window_pass(plan, spectrum, columns.lowerBound, columns.upperBound)
  }

  @inline(__always) @_semantics("no_performance_analysis")
  public func multiply(
    _ runs: UnsafePointer<SpectrumRun>, count: Int, tiles: Range<Int>, re: UnsafeMutableRawPointer, im: UnsafeMutableRawPointer
  ) { multiply_runs(runs, count, tiles.lowerBound, tiles.upperBound, re, im) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func multiply(
    _ runs: UnsafePointer<SpectrumRun>, count: Int, tiles: Range<Int>, re: UnsafeMutableRawPointer, im: UnsafeMutableRawPointer,
    ahead: UnsafeMutableRawPointer, odd: Bool
  ) { multiply_ahead(runs, count, tiles.lowerBound, tiles.upperBound, odd ? 1 : 0, re, im, ahead) }

  // MARK: Products and conversions

  @inline(__always) @_semantics("no_performance_analysis")
  public func multiply(_ x: UnsafeMutableRawPointer, by h: UnsafeRawPointer, points: Int, bins: Range<Int>) {
    multiply(x, h, points, bins.lowerBound, bins.upperBound)
  }

  @inline(__always) @_semantics("no_performance_analysis")
  public func direct(
    _ x: UnsafeRawPointer, _ h: UnsafeRawPointer, taps: Int, to y: UnsafeMutableRawPointer, frames: Int, adding: Bool
  ) { direct(x, h, taps, y, frames, adding ? 1 : 0) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func convert(_ x: UnsafePointer<Double>, to y: UnsafeMutableRawPointer, count: Int) { from_double(x, y, count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func convert(_ x: UnsafeRawPointer, toDouble y: UnsafeMutablePointer<Double>, count: Int) { to_double(x, y, count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func convert(_ x: UnsafePointer<Float>, to y: UnsafeMutableRawPointer, count: Int) { from_float(x, y, count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func convert(_ x: UnsafeRawPointer, toFloat y: UnsafeMutablePointer<Float>, count: Int) { to_float(x, y, count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func take(_ x: UnsafeMutableRawPointer, toDouble y: UnsafeMutablePointer<Double>, count: Int) { take_double(x, y, count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func take(_ x: UnsafeMutableRawPointer, toFloat y: UnsafeMutablePointer<Float>, count: Int) { take_float(x, y, count) }

  @inline(__always) @_semantics("no_performance_analysis")
  public func clear(_ x: UnsafeMutableRawPointer, count: Int) { clear(x, count) }
}
