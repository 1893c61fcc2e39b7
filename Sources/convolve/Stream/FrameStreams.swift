import AudioFile
import Numbers
import Platform

/// A source of frames, read once from start to end. Any thread may use it, one at a time.
protocol FrameSource: AnyObject, Sendable {
  var channelCount: Int { get }
  /// nil if unknown before the end.
  var frameCount: Int? { get }
  /// The layout of the samples that `read` delivers.
  var stored: StoredEncoding { get }

  /// Reads the next frames: as many as fit into `bytes`, or fewer at the end. Returns how many.
  func read(into bytes: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Int

  /// Reads at least so many of the next frames, if need be not as many as fit into `bytes`; fewer than `least` at the end. Returns how
  /// many.
  func read(into bytes: UnsafeMutableRawBufferPointer, least: Int) throws(AudioFileError) -> Int
}

extension FrameSource {
  func read(into bytes: UnsafeMutableRawBufferPointer, least: Int) throws(AudioFileError) -> Int { try read(into: bytes) }
}

/// A sink of frames, written once from start to end. Any thread may use it, one at a time.
protocol FrameSink: AnyObject, Sendable {
  /// What messages call it.
  var name: String { get }
  /// The layout of the samples that `write` takes.
  var stored: StoredEncoding { get }

  /// Writes whole frames.
  func write(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError)

  /// Makes the file appear under its name.
  func commit() throws(AudioFileError)
}

extension SoundSource: FrameSource {}
extension SoundSink: FrameSink {}
extension ArraySink: FrameSink {}
extension RawSink: FrameSink {}

extension RawSource: FrameSource {
  var channelCount: Int { format.channelCount }
  var frameCount: Int? { nil }
}

extension ArraySource: FrameSource {
  var channelCount: Int { 1 }
  var frameCount: Int? { count }
}

extension FrameSource {
  var frameBytes: Int { channelCount * stored.bytes }

  /// Reads the next `frames` frames, or fewer at the end.
  func head(_ frames: Int) throws(AudioFileError) -> [UInt8] {
    // Memory grows with the frames that are present, in a list that doubles.
    let need = saturatedProduct(min(frames, frameCount ?? frames), frameBytes, 3)
    try AudioFileError.checkMemory(need, for: "the kernel's \(quantity(frames, "tap"))")
    let part = UnsafeMutableRawBufferPointer.allocate(byteCount: min(frames, 16_384) * frameBytes, alignment: 16)
    defer { part.deallocate() }
    var head: [UInt8] = []
    while head.count < frames * frameBytes {
      let room = UnsafeMutableRawBufferPointer(rebasing: part[..<min(part.count, frames * frameBytes - head.count)])
      let count = try read(into: room)
      if count == 0 { break }
      head += room[..<(count * frameBytes)]
    }
    return head
  }

  /// Decodes one channel of frames that were read.
  func samples(_ bytes: [UInt8], channel: Int) -> [Double] {
    let frames = bytes.count / frameBytes
    return [Double](unsafeUninitializedCapacity: frames) { samples, count in
      bytes.withUnsafeBytes {
        stored.decode($0.baseAddress!, channel: channel, of: channelCount, frames: frames, into: samples.baseAddress!)
      }
      count = frames
    }
  }
}

/// Frames in memory.
final class HeldFrames: FrameSource, @unchecked Sendable {
  let stored = StoredEncoding.double
  private let channels: [[Double]]
  private var position = 0

  /// - Parameter channels: at least one; all have equal lengths.
  init(_ channels: [[Double]]) { self.channels = channels }

  var channelCount: Int { channels.count }
  var frameCount: Int? { channels[0].count }

  func read(into bytes: UnsafeMutableRawBufferPointer) -> Int {
    let frames = min(bytes.count / frameBytes, channels[0].count - position)
    for (channel, values) in channels.enumerated() {
      values.withUnsafeBufferPointer {
        stored.encode(
          doubles: $0.baseAddress! + position, channel: channel, of: channelCount, frames: frames, into: bytes.baseAddress!)
      }
    }
    position += frames
    return frames
  }
}
