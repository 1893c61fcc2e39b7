import ALSA
import ConfigurationFile

/// Both devices of a configuration, open.
package struct DevicePair: Sendable {
  package let capture: Device
  package let playback: Device

  /// Opens capture first: how late its periods may make a block is what the playback buffer holds besides its periods.
  package init(_ configuration: Configuration) throws(DeviceError) {
    capture = try Device(Self.request(configuration.capture, .capture, configuration, periods: Self.capturePeriods(configuration)))
    playback = try Device(
      Self.request(
        configuration.playback, .playback, configuration, periods: configuration.playback.periods + 1,
        extraFrames: capture.negotiated.periodFrames))
  }

  /// What is captured can wait for longer than the playback queue lasts, which adds nothing to the delay.
  package static func capturePeriods(_ configuration: Configuration) -> Int { max(8, 2 * configuration.playback.periods) }

  /// Whether what is captured must be resampled. Devices of no card are programs, which mostly follow one clock.
  package func isResampled(_ clock: Configuration.Device.Clock) -> Bool {
    Self.isResampled(clock, captureCard: capture.card, playbackCard: playback.card)
  }

  package static func isResampled(_ clock: Configuration.Device.Clock, captureCard: Int?, playbackCard: Int?) -> Bool {
    switch clock {
    case .auto: captureCard != playbackCard
    case .shared: false
    case .resampled: true
    }
  }

  package static func request(
    _ device: Configuration.Device, _ direction: Direction, _ configuration: Configuration, periods: Int, extraFrames: Int = 0
  ) -> DeviceRequest {
    DeviceRequest(
      name: device.device, direction: direction, format: device.format, rate: configuration.rate, channels: device.channels,
      periodFrames: configuration.block, periods: periods, extraFrames: extraFrames)
  }
}
