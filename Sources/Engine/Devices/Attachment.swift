import ALSA
import Buffers
import Clocks
import Convolution
import PCM

/// Running devices as the audio thread needs them. Constant for as long as they are open, but for `fault`.
struct Devices {
  let ends: StreamEnds
  /// Whether captured samples are integers, and come as captured, not resampled.
  let isCapturingIntegers: Bool
  let playbackFormat: SampleFormat
  /// Bits of a played integer that the device uses; nil: floating point.
  let playbackBits: Int?
  /// Frames that playback has left when a block is due.
  let queueFrames: Int
  /// Frames from one iteration to the next after which the capture device, unserved, runs over.
  let captureBufferFrames: Int
  /// Frames from one iteration to the next after which the playback device, unserved, runs dry.
  let playbackBufferFrames: Int
  /// Room for a block in the playback format.
  let played: UnsafeMutableRawPointer
  /// Why the audio thread has given the devices back.
  var fault: DeviceFault?

  @_noLocks @_noAllocation
  func bufferedFrames(_ direction: Direction) -> Int {
    switch direction {
    case .capture: captureBufferFrames
    case .playback: playbackBufferFrames
    }
  }
}

/// The audio thread's devices, and the memory that they need for as long as it has them.
final class Attachment: @unchecked Sendable {
  let capture: Device?
  let playback: Device?
  /// Handed to the audio thread, and freed with this object.
  let devices: UnsafeMutablePointer<Devices>
  /// A block as captured, then a block as played.
  private let frames: Memory
  /// As much silence as the playback buffer holds.
  private let silence: Memory
  /// Nil: both devices share a clock.
  private let matcher: UnsafeMutablePointer<RateMatcher>?
  /// A block on its way to the matcher.
  private let planes: Planes

  /// - Parameters:
  ///   - resampled: whether each device has its own clock.
  ///   - finding: both clocks as measured before; nil: not measured.
  init(capture: Device, playback: Device, block: Int, queueFrames: Int, resampled: Bool, finding: ClockFinding?) {
    self.capture = capture
    self.playback = playback
    let (input, output) = (capture.stream, playback.stream)
    frames = Memory(byteCount: block * (input.frameBytes + output.frameBytes))
    silence = Memory(byteCount: output.frameBytes * output.bufferFrames)
    planes = Planes(channels: resampled ? input.channels : 0, frames: block)
    let buffers = Duplex.Buffers(silence: silence.base, captured: frames.base)
    let ends: StreamEnds
    if resampled {
      let matcher = Self.allocate(
        RateMatcher(
          block: block, rate: input.rate, channels: input.channels, queueFrames: queueFrames, periodFrames: input.periodFrames,
          bufferFrames: input.bufferFrames, finding: finding))
      ends = .resampled(
        Self.allocate(
          ResampledDuplex(
            capture: input, playback: output, block: block, queueFrames: queueFrames, matcher: matcher, buffers: buffers,
            planes: UnsafePointer(planes.pointers))))
      self.matcher = matcher
    } else {
      ends = .devices(
        Self.allocate(Duplex(capture: input, playback: output, block: block, queueFrames: queueFrames, buffers: buffers)))
      matcher = nil
    }
    devices = Self.allocate(
      Devices(
        ends: ends, isCapturingIntegers: !resampled && input.format.bits != nil, playbackFormat: output.format,
        playbackBits: output.significantBits, queueFrames: queueFrames, captureBufferFrames: input.bufferFrames,
        playbackBufferFrames: queueFrames + block, played: frames.base + block * input.frameBytes))
  }

  init(_ recording: Recording, block: Int) {
    (capture, playback, matcher) = (nil, nil, nil)
    frames = Memory(byteCount: block * recording.channels * recording.format.bytes)
    silence = Memory(byteCount: 0)
    planes = Planes(channels: 0, frames: block)
    let (format, queueFrames) = (recording.format, recording.queueFrames)
    devices = Self.allocate(
      Devices(
        ends: .recording(Self.allocate(recording)), isCapturingIntegers: format.bits != nil, playbackFormat: format,
        playbackBits: format.bits,
        queueFrames: queueFrames, captureBufferFrames: queueFrames, playbackBufferFrames: queueFrames, played: frames.base))
  }

  deinit {
    devices.pointee.ends.deallocate()
    devices.deallocate()
    matcher?.deinitialize(count: 1)
    matcher?.deallocate()
  }

  var queueFrames: Int { devices.pointee.queueFrames }

  /// The memory that the audio thread touches, except libsamplerate's own.
  var regions: [UnsafeRawBufferPointer] { [frames.region, silence.region, planes.region] + (matcher?.pointee.regions ?? []) }

  /// Both clocks as measured, once the audio thread has given the devices back; nil: not measured, or there is one clock.
  var clocks: KnownClocks? {
    guard let capture, let playback, let finding = matcher?.pointee.finding else { return nil }
    return KnownClocks(capture: capture.negotiated.name, playback: playback.negotiated.name, finding: finding)
  }

  /// Frames that the resampler adds; nil: there is none.
  var resamplerFrames: Int? { matcher?.pointee.addedFrames }

  private static func allocate<Value: ~Copyable>(_ value: consuming Value) -> UnsafeMutablePointer<Value> {
    let pointer = UnsafeMutablePointer<Value>.allocate(capacity: 1)
    pointer.initialize(to: value)
    return pointer
  }
}

/// The measured clocks of two devices, for when the same two run together again: after they were unplugged, or at another rate.
struct KnownClocks: Sendable {
  let capture: String
  let playback: String
  let finding: ClockFinding

  /// Nil: the clocks are those of other devices.
  func finding(of capture: Negotiated, _ playback: Negotiated) -> ClockFinding? {
    capture.name == self.capture && playback.name == self.playback ? finding : nil
  }
}
