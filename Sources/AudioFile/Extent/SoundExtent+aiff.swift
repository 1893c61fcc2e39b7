import Numbers

// AIFF and AIFF-C. Their chunks are those of RIFX by other names.
//
// Source: Apple, Audio Interchange File Format 1.3 (1989); AIFF-C, draft of 1991
extension SoundExtent {
  /// What the COMM chunk says.
  private struct Common {
    var frames: Int
    /// nil for a compression.
    var frameBytes: Int?
  }

  init(aiff input: ByteInput) throws(AudioFileError) {
    let isCompressible = try input.read(upTo: 12).suffix(4).elementsEqual("AIFC".utf8)
    var chunks = WaveChunks(.rifx, input)
    var common: Common?
    var sound: (declared: Int?, present: Int)?
    reading: while case .chunk(let chunk) = try chunks.next() {
      switch chunk.name {
      case "COMM":
        guard common == nil else { throw WaveChunks.damaged(input.name, "it has two COMM chunks") }
        common = try Self.common(chunks.contents(chunk, first: 22), isCompressible, input.name)
      case "SSND":
        guard sound == nil else { throw WaveChunks.damaged(input.name, "it has two SSND chunks") }
        let found = try Self.sound(chunk, input)
        sound = found
        guard let declared = found.declared, declared <= found.present else { break reading }
        try chunks.pass(chunk, read: 8)
      case "FORM" where sound != nil: throw Self.another(input.name)
      default:
        if sound == nil {
          try chunks.pass(chunk)
          continue
        }
        // What is cut off after the sound takes none of it along.
        guard try input.skip(chunk.size) else { break reading }
        try chunks.passPadding(after: chunk.size)
      }
    }
    try self.init(common, sound, input)
  }

  private init(_ common: Common?, _ sound: (declared: Int?, present: Int)?, _ input: ByteInput) throws(AudioFileError) {
    guard let common else { throw WaveChunks.damaged(input.name, "it has no COMM chunk before its end: is it truncated?") }
    guard let sound else {
      // Silence needs no chunk.
      if common.frames == 0 {
        self.init(declared: 0, present: 0, frameBytes: common.frameBytes)
        return
      }
      throw AudioFileError(
        .badData,
        "\(input.name): it is truncated: its header says \(quantity(common.frames, "frame")), and it ends before its sound: copy it again")
    }
    if let declared = sound.declared, declared <= sound.present { try Self.checkRest(input, declared) }
    self.init(
      declared: sound.declared, present: sound.present, frameBytes: common.frameBytes,
      frames: sound.declared == nil || common.frameBytes == nil ? nil : common.frames, alignment: 2)
  }

  /// Reads what stands before the sound in its chunk: an offset and the size of blocks.
  private static func sound(_ chunk: WaveChunks.Chunk, _ input: ByteInput) throws(AudioFileError) -> (declared: Int?, present: Int) {
    let head = try input.read(upTo: 8)
    guard head.count == 8, let left = input.bytesLeft else { throw short(input.name) }
    let offset = WaveContainer.rifx.integer(head, at: 0, 4)
    let isOpen = chunk.size == 0 || WaveHeader.isUnknown(chunk.size, isLong: false)
    guard isOpen || chunk.size >= 8 + offset, left >= offset else {
      let said = "its SSND chunk says \(quantity(chunk.size, "byte")), and that \(offset) of them stand before the sound"
      throw WaveChunks.damaged(input.name, said)
    }
    return (isOpen ? nil : chunk.size - 8 - offset, left - offset)
  }

  private static func common(_ content: [UInt8], _ isCompressible: Bool, _ name: String) throws(AudioFileError) -> Common {
    guard content.count >= (isCompressible ? 22 : 18) else {
      throw WaveChunks.damaged(name, "its COMM chunk has \(quantity(content.count, "byte")), and needs \(isCompressible ? 22 : 18)")
    }
    func number(_ offset: Int, _ bytes: Int) -> Int { WaveContainer.rifx.integer(content, at: offset, bytes) }
    let kind = isCompressible ? String(decoding: content[18..<22], as: UTF8.self) : "NONE"
    let width: Int?
    switch kind {
    case "NONE", "twos", "sowt", "in24", "ni24", "42ni", "in32", "ni32", "23ni": width = (number(6, 2) + 7) / 8
    case "fl32", "FL32": width = 4
    case "fl64", "FL64": width = 8
    case "raw ", "ulaw", "ULAW", "alaw", "ALAW": width = 1
    default: width = nil
    }
    return Common(frames: number(2, 4), frameBytes: width.map { $0 * number(0, 2) })
  }
}
