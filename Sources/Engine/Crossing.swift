import ALSA
import Changeover
import Clocks
import Convolution

/// What crosses from the capture device's clock to the playback device's: the matcher, and the memory that it is fed from.
final class Crossing: @unchecked Sendable {
  let matcher: UnsafeMutablePointer<RateMatcher>
  private let captured: Memory
  private let planes: Planes

  init(capture: Device, block: Int, queueFrames: Int) {
    let granted = capture.negotiated
    matcher = .allocate(capacity: 1)
    matcher.initialize(
      to: RateMatcher(
        block: block, rate: granted.rate, channels: granted.channels, queueFrames: queueFrames, periodFrames: granted.periodFrames,
        bufferFrames: granted.bufferFrames))
    captured = Memory(byteCount: block * capture.stream.frameBytes)
    planes = Planes(channels: granted.channels, frames: block)
  }

  deinit {
    matcher.deinitialize(count: 1)
    matcher.deallocate()
  }

  /// Frames that it adds between capture and playback.
  var addedFrames: Int { matcher.pointee.addedFrames }

  /// The library's own memory is not among them.
  var regions: [UnsafeRawBufferPointer] { matcher.pointee.regions + [captured.region, planes.region] }

  /// - Parameter silence: as much as the playback buffer holds.
  func buffers(silence: UnsafeRawPointer) -> ResampledDuplex.Buffers {
    ResampledDuplex.Buffers(silence: silence, captured: captured.base, planes: UnsafePointer(planes.pointers))
  }
}
