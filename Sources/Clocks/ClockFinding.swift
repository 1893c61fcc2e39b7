/// What two devices' clocks were found to be: where to begin when the same two run again.
public struct ClockFinding: Sendable, Equatable {
  /// Captured frames for a played one.
  public var ratio: Double
  /// How far the capture device's rate is from the nominal one, by CLOCK_MONOTONIC, as a share.
  public var captureDeviation: Double
  /// The same of the playback device.
  public var playbackDeviation: Double

  public init(ratio: Double, captureDeviation: Double, playbackDeviation: Double) {
    (self.ratio, self.captureDeviation, self.playbackDeviation) = (ratio, captureDeviation, playbackDeviation)
  }
}
