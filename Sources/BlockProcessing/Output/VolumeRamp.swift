import Convolution

/// A factor on every output, which moves along the course of a `Fade` from one volume to the next.
///
/// `init` allocates, all else is real-time safe.
package struct VolumeRamp: ~Copyable {
  /// The factor at the beginning of the ramp; without a ramp, the present one.
  private var factor = 1.0
  private var target = 1.0
  /// Frames into the ramp.
  private var moved = 0
  private let fade: Fade

  package init(rampFrames: Int) { fade = Fade(frames: rampFrames) }

  package var regions: [UnsafeRawBufferPointer] { [fade.region] }

  /// Scales one block. A factor of 1 does not touch samples.
  ///
  /// - Parameters:
  ///   - wanted: the factor to move to. A ramp ends before the next one begins: a broken ramp clicks.
  ///   - atOnce: whether the output was silent before, so that the factor need not ramp.
  @_noLocks @_noAllocation
  package mutating func apply(
    _ wanted: Double, to y: UnsafePointer<UnsafeMutablePointer<Double>>, channels: Int, frames: Int, atOnce: Bool
  ) {
    if atOnce || moved == 0 { target = wanted }
    if atOnce { (factor, moved) = (wanted, 0) }
    if factor == target && factor == 1 { return }
    let ramped = factor == target ? 0 : min(frames, fade.frames &- moved)
    let (start, difference, weights) = (factor, target - factor, fade.weights + moved)
    for channel in 0..<channels {
      let samples = y[channel]
      for n in 0..<ramped { samples[n] *= start + difference * weights[n] }
      for n in ramped..<frames { samples[n] *= target }
    }
    moved &+= ramped
    if moved == fade.frames { (factor, moved) = (target, 0) }
  }
}
