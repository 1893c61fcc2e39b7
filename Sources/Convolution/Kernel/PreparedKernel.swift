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

    var extent: Range<Int> { Route(from: 0, to: 0, response: response, gain: gain, delay: delay).extent }
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
  /// What its taps add to the sums of an output: the direct ones, then those of each level.
  let sums: [TapSums]
  private let memory: Memory

  /// - Complexity: O(taps log size).
  ///
  /// - Parameter isCancelled: the kernel is not whole once it has said so.
  init(_ key: Key, transforms: [RealFFT], isCancelled: () -> Bool) {
    self.key = key
    let loops = VectorLoops.table(key.precision, key.instructionSet)
    let extent = key.extent
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
    let used = zip(transforms, spectra).filter { !$1.partitions.isEmpty }.map(\.0)
    let room = KernelRoom(key, loops: loops, points: used.map(\.points).max() ?? 0)
    var sums = [TapSums](repeating: TapSums(key.precision), count: transforms.count + 1)
    room.write(direct, scale: 1, to: memory.base, &sums[0])
    for (index, fft) in transforms.enumerated() {
      let level = key.plan.taps(of: index, end: extent.upperBound)
      let partitions = spectra[index].partitions
      for (place, partition) in partitions.enumerated() where !isCancelled() {
        let start = level.lowerBound + partition * fft.points
        room.transform(
          start..<min(start + fft.points, level.upperBound), fft, to: memory.base + spectra[index].offset, place: place,
          of: partitions.count, &sums[index + 1])
      }
    }
    self.sums = sums
  }

  /// The memory that the audio thread reads.
  public var region: UnsafeRawBufferPointer { memory.region }

  var base: UnsafeRawPointer { UnsafeRawPointer(memory.base) }
}
