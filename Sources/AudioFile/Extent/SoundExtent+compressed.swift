// A compression in a file of the WAV family.
//
// Source: Multimedia Data Standards Update (1994): WAVE_FORMAT_ADPCM, WAVE_FORMAT_DVI_ADPCM, WAVE_FORMAT_GSM610, fact
extension SoundExtent {
  init(compressed container: WaveContainer, _ input: ByteInput) throws(AudioFileError) {
    _ = try input.skip(container.headBytes)
    var chunks = WaveChunks(container, input)
    var (blocks, fact): (CompressedBlocks?, Int?) = (nil, nil)
    while case .chunk(let chunk) = try chunks.next() {
      switch chunk.name {
      case "data":
        let isOpen = chunk.size == 0 || WaveHeader.isUnknown(chunk.size, isLong: container == .w64)
        let present = input.bytesLeft ?? 0
        self.init(declared: isOpen ? nil : chunk.size, present: present)
        mostFrames = blocks?.frames(bytes: isOpen ? present : chunk.size, fact: isOpen ? nil : fact)
        var ignored = SoundMetadata()
        if !isOpen, try input.skip(chunk.size) { try WaveTrailer.check(input, container, .bytes(chunk.size), frameBytes: 1, &ignored) }
        return
      case "fmt ": blocks = CompressedBlocks(try chunks.contents(chunk, first: 16), container)
      case "fact":
        let content = try chunks.contents(chunk, first: 8)
        let width = container == .w64 ? 8 : 4
        fact = content.count < width ? nil : container.integer(content, at: 0, width)
      default: try chunks.pass(chunk)
      }
    }
    throw WaveChunks.damaged(input.name, "it has no data chunk")
  }
}

/// Blocks that hold equally many frames each, in equally many bytes.
private struct CompressedBlocks {
  private var bytes, frames: Int

  /// nil for compressions of other kinds.
  init?(_ format: [UInt8], _ container: WaveContainer) {
    guard format.count == 16 else { return nil }
    func number(_ offset: Int) -> Int { container.integer(format, at: offset, 2) }
    let channels = number(2)
    bytes = number(12)
    guard channels > 0, bytes > 0 else { return nil }
    switch number(0) {
    // Before the samples, four bits each, a block has two of each channel with its scales, or one.
    case WaveFormat.Tag.microsoftADPCM: frames = 2 * (bytes - 7 * channels) / channels + 2
    case WaveFormat.Tag.imaADPCM: frames = 2 * (bytes - 4 * channels) / channels + 1
    case WaveFormat.Tag.gsm: frames = 320
    default: return nil
    }
    if frames <= 0 { return nil }
  }

  /// Frames that so many bytes hold.
  ///
  /// - Parameter fact: frames by the header, which counts what the last block holds; ignored if it says another number of blocks.
  func frames(bytes count: Int, fact: Int?) -> Int? {
    // One byte more is padding. More than that is the beginning of a block.
    let blocks = count / bytes + (count % bytes > 1 ? 1 : 0)
    let (most, overflow) = blocks.multipliedReportingOverflow(by: frames)
    if overflow { return nil }
    if let fact, fact < most, fact > most - frames { return fact }
    return most
  }
}
