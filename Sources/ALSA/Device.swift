import CALSA
import Glibc
import PCM

/// What is asked of a device.
public struct DeviceRequest: Sendable, Equatable {
  public var name: String
  public var direction: Direction
  /// nil: the best that the device offers.
  public var format: SampleFormat?
  /// Frames a second.
  public var rate: Int
  public var channels: Int
  /// Frames wanted a period: the engine's block. What is granted may differ.
  public var periodFrames: Int
  /// Periods that the buffer must hold, as wanted or as granted, whichever are longer; and frames beside them.
  public var periods: Int
  public var extraFrames: Int

  public init(
    name: String, direction: Direction, format: SampleFormat?, rate: Int, channels: Int, periodFrames: Int, periods: Int,
    extraFrames: Int = 0
  ) {
    self.name = name
    self.direction = direction
    self.format = format
    self.rate = rate
    self.channels = channels
    self.periodFrames = periodFrames
    self.periods = periods
    self.extraFrames = extraFrames
  }
}

/// What was granted: read back from the device, not what was asked for.
public struct Negotiated: Sendable, Equatable {
  public var name: String
  public var format: SampleFormat
  /// Bits of an integer sample that the device uses, at most those of the format; nil: it has floating point.
  public var significantBits: Int?
  public var rate: Int
  public var channels: Int
  public var periodFrames: Int
  public var bufferFrames: Int
}

/// An open ALSA device, ready to start. Closed when the last reference goes.
///
/// Not real-time safe; `stream` is what the audio thread uses.
public final class Device: @unchecked Sendable {
  public let negotiated: Negotiated
  public let stream: Stream
  private let direction: Direction
  private let pcm: OpaquePointer

  /// Opens a device and negotiates its parameters: rate, channels and format exactly, period and buffer as near as it can.
  /// Source: snd_pcm_open(3), snd_pcm_hw_params(3).
  public init(_ request: DeviceRequest) throws(DeviceError) {
    let handle = try Self.open(request.name, request.direction)
    do throws(DeviceError) {
      negotiated = try HardwareParameters.negotiate(handle, request)
      try Device.setSoftware(handle, request, negotiated)
    } catch {
      snd_pcm_close(handle)
      throw error
    }
    self.direction = request.direction
    pcm = handle
    stream = Stream(pcm: handle, negotiated: negotiated)
  }

  deinit { snd_pcm_close(pcm) }

  /// Source: snd_pcm_open(3)
  static func open(_ name: String, _ direction: Direction) throws(DeviceError) -> OpaquePointer {
    _ = library
    var handle: OpaquePointer?
    let stream = direction == .capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK
    let opened = snd_pcm_open(&handle, name, stream, Int32(SND_PCM_NONBLOCK))
    guard opened >= 0, let handle else { throw .cannotOpen(device: name, direction: direction, errno: -opened) }
    return handle
  }

  /// The number of the sound card; nil for a device of software only. Source: snd_pcm_info_get_card(3).
  public var card: Int? {
    var info: OpaquePointer?
    guard snd_pcm_info_malloc(&info) >= 0, let info else { return nil }
    defer { snd_pcm_info_free(info) }
    guard snd_pcm_info(pcm, info) >= 0 else { return nil }
    let card = snd_pcm_info_get_card(info)
    return card < 0 ? nil : Int(card)
  }

  /// Has the thread woken when `frames` frames can be read or written, and no longer before. For a device that does not run.
  public func wake(at frames: Int) throws(DeviceError) {
    let failed = { (call: String, code: Int32) in
      DeviceError.failed(device: self.negotiated.name, direction: self.direction, call: call, errno: -code)
    }
    var parameters: OpaquePointer?
    var code = snd_pcm_sw_params_malloc(&parameters)
    guard code >= 0 else { throw failed("snd_pcm_sw_params_malloc", code) }
    defer { snd_pcm_sw_params_free(parameters) }
    code = snd_pcm_sw_params_current(pcm, parameters)
    guard code >= 0 else { throw failed("snd_pcm_sw_params_current", code) }
    code = snd_pcm_sw_params_set_avail_min(pcm, parameters, snd_pcm_uframes_t(frames))
    guard code >= 0 else { throw failed("snd_pcm_sw_params_set_avail_min", code) }
    code = snd_pcm_sw_params(pcm, parameters)
    guard code >= 0 else { throw failed("snd_pcm_sw_params", code) }
  }

  /// What has to be said to alsa-lib once, before the first device.
  static let library: Void = {
    calsa_silence()
    // Each stream is one thread's: without this, plug-ins take a lock in every call.
    setenv("LIBASOUND_THREAD_SAFE", "0", 1)
  }()

  /// Streams start and stop only when told to, and wake their thread when a period has passed.
  private static func setSoftware(_ pcm: OpaquePointer, _ request: DeviceRequest, _ granted: Negotiated) throws(DeviceError) {
    func check(_ call: String, _ code: Int32) throws(DeviceError) {
      guard code >= 0 else { throw .failed(device: request.name, direction: request.direction, call: call, errno: -code) }
    }
    var parameters: OpaquePointer?
    try check("snd_pcm_sw_params_malloc", snd_pcm_sw_params_malloc(&parameters))
    defer { snd_pcm_sw_params_free(parameters) }
    try check("snd_pcm_sw_params_current", snd_pcm_sw_params_current(pcm, parameters))
    var boundary: snd_pcm_uframes_t = 0
    try check("snd_pcm_sw_params_get_boundary", snd_pcm_sw_params_get_boundary(parameters, &boundary))
    try check("snd_pcm_sw_params_set_start_threshold", snd_pcm_sw_params_set_start_threshold(pcm, parameters, boundary))
    let wake = snd_pcm_uframes_t(min(request.periodFrames, granted.bufferFrames / 2))
    try check("snd_pcm_sw_params_set_avail_min", snd_pcm_sw_params_set_avail_min(pcm, parameters, wake))
    try check("snd_pcm_sw_params", snd_pcm_sw_params(pcm, parameters))
  }
}
