/// Reads the sound of a file of the WAV family: from a pipe, a file or memory, by one header.
final class WaveReader: FrameReader {
  let properties: SoundProperties
  let metadata: SoundMetadata
  private let header: WaveHeader
  private let input: ByteInput
  /// Bytes of whole frames that are still to be read; nil if the sound lasts to the end.
  private var bytesLeft: Int?
  private var bytesRead = 0
  /// Whether what follows the sound was looked at.
  private var isChecked = false
  /// Samples as the file stores them, where they are not delivered so.
  private var raw: [UInt8] = []

  /// Reads the header, and of a file also what follows the sound.
  ///
  /// - Throws: the header is damaged, or contradicts the file; `WaveCompression` if libsndfile may know the samples.
  init(_ container: WaveContainer, _ input: ByteInput) throws {
    self.input = input
    header = try WaveHeader(container, input)
    var metadata = header.metadata
    let frameBytes = header.frameBytes
    if let there = input.bytesLeft {
      switch header.size {
      case .bytes(let bytes):
        if there < bytes / frameBytes * frameBytes {
          throw AudioFileError.truncated(input.name, frames: bytes / frameBytes, of: there / frameBytes)
        }
        bytesLeft = bytes / frameBytes * frameBytes
        try input.beyond(bytes) { [header] () throws(AudioFileError) in try WaveTrailer.check(input, header, &metadata) }
        isChecked = true
      case .open(let said):
        let isFollowed =
          try said > 0 && there > said
          && input.beyond(said) { () throws(AudioFileError) in
            let chunks = WaveChunks(container, input)
            try chunks.passPadding(after: said)
            return try chunks.isAtChunk(filling: input.bytesLeft ?? 0)
          }
        bytesLeft = isFollowed ? said / frameBytes * frameBytes : nil
      }
    } else if case .bytes(let bytes) = header.size {
      bytesLeft = bytes / frameBytes * frameBytes
    }
    self.metadata = metadata
    let frames = (bytesLeft ?? input.bytesLeft).map { $0 / frameBytes }
    let sample = header.format.sample
    properties = SoundProperties(
      format: AudioFormat(
        container: container.name, encoding: sample.encoding, encodingName: sample.name,
        isLossy: sample == .aLaw || sample == .muLaw),
      sampleRate: header.format.sampleRate, channelCount: header.format.channelCount, frameCount: frames,
      isCountSure: input.bytesLeft != nil, stored: sample.stored)
    if bytesLeft == 0 { try checkRest() }
  }

  func read(into bytes: UnsafeMutableRawPointer, frames: Int) throws(AudioFileError) -> Int {
    let (frameBytes, sample) = (header.frameBytes, header.format.sample)
    let wanted = min(frames * frameBytes, try bytesUntilLook())
    if wanted == 0 { return 0 }
    let count: Int
    if sample.isDelivered(isBigEndian: header.container.isBigEndian) {
      count = try input.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: wanted))
      try checkEnd(UnsafeRawBufferPointer(start: bytes, count: count))
    } else {
      count = try readRaw(wanted)
      raw.withUnsafeBytes {
        let whole = UnsafeRawBufferPointer(rebasing: $0[..<(count / frameBytes * frameBytes)])
        if !whole.isEmpty { sample.deliver(whole, isBigEndian: header.container.isBigEndian, to: bytes) }
      }
    }
    bytesLeft? -= count
    if bytesLeft == 0 { try checkRest() }
    return count / frameBytes
  }

  private func readRaw(_ wanted: Int) throws(AudioFileError) -> Int {
    if raw.count < wanted { raw = [UInt8](repeating: 0, count: wanted) }
    let result = raw.withUnsafeMutableBytes { room in
      Result { () throws(AudioFileError) in
        let count = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: room[..<wanted]))
        try checkEnd(UnsafeRawBufferPointer(rebasing: room[..<count]))
        return count
      }
    }
    return try result.get()
  }

  /// Bytes that may be read at once. In a pipe whose header leaves the length open, other chunks may stand after the bytes that it
  /// says.
  private func bytesUntilLook() throws(AudioFileError) -> Int {
    if let bytesLeft { return bytesLeft }
    guard case .open(let said) = header.size, said > 0, input.bytesLeft == nil else { return .max }
    let place = said / header.frameBytes * header.frameBytes
    if bytesRead < place { return place - bytesRead }
    if bytesRead == place, try WaveChunks(header.container, input).isAtKnownChunk() { bytesLeft = 0 }
    return bytesLeft ?? .max
  }

  /// Counts what was read, and refuses a part of a frame at an open end, except the byte that pads an odd length.
  private func checkEnd(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) {
    bytesRead += bytes.count
    let rest = bytes.suffix(bytes.count % header.frameBytes)
    if rest.isEmpty || bytesLeft != nil { return }
    let padding = (header.container.alignment - (bytesRead - rest.count) % header.container.alignment) % header.container.alignment
    if rest.count == padding && rest.allSatisfy({ $0 == 0 }) { return }
    throw AudioFileError(.badData, "\(input.name): it is truncated: it ends within a frame: send all of it")
  }

  /// Looks at what follows the sound, once.
  private func checkRest() throws(AudioFileError) {
    if isChecked { return }
    isChecked = true
    if case .bytes(let bytes) = header.size { _ = try input.skip(bytes % header.frameBytes) }
    var ignored = SoundMetadata()
    try WaveTrailer.check(input, header, &ignored)
  }
}
