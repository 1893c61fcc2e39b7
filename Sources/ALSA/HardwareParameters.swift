import CALSA
import Numbers
import PCM

extension SampleFormat {
  var alsa: snd_pcm_format_t {
    switch self {
    case .s16: SND_PCM_FORMAT_S16_LE
    case .s24in32: SND_PCM_FORMAT_S24_LE
    case .s24packed: SND_PCM_FORMAT_S24_3LE
    case .s32: SND_PCM_FORMAT_S32_LE
    case .float: SND_PCM_FORMAT_FLOAT_LE
    case .double: SND_PCM_FORMAT_FLOAT64_LE
    }
  }

  /// All formats in the order of preference of `auto`: by significant bits, but float64 last, since no converter takes it.
  package static let preferred: [SampleFormat] = [.s32, .float, .s24packed, .s24in32, .s16, .double]
}

/// Negotiates the hardware parameters of one device.
///
/// ALSA rounds period and buffer silently, and would resample: so everything is read back, and the rate must be exact.
struct HardwareParameters: ~Copyable {
  private let pcm: OpaquePointer
  private let parameters: OpaquePointer
  private let request: DeviceRequest
  private let check: CallCheck

  static func negotiate(_ pcm: OpaquePointer, _ request: DeviceRequest) throws(DeviceError) -> Negotiated {
    let parameters = try HardwareParameters(pcm, request)
    try parameters.check("snd_pcm_hw_params_any", snd_pcm_hw_params_any(pcm, parameters.parameters))
    try parameters.setAccess()
    try parameters.setFormat()
    try parameters.setChannels()
    try parameters.setRate()
    try parameters.setSizes()
    return try parameters.commit()
  }

  private init(_ pcm: OpaquePointer, _ request: DeviceRequest) throws(DeviceError) {
    let check = CallCheck(device: request.name, direction: request.direction)
    parameters = try Self.allocate(check)
    (self.pcm, self.request, self.check) = (pcm, request, check)
  }

  deinit { snd_pcm_hw_params_free(parameters) }

  /// Room for ALSA's parameters, to be freed by the caller.
  static func allocate(_ check: CallCheck) throws(DeviceError) -> OpaquePointer {
    var parameters: OpaquePointer?
    let code = snd_pcm_hw_params_malloc(&parameters)
    try check("snd_pcm_hw_params_malloc", code)
    return parameters!
  }

  private func unsupported(_ what: String, offered: String) -> DeviceError {
    .unsupported(device: request.name, direction: request.direction, what: what, offered: offered)
  }

  private func setAccess() throws(DeviceError) {
    try check("snd_pcm_hw_params_set_rate_resample", snd_pcm_hw_params_set_rate_resample(pcm, parameters, 0))
    guard snd_pcm_hw_params_set_access(pcm, parameters, SND_PCM_ACCESS_RW_INTERLEAVED) >= 0 else {
      throw unsupported("interleaved frames", offered: "other layouts: use its plughw: name")
    }
  }

  private func setFormat() throws(DeviceError) {
    let offered = SampleFormat.preferred.filter { snd_pcm_hw_params_test_format(pcm, parameters, $0.alsa) == 0 }
    let list = offered.isEmpty ? "none that is known here" : offered.map(\.rawValue).joined(separator: ", ")
    if let wanted = request.format, !offered.contains(wanted) {
      throw unsupported("the format \(wanted.rawValue)", offered: list + ": set `format: auto`")
    }
    guard let format = request.format ?? offered.first else {
      throw unsupported("a format of \(SampleFormat.preferred.map(\.rawValue).joined(separator: ", "))", offered: list)
    }
    try check("snd_pcm_hw_params_set_format", snd_pcm_hw_params_set_format(pcm, parameters, format.alsa))
  }

  private func setChannels() throws(DeviceError) {
    guard snd_pcm_hw_params_set_channels(pcm, parameters, UInt32(request.channels)) < 0 else { return }
    var (least, most): (UInt32, UInt32) = (0, 0)
    snd_pcm_hw_params_get_channels_min(parameters, &least)
    snd_pcm_hw_params_get_channels_max(parameters, &most)
    throw unsupported(
      quantity(request.channels, "channel"), offered: "\(least == most ? "\(least)" : "\(least) to \(most)"): set `channels` so")
  }

  private func setRate() throws(DeviceError) {
    guard snd_pcm_hw_params_set_rate(pcm, parameters, UInt32(request.rate), 0) < 0 else { return }
    var (least, most): (UInt32, UInt32) = (0, 0)
    snd_pcm_hw_params_get_rate_min(parameters, &least, nil)
    snd_pcm_hw_params_get_rate_max(parameters, &most, nil)
    let one = "\(least) Hz: set `rate: \(least)`, or the program at the other end of a loopback to \(request.rate) Hz"
    throw unsupported("\(request.rate) Hz", offered: least == most ? one : "\(least) to \(most) Hz, not all of them")
  }

  private func setSizes() throws(DeviceError) {
    var period = snd_pcm_uframes_t(request.periodFrames)
    try check("snd_pcm_hw_params_set_period_size_near", snd_pcm_hw_params_set_period_size_near(pcm, parameters, &period, nil))
    var buffer = snd_pcm_uframes_t(request.periods) * max(period, snd_pcm_uframes_t(request.periodFrames))
    buffer += snd_pcm_uframes_t(request.extraFrames)
    try check("snd_pcm_hw_params_set_buffer_size_near", snd_pcm_hw_params_set_buffer_size_near(pcm, parameters, &buffer))
  }

  private func commit() throws(DeviceError) -> Negotiated {
    try check("snd_pcm_hw_params", snd_pcm_hw_params(pcm, parameters))
    var rate: UInt32 = 0
    var channels: UInt32 = 0
    var (period, buffer): (snd_pcm_uframes_t, snd_pcm_uframes_t) = (0, 0)
    var granted = SND_PCM_FORMAT_UNKNOWN
    try check("snd_pcm_hw_params_get_rate", snd_pcm_hw_params_get_rate(parameters, &rate, nil))
    try check("snd_pcm_hw_params_get_channels", snd_pcm_hw_params_get_channels(parameters, &channels))
    try check("snd_pcm_hw_params_get_format", snd_pcm_hw_params_get_format(parameters, &granted))
    try check("snd_pcm_hw_params_get_period_size", snd_pcm_hw_params_get_period_size(parameters, &period, nil))
    try check("snd_pcm_hw_params_get_buffer_size", snd_pcm_hw_params_get_buffer_size(parameters, &buffer))
    guard let format = SampleFormat.allCases.first(where: { $0.alsa == granted }) else {
      throw unsupported("a known format", offered: String(cString: snd_pcm_format_name(granted)))
    }
    // Some drivers do not know: 0 or an error.
    let known = snd_pcm_hw_params_get_sbits(parameters)
    return Negotiated(
      name: request.name, format: format, significantBits: format.bits.map { known > 0 ? min($0, Int(known)) : $0 }, rate: Int(rate),
      channels: Int(channels), periodFrames: Int(period), bufferFrames: Int(buffer))
  }
}
