import ALSA
import Clocks

/// What was found of the clocks of two devices that ran together, for when they do so again: after they were unplugged, or at
/// another rate.
struct KnownClocks: Sendable {
  private let capture: String
  private let playback: String
  private let finding: ClockFinding

  init(capture: Negotiated, playback: Negotiated, finding: ClockFinding) {
    (self.capture, self.playback, self.finding) = (capture.name, playback.name, finding)
  }

  /// Nil where they were others.
  func finding(of capture: Negotiated, _ playback: Negotiated) -> ClockFinding? {
    capture.name == self.capture && playback.name == self.playback ? finding : nil
  }
}
