/// WAV or RF64 from a pipe.
final class WAVPipeReader: FrameReader {
  let properties: SoundProperties
  private let stream: ByteStream
  /// nil until the end of the stream.
  private var bytesLeft: Int?
  private var bytesRead = 0

  /// Reads the header.
  init(_ stream: ByteStream) throws(AudioFileError) {
    let header = try WAVHeader(stream)
    properties = header.properties
    bytesLeft = header.dataBytes
    self.stream = stream
  }

  func read(into bytes: UnsafeMutableRawPointer, frames: Int) throws(AudioFileError) -> Int {
    let frameBytes = properties.frameBytes
    let wanted = min(frames * frameBytes, bytesLeft ?? .max)
    let count = try stream.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: wanted))
    if bytesLeft == nil {
      let rest = UnsafeRawBufferPointer(start: bytes, count: count).suffix(count % frameBytes)
      bytesRead += count
      // Sounds of an odd length are followed by a byte that is no sound.
      if !rest.isEmpty && !(rest.elementsEqual([0]) && bytesRead % 2 == 0) {
        throw AudioFileError(.badData, "\(stream.name): it is truncated: it ends within a frame")
      }
    }
    bytesLeft? -= count
    return count / frameBytes
  }
}
