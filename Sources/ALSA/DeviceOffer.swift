import CALSA
import PCM

/// What a device can do, as it says itself.
public struct DeviceOffer: Sendable, Equatable {
  /// Those of `usualRates` that it has, Hz, rising.
  public var rates: [Int]
  public var channels: ClosedRange<Int>
  /// Those that are known here, best first.
  public var formats: [SampleFormat]

  public static let usualRates = [
    8000, 11025, 16000, 22050, 32000, 44100, 48000, 64000, 88200, 96000, 176_400, 192_000, 352_800, 384_000,
  ]

  /// Opens a device, asks, and closes it; nothing is set. Not real-time safe.
  /// Source: snd_pcm_hw_params_any(3), snd_pcm_hw_params_test_rate(3).
  public init(of name: String, _ direction: Direction) throws(DeviceError) {
    _ = Device.library
    var handle: OpaquePointer?
    let stream = direction == .capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK
    let opened = snd_pcm_open(&handle, name, stream, Int32(SND_PCM_NONBLOCK))
    guard opened >= 0, let handle else { throw .cannotOpen(device: name, direction: direction, errno: -opened) }
    defer { snd_pcm_close(handle) }
    var allocated: OpaquePointer?
    func check(_ call: String, _ code: Int32) throws(DeviceError) {
      guard code >= 0 else { throw .failed(device: name, direction: direction, call: call, errno: -code) }
    }
    try check("snd_pcm_hw_params_malloc", snd_pcm_hw_params_malloc(&allocated))
    guard let parameters = allocated else { throw .failed(device: name, direction: direction, call: "malloc", errno: 0) }
    defer { snd_pcm_hw_params_free(parameters) }
    try check("snd_pcm_hw_params_any", snd_pcm_hw_params_any(handle, parameters))
    // What a plug-in would resample is not offered.
    try check("snd_pcm_hw_params_set_rate_resample", snd_pcm_hw_params_set_rate_resample(handle, parameters, 0))
    rates = Self.usualRates.filter { snd_pcm_hw_params_test_rate(handle, parameters, UInt32($0), 0) == 0 }
    formats = SampleFormat.preferred.filter { snd_pcm_hw_params_test_format(handle, parameters, $0.alsa) == 0 }
    var (least, most): (UInt32, UInt32) = (0, 0)
    try check("snd_pcm_hw_params_get_channels_min", snd_pcm_hw_params_get_channels_min(parameters, &least))
    try check("snd_pcm_hw_params_get_channels_max", snd_pcm_hw_params_get_channels_max(parameters, &most))
    channels = Int(least)...Int(max(least, most))
  }
}
