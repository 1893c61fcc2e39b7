import Numbers

/// What follows the sound of a file of the WAV family: other chunks, or sound that its header does not count.
enum WaveTrailer {
  /// Names of what taggers append to files of any kind, in its first bytes.
  private static let tags = ["TAG", "ID3", "APETAGEX", "LYRICSBEGIN"].map { Array($0.utf8) }
  /// Zeros that fill a file up to a sector or a page of a medium.
  private static let mostZeros = 4_096

  /// Reads the rest of a file, of whose sound all bytes were read.
  ///
  /// - Throws: there is what would be lost: other bytes, a second sound, or another file.
  static func check(_ input: ByteInput, _ header: WaveHeader, _ metadata: inout SoundMetadata) throws(AudioFileError) {
    try check(input, header.container, header.size, frameBytes: header.frameBytes, &metadata)
  }

  /// - Parameter frameBytes: of the least that is a sound.
  static func check(
    _ input: ByteInput, _ container: WaveContainer, _ size: WaveSize, frameBytes: Int, _ metadata: inout SoundMetadata
  ) throws(AudioFileError) {
    var chunks = WaveChunks(container, input)
    if case .bytes(let bytes) = size { try chunks.passPadding(after: bytes) }
    while true {
      let head = try input.peek(16)
      if head.isEmpty || tags.contains(where: { head.starts(with: $0) }) { return }
      switch try chunks.next() {
      case .end(let count):
        // Less than a frame is no sound.
        if count < frameBytes { return }
        if try isFilledUp(input) { return }
        throw uncounted(input.name, size)
      case .other:
        if try isFilledUp(input) { return }
        throw uncounted(input.name, size)
      case .chunk(let chunk):
        if let fault = second(chunk.name) { throw AudioFileError(.badData, "\(input.name): \(fault)") }
        let isKnown = WaveChunks.known.contains(chunk.name)
        do throws(AudioFileError) { try metadata.take(chunk, chunks, isBefore: false) } catch {
          // A known chunk that is cut off takes no sound with it.
          if isKnown && error.cause == .badData { return }
          throw error.cause == .badData ? uncounted(input.name, size) : error
        }
      }
    }
  }

  private static func second(_ name: String) -> String? {
    switch name {
    case "data": "it has two data chunks, where one is allowed: save it anew with the program that made it"
    case "RIFF", "RIFX", "RF64", "BW64", "riff": "another file begins after its sound: cut them apart"
    default: nil
    }
  }

  /// Whether nothing is left, or a tag, or a few zeros.
  static func isHarmless(_ input: ByteInput) throws(AudioFileError) -> Bool {
    let head = try input.peek(16)
    if tags.contains(where: { head.starts(with: $0) }) { return true }
    return try isFilledUp(input)
  }

  /// Whether only a few zeros are left.
  private static func isFilledUp(_ input: ByteInput) throws(AudioFileError) -> Bool {
    let rest = try input.peek(mostZeros + 1)
    return rest.count <= mostZeros && rest.allSatisfy { $0 == 0 }
  }

  private static func uncounted(_ name: String, _ size: WaveSize) -> AudioFileError {
    guard case .bytes(let bytes) = size else {
      return AudioFileError(.badData, "\(name): its header is damaged: other bytes than chunks follow its sound")
    }
    return AudioFileError(
      .badData,
      "\(name): its header says \(quantity(bytes, "byte")) of sound, and more follow that are no chunk: if they are sound, sox --ignore-length copies all of it"
    )
  }
}
