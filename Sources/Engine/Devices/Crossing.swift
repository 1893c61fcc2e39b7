import Buffers
import ALSA
import BlockProcessing
import Clocks
import Convolution

/// What crosses from the capture device's clock to the playback device's: the matcher, and the memory that it is fed from.
final class Crossing: @unchecked Sendable {
  let matcher: UnsafeMutablePointer<RateMatcher>
  private let captured: Memory
  private let planes: Planes

  /// - Parameter finding: what was found of both clocks before; nil: nothing.
  init(capture: Device, block: Int, queueFrames: Int, finding: ClockFinding?) {
    let granted = capture.negotiated
    matcher = .allocate(capacity: 1)
    matcher.initialize(
      to: RateMatcher(
        block: block, rate: granted.rate, channels: granted.channels, queueFrames: queueFrames, periodFrames: granted.periodFrames,
        bufferFrames: granted.bufferFrames, finding: finding))
    captured = Memory(byteCount: block * capture.stream.frameBytes)
    planes = Planes(channels: granted.channels, frames: block)
  }

  deinit {
    matcher.deinitialize(count: 1)
    matcher.deallocate()
  }

  /// What has been found of both clocks. Not while the audio thread has the devices.
  var finding: ClockFinding? { matcher.pointee.finding }

  /// Frames that it adds between capture and playback.
  var addedFrames: Int { matcher.pointee.addedFrames }

  /// The library's own memory is not among them.
  var regions: [UnsafeRawBufferPointer] { matcher.pointee.regions + [captured.region, planes.region] }

  /// - Parameter silence: as much as the playback buffer holds.
  func buffers(silence: UnsafeRawPointer) -> ResampledDuplex.Buffers {
    ResampledDuplex.Buffers(silence: silence, captured: captured.base, planes: UnsafePointer(planes.pointers))
  }
}
