import CALSA
import PCM

/// The parameters that a device offers.
public struct DeviceOffer: Sendable, Equatable {
  /// Those of `usualRates` that it offers, in Hz, ascending.
  public var rates: [Int]
  public var channels: ClosedRange<Int>
  /// The formats that it offers, best first.
  public var formats: [SampleFormat]

  public static let usualRates = [
    8000, 11025, 16000, 22050, 32000, 44100, 48000, 64000, 88200, 96000, 176_400, 192_000, 352_800, 384_000,
  ]

  /// Opens a device, queries it without setting anything, and closes it. Not real-time safe.
  /// Source: snd_pcm_hw_params_any(3), snd_pcm_hw_params_test_rate(3).
  public init(of name: String, _ direction: Direction) throws(DeviceError) {
    let handle = try Device.open(name, direction)
    defer { snd_pcm_close(handle) }
    let check = CallCheck(device: name, direction: direction)
    let parameters = try HardwareParameters.allocate(check)
    defer { snd_pcm_hw_params_free(parameters) }
    try check("snd_pcm_hw_params_any", snd_pcm_hw_params_any(handle, parameters))
    // Leaves out the rates that a plug-in would resample.
    try check("snd_pcm_hw_params_set_rate_resample", snd_pcm_hw_params_set_rate_resample(handle, parameters, 0))
    rates = Self.usualRates.filter { snd_pcm_hw_params_test_rate(handle, parameters, UInt32($0), 0) == 0 }
    formats = SampleFormat.preferred.filter { snd_pcm_hw_params_test_format(handle, parameters, $0.alsa) == 0 }
    var (least, most): (UInt32, UInt32) = (0, 0)
    try check("snd_pcm_hw_params_get_channels_min", snd_pcm_hw_params_get_channels_min(parameters, &least))
    try check("snd_pcm_hw_params_get_channels_max", snd_pcm_hw_params_get_channels_max(parameters, &most))
    channels = Int(least)...Int(max(least, most))
  }
}
