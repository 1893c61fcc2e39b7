import CALSA
import Glibc
import PCM

/// The parameters to ask a device for.
public struct DeviceRequest: Sendable, Equatable {
  public var name: String
  public var direction: Direction
  /// Nil: the best that the device offers.
  public var format: SampleFormat?
  /// Frames a second.
  public var rate: Int
  public var channels: Int
  /// Frames of a period: the engine's block. The device may grant others.
  public var periodFrames: Int
  /// Periods that the buffer must hold, each as long as asked for or as granted, whichever is longer.
  public var periods: Int
  /// Frames that the buffer must hold in addition.
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

/// The parameters that a device has granted, read back from it.
public struct Negotiated: Sendable, Equatable {
  public var name: String
  public var format: SampleFormat
  /// Bits of an integer sample that the device uses, at most those of the format; nil: floating point.
  public var significantBits: Int?
  public var rate: Int
  public var channels: Int
  public var periodFrames: Int
  public var bufferFrames: Int
}

/// An open ALSA device, ready to start. Closes with its last reference.
///
/// Not real-time safe; the audio thread uses `stream`.
public final class Device: @unchecked Sendable {
  public let negotiated: Negotiated
  public let stream: Stream
  private let direction: Direction
  private let pcm: OpaquePointer

  /// Opens a device and negotiates its parameters: rate, channels and format exactly, period and buffer as near as possible.
  /// Source: snd_pcm_open(3), snd_pcm_hw_params(3).
  public init(_ request: DeviceRequest) throws(DeviceError) {
    let handle = try Self.open(request.name, request.direction)
    do throws(DeviceError) {
      negotiated = try HardwareParameters.negotiate(handle, request)
      try Self.setSoftware(
        handle, CallCheck(device: request.name, direction: request.direction),
        wakeFrames: min(request.periodFrames, negotiated.bufferFrames / 2))
    } catch {
      snd_pcm_close(handle)
      // alsa-lib's error number says nothing of it.
      if case .failed = error, DeviceName.runsCommand(request.name) {
        throw .runsCommand(device: request.name, direction: request.direction)
      }
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
    let opened = snd_pcm_open(&handle, name, direction.alsa, Int32(SND_PCM_NONBLOCK))
    guard opened >= 0, let handle else { throw .cannotOpen(device: name, direction: direction, errno: -opened) }
    return handle
  }

  /// The number of the sound card; nil: a device of software only. Source: snd_pcm_info_get_card(3).
  public var card: Int? {
    var info: OpaquePointer?
    guard snd_pcm_info_malloc(&info) >= 0, let info else { return nil }
    defer { snd_pcm_info_free(info) }
    guard snd_pcm_info(pcm, info) >= 0 else { return nil }
    let card = snd_pcm_info_get_card(info)
    return card < 0 ? nil : Int(card)
  }

  /// Wakes the thread only when `frames` frames can be read or written. For a stopped device.
  public func wake(at frames: Int) throws(DeviceError) {
    try Self.setSoftware(pcm, CallCheck(device: negotiated.name, direction: direction), wakeFrames: frames)
  }

  /// Sets alsa-lib up, once before the first device.
  static let library: Void = {
    calsa_silence()
    // Each stream belongs to one thread: without this, plug-ins take a lock in every call.
    setenv("LIBASOUND_THREAD_SAFE", "0", 1)
  }()

  /// Makes a stream wake its thread when `wakeFrames` frames can be read or written, and start only by a call.
  private static func setSoftware(_ pcm: OpaquePointer, _ check: CallCheck, wakeFrames: Int) throws(DeviceError) {
    var parameters: OpaquePointer?
    try check("snd_pcm_sw_params_malloc", snd_pcm_sw_params_malloc(&parameters))
    defer { snd_pcm_sw_params_free(parameters) }
    try check("snd_pcm_sw_params_current", snd_pcm_sw_params_current(pcm, parameters))
    var boundary: snd_pcm_uframes_t = 0
    try check("snd_pcm_sw_params_get_boundary", snd_pcm_sw_params_get_boundary(parameters, &boundary))
    try check("snd_pcm_sw_params_set_start_threshold", snd_pcm_sw_params_set_start_threshold(pcm, parameters, boundary))
    try check("snd_pcm_sw_params_set_avail_min", snd_pcm_sw_params_set_avail_min(pcm, parameters, snd_pcm_uframes_t(wakeFrames)))
    try check("snd_pcm_sw_params", snd_pcm_sw_params(pcm, parameters))
  }
}
