import BlockProcessing
import PCM
import Synchronization

/// What the control side sets of the output, and the audio thread reads before each block.
struct OutputSettings: ~Copyable, @unchecked Sendable {
  /// Whether the output is to be heard. The audio thread closes it where the ceiling is exceeded.
  let open = Atomic<Bool>(true)
  /// Whether it is silent all the same, until the control side lets go of it.
  let held = Atomic<Bool>(false)
  /// The bits of a float64: the factor on every sample.
  let volume = Atomic<UInt64>(1.0.bitPattern)
  let isDithered = Atomic<Bool>(false)
  /// The bits of a float64: the largest magnitude that may be played; infinity: any.
  let ceiling = Atomic<UInt64>(Double.infinity.bitPattern)
  /// The bits of the magnitude that exceeded the ceiling and closed the output; 0: none did.
  let excess = Atomic<UInt64>(0)
  /// Times that the ceiling has closed the output.
  let closures = Atomic<Int>(0)
}

/// The last steps of a block on the audio thread, before it is encoded: volume, ceiling, dither.
///
/// Everything but `init` is real-time safe.
struct OutputStage: ~Copyable {
  private var volume: VolumeRamp
  private var dither: Dither
  private let channels: Int
  private let block: Int

  init(channels: Int, block: Int, rampFrames: Int) {
    (self.channels, self.block) = (channels, block)
    volume = VolumeRamp(rampFrames: rampFrames)
    dither = Dither(channels: channels, seed: .random(in: 0 ... .max))
  }

  var regions: [UnsafeRawBufferPointer] { volume.regions + [dither.region] }

  /// Sets the volume and enforces the ceiling, which closes the output where it has to.
  ///
  /// - Parameter atOnce: whether nothing was heard before this block, so that there is no volume to ramp from.
  /// - Returns: whether the output is to go on.
  @_noLocks @_noAllocation
  mutating func limit(
    _ y: UnsafePointer<UnsafeMutablePointer<Double>>, _ settings: borrowing OutputSettings, atOnce: Bool
  ) -> Bool {
    let factor = Double(bitPattern: settings.volume.load(ordering: .relaxed))
    volume.apply(factor, to: y, channels: channels, frames: block, atOnce: atOnce)
    let ceiling = Ceiling(magnitude: Double(bitPattern: settings.ceiling.load(ordering: .relaxed)))
    guard let excess = ceiling.enforce(on: y, channels: channels, frames: block) else { return true }
    settings.excess.store(excess.bitPattern, ordering: .relaxed)
    settings.closures.add(1, ordering: .relaxed)
    settings.open.store(false, ordering: .releasing)
    return false
  }

  /// Dithers, where that is wanted and the device has integers.
  ///
  /// - Parameter bits: those of a sample that the device uses; nil: it has floating point.
  @_noLocks @_noAllocation
  mutating func addDither(
    _ y: UnsafePointer<UnsafeMutablePointer<Double>>, _ settings: borrowing OutputSettings, bits: Int?
  ) {
    guard let bits, settings.isDithered.load(ordering: .relaxed) else { return }
    dither.round(y, count: block, bits: bits)
  }
}
