import Numbers

/// Triangular noise of two steps' width, added before samples are rounded: the error is then noise of a constant level,
/// whatever the signal. Source: S. P. Lipshitz, R. A. Wannamaker and J. Vanderkooy, "Quantization and dither", 1992.
///
/// Each channel has a generator of its own (`SplitMix64`). `init` allocates; `round` is real-time safe.
public struct Dither: ~Copyable {
  private let channels: Int
  private let states: UnsafeMutablePointer<SplitMix64>

  /// - Parameter seed: different seeds, and the channels of one, give different noise.
  public init(channels: Int, seed: UInt64) {
    self.channels = channels
    states = .allocate(capacity: max(1, channels))
    for channel in 0..<channels {
      states[channel] = SplitMix64(seed: SplitMix64.mixed(seed &+ UInt64(channel) &* 0xD134_2543_DE82_EF95))
    }
  }

  deinit { states.deallocate() }

  /// What `round` touches, to be locked in memory.
  public var region: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: states, count: max(1, channels) * 8) }

  /// Adds the noise and rounds to whole steps, half to even; what is out of range stays so.
  ///
  /// Complexity: O(count · channels).
  /// - Parameter bits: of a sample; a step is 2^(1 - bits) of full scale.
  @_noLocks @_noAllocation
  public mutating func round(
    _ planes: UnsafePointer<UnsafeMutablePointer<Double>>, count: Int, bits: Int
  ) {
    let scale = Double(1 << (bits &- 1))
    let step = 1 / scale
    // Adding 1.5 * 2^52 leaves no bit below one.
    let rounder = 0x1.8p52
    for channel in 0..<channels {
      let samples = planes[channel]
      var random = states[channel]
      for n in 0..<count {
        let noise = random.next()
        // The difference of two evenly spread numbers of 32 bits.
        let difference = Int64(noise & 0xFFFF_FFFF) &- Int64(noise >> 32)
        samples[n] = ((samples[n] * scale + Double(difference) * 0x1p-32) + rounder - rounder) * step
      }
      states[channel] = random
    }
  }
}
