import Buffers
import CIntrinsics
import Vector

/// The right-angle Fourier transform of 2M real values: M complex bins, for M a power of two from 16 up.
///
/// z[n] = x[n] + i x[n+M] is taken at the M roots of t^M = i. A product of two spectra is the convolution of the two
/// windows modulo t^M - i: the first M values as they are, and the next M, which a cyclic convolution would add to the
/// first, apart as the second half of the window. Bins come in no particular order; there is no bin for zero or for half
/// the sampling rate.
///
/// Transforms are real-time safe and may run on several threads at once. `init` allocates.
/// Source: H. V. Sorensen et al., "Real-valued fast Fourier transform algorithms", 1987; R. Crandall and B. Fagin,
/// "Discrete weighted transforms and large-integer arithmetic", 1994.
public final class RealFFT: Sendable {
  /// M: complex points, half the real window's length.
  public let points: Int
  /// The loops of the transform: the widest whose smallest group of blocks fits M.
  let loops: VectorLoops
  private let memory: Memory
  /// Valid for the object's lifetime.
  nonisolated(unsafe) let plan: UnsafePointer<TransformPlan>

  /// Precondition: `points` is a power of two, at least 16.
  /// - Parameter isCancelled: asked now and then; once it has said so transforms mean nothing.
  public init(points: Int, precision: Precision, instructionSet: InstructionSet = .best, unless isCancelled: () -> Bool = { false }) {
    precondition(points >= 16 && points & (points - 1) == 0, "a transform has a power of two of points from 16 up, not \(points)")
    self.points = points
    let tables = InstructionSet.available.filter { $0 <= instructionSet }.map { VectorLoops.table(precision, $0) }
    loops = tables.last { $0.group_points <= points }!
    let twiddles = TwiddlePlan(points: points, loops: loops, unless: isCancelled)
    memory = Memory(byteCount: twiddles.byteCount, unless: isCancelled)
    plan = twiddles.write(to: memory.base, unless: isCancelled)
  }

  /// Transforms 2M real values.
  ///
  /// - Parameters:
  ///   - input: 2M scalars of the transform's precision.
  ///   - spectrum: 2M scalars, M real parts and then M imaginary ones; apart from `input`.
  @_noLocks @_noAllocation
  public func forward(_ input: UnsafeRawPointer, to spectrum: UnsafeMutableRawPointer) {
    loops.forward(plan, input, to: spectrum)
  }

  /// Transforms M real values followed by M zeros, which `input` does not hold.
  @_noLocks @_noAllocation
  public func forwardZeroPadded(_ input: UnsafeRawPointer, to spectrum: UnsafeMutableRawPointer) {
    loops.forwardZeroPadded(plan, input, to: spectrum)
  }

  /// Transforms M real values followed by M zeros into tiles `stride` scalars apart; `re` and `im` are room for M scalars each.
  func forwardZeroPadded(
    _ input: UnsafeRawPointer, re: UnsafeMutableRawPointer, im: UnsafeMutableRawPointer, tiles: UnsafeMutableRawPointer, stride: Int
  ) {
    loops.firstPass(plan, input, re: re, im: im, columns: 0..<points / firstRadix)
    let (pass, blocks) = firstRadix == 2 ? (0, 2) : (1, 4)
    loops.forwardBlocks(plan, re: re, im: im, pass: pass, blocks: 0..<blocks, to: tiles, stride: stride)
  }

  /// The radix of the first pass and of the inverse's last one.
  var firstRadix: Int { plan.pointee.radix2_twiddles == nil ? 4 : 2 }

  /// Transforms a spectrum back to 2M real values times M, in place.
  @_noLocks @_noAllocation
  public func inverse(_ spectrum: UnsafeMutableRawPointer) {
    loops.inverse(plan, inPlace: spectrum)
  }

  var region: UnsafeRawBufferPointer { memory.region }
}
