import ALSA
import Convolution

/// What the audio thread's devices need for as long as it has them: the devices themselves, and memory.
final class Attachment: @unchecked Sendable {
  let capture: Device?
  let playback: Device?
  let queueFrames: Int
  /// Handed to the audio thread, and freed with this object.
  let devices: UnsafeMutablePointer<Devices>
  private let frames: Memory
  /// As much as the playback buffer holds.
  private let silence: Memory

  init(capture: Device, playback: Device, block: Int, queueFrames: Int) {
    self.capture = capture
    self.playback = playback
    self.queueFrames = queueFrames
    silence = Memory(byteCount: playback.stream.frameBytes * playback.negotiated.bufferFrames)
    let duplex = Duplex(
      capture: capture.stream, playback: playback.stream, block: block, queueFrames: queueFrames,
      silence: UnsafeRawPointer(silence.base))
    let capturedBytes = block * capture.stream.frameBytes
    frames = Memory(byteCount: capturedBytes + block * playback.stream.frameBytes)
    devices = Self.makeDevices(.devices(duplex), frames.base, frames.base + capturedBytes)
  }

  init(_ recording: Recording, block: Int) {
    (capture, playback) = (nil, nil)
    queueFrames = recording.queueFrames
    silence = Memory(byteCount: 0)
    let bytes = block * recording.channels * recording.format.bytes
    frames = Memory(byteCount: 2 * bytes)
    devices = Self.makeDevices(.recording(recording), frames.base, frames.base + bytes)
  }

  deinit { devices.deallocate() }

  var regions: [UnsafeRawBufferPointer] { [frames.region, silence.region] }

  private static func makeDevices(
    _ endpoints: Endpoints, _ captured: UnsafeMutableRawPointer, _ played: UnsafeMutableRawPointer
  ) -> UnsafeMutablePointer<Devices> {
    let devices = UnsafeMutablePointer<Devices>.allocate(capacity: 1)
    devices.initialize(to: Devices(endpoints: endpoints, captured: captured, played: played))
    return devices
  }
}
