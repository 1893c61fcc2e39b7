import Buffers
import CIntrinsics
import Vector

/// A route's taps as a plan needs them: direct taps as they are, the others as spectra.
///
/// Immutable; convolvers share it. Made off the audio thread.
public final class PreparedKernel: Sendable {
  /// Everything that a kernel depends on: equal keys make equal kernels.
  struct Key: Hashable, Sendable {
    var response: ImpulseResponse
    var gain: Double
    var delay: Int
    var plan: Plan
    var precision: Precision
    var instructionSet: InstructionSet

    init(_ route: Route, plan: Plan, precision: Precision, instructionSet: InstructionSet) {
      (response, gain, delay, self.plan) = (route.response, route.gain, route.delay, plan)
      (self.precision, self.instructionSet) = (precision, instructionSet)
    }
  }

  /// The partitions of one level that are not all zero.
  struct Spectra: Sendable {
    var partitions: Range<Int>
    /// Bytes from the kernel's start to the first tile; for each tile, the partitions in order.
    fileprivate(set) var offset: Int
  }

  let key: Key
  /// Direct taps: the first is `directStart` frames back, the others follow, padded with zeros to `directTaps`.
  let directStart: Int
  let directTaps: Int
  /// One for each level of the plan.
  let spectra: [Spectra]
  private let memory: Memory

  /// - Complexity: O(taps log size).
  ///
  /// - Parameter isCancelled: the kernel is not whole once it has said so.
  init(_ route: Route, _ key: Key, transforms: [RealFFT], isCancelled: () -> Bool) {
    self.key = key
    let loops = VectorLoops.table(key.precision, key.instructionSet)
    let extent = route.extent
    let direct = extent.clamped(to: 0..<key.plan.directTaps)
    directStart = direct.lowerBound
    directTaps = (direct.count + loops.direct_taps - 1) / loops.direct_taps * loops.direct_taps
    var parts = MemoryParts()
    _ = parts.reserve(directTaps * loops.scalar_bytes)
    var spectra: [Spectra] = []
    for (index, fft) in transforms.enumerated() {
      let taps = key.plan.taps(of: index, end: extent.upperBound)
      let partitions = partitionRange(of: extent, in: taps, size: fft.points)
      spectra.append(Spectra(partitions: partitions, offset: parts.reserve(partitions.count * 2 * fft.points * loops.scalar_bytes)))
    }
    self.spectra = spectra
    memory = Memory(byteCount: parts.byteCount)
    let taps = { (range: Range<Int>) in range.map { extent.contains($0) ? route.response.taps[$0 - route.delay] * route.gain : 0 } }
    let first = taps(direct.lowerBound..<direct.upperBound)
    loops.convert(first, to: memory.base, count: first.count)
    for (index, fft) in transforms.enumerated() {
      let level = key.plan.taps(of: index, end: extent.upperBound)
      for (place, partition) in spectra[index].partitions.enumerated() where !isCancelled() {
        let start = level.lowerBound + partition * fft.points
        let end = min(start + fft.points, level.upperBound)
        store(taps(start..<end), fft, at: memory.base + spectra[index].offset, place: place, of: spectra[index].partitions.count)
      }
    }
  }

  /// The memory that the audio thread reads.
  public var region: UnsafeRawBufferPointer { memory.region }

  var base: UnsafeRawPointer { UnsafeRawPointer(memory.base) }

  private func store(_ taps: [Double], _ fft: RealFFT, at base: UnsafeMutableRawPointer, place: Int, of count: Int) {
    let loops = fft.loops
    // The inverse transform multiplies by its points, a power of two: the kernel is divided by it, exactly.
    let scale = 1 / Double(fft.points)
    let scaled = taps.map { $0 * scale } + [Double](repeating: 0, count: fft.points - taps.count)
    let window = Memory(byteCount: 3 * fft.points * loops.scalar_bytes)
    loops.convert(scaled, to: window.base, count: fft.points)
    let tile = 2 * loops.tile_bins
    let re = window.base + fft.points * loops.scalar_bytes
    fft.forwardZeroPadded(
      window.base, re: re, im: re + fft.points * loops.scalar_bytes, tiles: base + place * tile * loops.scalar_bytes, stride: count * tile)
  }
}
