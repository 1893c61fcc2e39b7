import Numbers

/// Triangular noise, two steps wide, added before samples are rounded: the error is then noise of constant power, whatever the
/// signal. Source: S. P. Lipshitz, R. A. Wannamaker and J. Vanderkooy, "Quantization and dither", 1992.
///
/// Each channel has its own generator (`SplitMix64`). `init` allocates, `apply` is real-time safe.
package struct Dither: ~Copyable {
  private let channels: Int
  private let states: UnsafeMutablePointer<SplitMix64>

  /// - Parameter seed: different seeds give different noise, and so do the channels of one seed.
  package init(channels: Int, seed: UInt64) {
    self.channels = channels
    states = .allocate(capacity: max(1, channels))
    for channel in 0..<channels {
      states[channel] = SplitMix64(seed: SplitMix64.mixed(seed &+ UInt64(channel) &* 0xD134_2543_DE82_EF95))
    }
  }

  deinit { states.deallocate() }

  /// The memory that `apply` touches.
  package var region: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: states, count: max(1, channels) * 8) }

  /// Adds the noise and rounds to whole steps, half to even, without clipping.
  ///
  /// Complexity: O(count · channels).
  /// - Parameter bits: bits of a sample; a step is 2^(1 - bits), full scale is 1.
  @_noLocks @_noAllocation
  package mutating func apply(
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
        // The difference of two uniform numbers of 32 bits.
        let difference = Int64(noise & 0xFFFF_FFFF) &- Int64(noise >> 32)
        samples[n] = ((samples[n] * scale + Double(difference) * 0x1p-32) + rounder - rounder) * step
      }
      states[channel] = random
    }
  }
}
