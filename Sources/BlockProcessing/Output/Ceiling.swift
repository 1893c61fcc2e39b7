/// The magnitude that no sample of the output may exceed.
///
/// Real-time safe.
package struct Ceiling: Sendable {
  private let magnitude: Double

  /// - Parameter magnitude: full scale is 1; infinity: no ceiling.
  @_noLocks @_noAllocation
  package init(magnitude: Double) { self.magnitude = magnitude }

  /// Fades every channel to silence before the first frame that exceeds the ceiling, and silences the rest of the block.
  ///
  /// - Returns: the largest magnitude of that frame; nil: the block is within the ceiling, and untouched.
  @_noLocks @_noAllocation
  package func enforce(on y: UnsafePointer<UnsafeMutablePointer<Double>>, channels: Int, frames: Int) -> Double? {
    var first = frames
    for channel in 0..<channels where !areWithin(magnitude, y[channel], count: frames) {
      var n = 0
      while n < first && abs(y[channel][n]) <= magnitude { n &+= 1 }
      first = n
    }
    guard first < frames else { return nil }
    var excess = 0.0
    for channel in 0..<channels { excess = max(excess, abs(y[channel][first])) }
    for channel in 0..<channels {
      let samples = y[channel]
      for n in 0..<first { samples[n] *= 1 - Fade.weight(Double(n &+ 1) / Double(first)) }
      for n in first..<frames { samples[n] = 0 }
    }
    return excess
  }
}
