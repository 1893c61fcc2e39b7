import Analysis

// What is done to the taps of a finished kernel.

extension DesignedKernel {
  /// Leaves out taps at both ends that are quieter than `decibels` below the peak; a louder one between stays.
  ///
  /// - Parameter ratio: a magnitude as a share of the peak's, below 1; 0 leaves out zeros alone.
  /// - Returns: nil if there is no sound.
  public func trimmed(below ratio: Double) -> DesignedKernel? {
    let peak = peak.magnitude
    guard peak > 0, let first = taps.firstIndex(where: { abs($0) > peak * ratio }),
      let last = taps.lastIndex(where: { abs($0) > peak * ratio })
    else { return nil }
    var result = self
    result.taps = Array(taps[first...last])
    result.delayFrames -= first
    return result
  }

  /// Moves the peak to a tap: with zeros in front, or without what comes earlier.
  ///
  /// - Precondition: `tap` is not negative.
  public func aligned(peakAt tap: Int) -> DesignedKernel {
    precondition(tap >= 0, "a tap has an index of 0 or more, not \(tap)")
    let shift = tap - peak.tap
    var result = self
    result.taps = shift >= 0 ? [Double](repeating: 0, count: shift) + taps : Array(taps[(-shift)...])
    result.delayFrames += shift
    return result
  }

  /// The other polarity.
  public var inverted: DesignedKernel { scaled(by: -1) }

  /// A largest |H| of 1. nil if there is no sound.
  public var normalised: DesignedKernel? {
    let peak = peak.magnitude
    guard peak > 0 else { return nil }
    let largest = FrequencyResponse(taps: taps.map { $0 / peak }).largestGain().magnitude
    return scaled(by: 1 / peak).scaled(by: 1 / largest)
  }

  private func scaled(by factor: Double) -> DesignedKernel {
    var result = self
    result.taps = taps.map { $0 * factor }
    return result
  }

  /// The first tap of the largest magnitude.
  private var peak: (tap: Int, magnitude: Double) {
    taps.indices.reduce((0, 0)) { abs(taps[$1]) > $0.1 ? ($1, abs(taps[$1])) : $0 }
  }
}
