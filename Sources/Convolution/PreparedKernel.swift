import CIntrinsics
import Vector

/// The taps of one route in the form that a convolver of one block length reads: as they are, or as spectra.
///
/// Immutable, so that convolvers share it; made off the audio thread.
public final class PreparedKernel: Sendable {
  public let taps: Int
  public let plan: Plan
  let precision: Precision
  let block: Int
  private let memory: Memory

  /// Direct form: taps, h[0] first. Partitions: tiles of 16 bins, for each tile the partitions in order.
  var base: UnsafeRawPointer { UnsafeRawPointer(memory.base) }

  /// Complexity: O(taps log block).
  /// - Parameters:
  ///   - taps: the impulse response, finite, at least one.
  ///   - block: frames that the convolver takes at once, at least one.
  ///   - plan: how to cut it; the cheapest by default.
  public init(
    taps: [Double], block: Int, precision: Precision = .float64, instructionSet: InstructionSet = .best, plan: Plan? = nil
  ) throws(ConvolutionError) {
    precondition(block >= 1, "a block has at least one frame")
    guard !taps.isEmpty else { throw .emptyKernel }
    if let index = taps.firstIndex(where: { !$0.isFinite }) { throw .tapNotFinite(index: index, value: taps[index]) }
    self.taps = taps.count
    self.precision = precision
    self.block = block
    let plan = plan ?? .cheapest(taps: taps.count, block: block, costs: .shipped(precision))
    self.plan = plan
    let loops = VectorLoops.table(precision, instructionSet)
    switch plan.sections[0] {
    case .direct:
      memory = Memory(byteCount: taps.count * loops.scalar_bytes)
      loops.convert(taps, to: memory.base, count: taps.count)
    case .partitions(let size, let count):
      precondition(size == block && count * size >= taps.count, "partitions are as long as the block and cover the kernel")
      memory = Self.spectra(taps, size: size, count: count, precision: precision, instructionSet: instructionSet)
    }
  }

  /// The number of partitions; 0 in the direct form.
  var partitions: Int {
    if case .partitions(_, let count) = plan.sections[0] { count } else { 0 }
  }

  /// What the audio thread reads.
  public var region: UnsafeRawBufferPointer { memory.region }

  private static func spectra(
    _ taps: [Double], size: Int, count: Int, precision: Precision, instructionSet: InstructionSet
  ) -> Memory {
    let fft = RealFFT(points: transformPoints(block: size), precision: precision, instructionSet: instructionSet)
    let loops = fft.loops
    let tileScalars = 2 * tileBins
    let memory = Memory(byteCount: 2 * fft.points * count * loops.scalar_bytes)
    let frame = Memory(byteCount: fft.points * loops.scalar_bytes)
    let spectrum = Memory(byteCount: 2 * fft.points * loops.scalar_bytes)
    // The inverse transform multiplies by its points: the kernel takes that back, exactly, since it is a power of two.
    let scale = 1 / Double(fft.points)
    for partition in 0..<count {
      let range = partition * size..<min(taps.count, (partition + 1) * size)
      let scaled = (0..<size).map { range.lowerBound + $0 < range.upperBound ? taps[range.lowerBound + $0] * scale : 0 }
      loops.convert(scaled, to: frame.base, count: size)
      fft.forwardZeroPadded(frame.base, to: spectrum.base)
      loops.storeTiles(
        spectrum.base, points: fft.points, to: memory.base + partition * tileScalars * loops.scalar_bytes, stride: count * tileScalars)
    }
    return memory
  }
}
