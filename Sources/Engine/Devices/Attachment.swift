import ALSA
import Buffers
import Clocks
import Convolution
import PCM

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
  /// Nil where both devices share a clock.
  private let crossing: Crossing?

  /// - Parameters:
  ///   - resampled: whether the devices have clocks of their own.
  ///   - finding: what was found of these before; nil: nothing.
  init(capture: Device, playback: Device, block: Int, queueFrames: Int, resampled: Bool, finding: ClockFinding?) {
    self.capture = capture
    self.playback = playback
    self.queueFrames = queueFrames
    silence = Memory(byteCount: playback.stream.frameBytes * playback.negotiated.bufferFrames)
    crossing = resampled ? Crossing(capture: capture, block: block, queueFrames: queueFrames, finding: finding) : nil
    let zeros = UnsafeRawPointer(silence.base)
    let endpoints: Endpoints =
      if let crossing {
        .resampled(
          ResampledDuplex(
            capture: capture.stream, playback: playback.stream, block: block, queueFrames: queueFrames, matcher: crossing.matcher,
            buffers: crossing.buffers(silence: zeros)))
      } else {
        .devices(
          Duplex(capture: capture.stream, playback: playback.stream, block: block, queueFrames: queueFrames, silence: zeros))
      }
    let capturedBytes = block * endpoints.capture.channels * endpoints.capture.format.bytes
    frames = Memory(byteCount: capturedBytes + block * playback.stream.frameBytes)
    devices = Self.makeDevices(endpoints, frames.base, frames.base + capturedBytes)
  }

  init(_ recording: Recording, block: Int) {
    (capture, playback, crossing) = (nil, nil, nil)
    queueFrames = recording.queueFrames
    silence = Memory(byteCount: 0)
    let bytes = block * recording.channels * recording.format.bytes
    frames = Memory(byteCount: 2 * bytes)
    devices = Self.makeDevices(.recording(recording), frames.base, frames.base + bytes)
  }

  deinit { devices.deallocate() }

  var regions: [UnsafeRawBufferPointer] { [frames.region, silence.region] + (crossing?.regions ?? []) }

  /// What has been found of the devices' clocks, once they have been given back; nil: nothing, or there is one clock.
  var clocks: KnownClocks? {
    guard let capture, let playback, let finding = crossing?.finding else { return nil }
    return KnownClocks(capture: capture.negotiated, playback: playback.negotiated, finding: finding)
  }

  /// Frames that the resampler adds; nil where there is none.
  var resamplerFrames: Int? { crossing?.addedFrames }

  private static func makeDevices(
    _ endpoints: Endpoints, _ captured: UnsafeMutableRawPointer, _ played: UnsafeMutableRawPointer
  ) -> UnsafeMutablePointer<Devices> {
    let devices = UnsafeMutablePointer<Devices>.allocate(capacity: 1)
    devices.initialize(to: Devices(endpoints: endpoints, captured: captured, played: played))
    return devices
  }
}
