import PCM
import Synchronization

/// What the control side sets for the output. The audio thread reads it before each block, without waiting.
package struct OutputSettings: ~Copyable, @unchecked Sendable {
  /// Whether the output is audible. The audio thread closes it where a sample exceeds the ceiling.
  package let open = Atomic<Bool>(true)
  /// Whether the output is silent in spite of `open`, until the control side clears this.
  package let held = Atomic<Bool>(false)
  /// The bits of a float64: the factor on every sample.
  package let volume = Atomic<UInt64>(1.0.bitPattern)
  package let isDithered = Atomic<Bool>(false)
  /// The bits of a float64: the largest magnitude that may be played; infinity: any.
  package let ceiling = Atomic<UInt64>(Double.infinity.bitPattern)
  /// The bits of the magnitude that exceeded the ceiling and closed the output; 0: none did.
  package let excess = Atomic<UInt64>(0)
  /// How often the ceiling has closed the output.
  package let closures = Atomic<Int>(0)

  package init() {}
}

/// The last steps of a block: volume, ceiling, dither, and encoding in the device's format.
///
/// `init` allocates, all else is real-time safe.
package struct OutputStage: ~Copyable {
  private var volume: VolumeRamp
  private var dither: Dither
  private let channels: Int
  private let block: Int

  /// - Parameter rampFrames: the length of a change of volume.
  package init(channels: Int, block: Int, rampFrames: Int) {
    (self.channels, self.block) = (channels, block)
    volume = VolumeRamp(rampFrames: rampFrames)
    dither = Dither(channels: channels, seed: .random(in: 0 ... .max))
  }

  /// The memory that the other methods touch.
  package var regions: [UnsafeRawBufferPointer] { volume.regions + [dither.region] }

  /// Takes one block through all steps.
  ///
  /// Where a sample exceeds the ceiling, the output closes: `settings` say so.
  /// - Parameters:
  ///   - y: a block of each channel, full scale 1. Left as it is played.
  ///   - wasSilent: whether the output was silent before this block, so that the volume need not ramp.
  ///   - isSilent: whether it is silent now. Silence that follows silence is not dithered.
  ///   - bits: bits of an integer that the device uses; nil: `format` is floating point, which is not dithered.
  ///   - frames: room for a block of interleaved frames.
  /// - Returns: whether the block was within the ceiling, and how many samples were out of the format's range and are clipped.
  @_noLocks @_noAllocation
  package mutating func process(
    _ y: UnsafePointer<UnsafeMutablePointer<Double>>, _ settings: borrowing OutputSettings, wasSilent: Bool, isSilent: Bool,
    as format: SampleFormat, bits: Int?, to frames: UnsafeMutableRawPointer
  ) -> (isWithinCeiling: Bool, clippedSamples: Int) {
    let factor = Double(bitPattern: settings.volume.load(ordering: .relaxed))
    volume.apply(factor, to: y, channels: channels, frames: block, atOnce: wasSilent)
    let isWithinCeiling = limit(y, settings)
    if let bits, !wasSilent || !isSilent && isWithinCeiling, settings.isDithered.load(ordering: .relaxed) {
      dither.apply(y, count: block, bits: bits)
    }
    return (isWithinCeiling, format.encode(y, count: block, channels: channels, to: frames))
  }

  @_noLocks @_noAllocation
  private func limit(_ y: UnsafePointer<UnsafeMutablePointer<Double>>, _ settings: borrowing OutputSettings) -> Bool {
    let ceiling = Ceiling(magnitude: Double(bitPattern: settings.ceiling.load(ordering: .relaxed)))
    guard let excess = ceiling.enforce(on: y, channels: channels, frames: block) else { return true }
    settings.excess.store(excess.bitPattern, ordering: .relaxed)
    settings.closures.add(1, ordering: .relaxed)
    settings.open.store(false, ordering: .releasing)
    return false
  }
}
