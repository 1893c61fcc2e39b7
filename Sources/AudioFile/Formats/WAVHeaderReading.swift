extension WAVHeader {
  /// Reads up to the first sample.
  ///
  /// - Throws: it is no WAV, ends too early, or holds other samples than PCM of 16, 24 or 32 bits or floating point.
  init(_ stream: ByteStream) throws(AudioFileError) {
    let riff = try Self.signature(stream)
    var sizes: (data: Int, isKnown: Bool)?
    var header: WAVHeader?
    while true {
      let chunk = try stream.read(8)
      let size = chunk.integer(at: 4, bytes: 4)
      switch String(decoding: chunk[..<4], as: UTF8.self) {
      case "ds64":
        guard size >= 28 else { throw Self.malformed(stream, "its ds64 chunk has \(size) bytes") }
        let content = try stream.read(28)
        sizes = (content.integer(at: 8, bytes: 8), true)
        try stream.skip(size - 28 + size % 2)
      case "fmt ":
        // 40 bytes are the most that are defined.
        guard size >= 16 else { throw Self.malformed(stream, "its fmt chunk has \(size) bytes") }
        let content = try stream.read(min(size, 40))
        header = try WAVHeader(fmt: content, stream)
        try stream.skip(size - content.count + size % 2)
      case "data":
        guard var header else { throw Self.malformed(stream, "its samples come before their format") }
        header.isRF64 = riff == "RF64"
        if size == 0xFFFF_FFFF, let sizes {
          header.dataBytes = sizes.data > 0 ? sizes.data : nil
        } else {
          header.dataBytes = Self.isUnknown(size) ? nil : size
        }
        if let bytes = header.dataBytes, bytes % header.frameBytes != 0 {
          throw Self.malformed(stream, "\(bytes) bytes of sound are no whole number of frames of \(header.frameBytes)")
        }
        self = header
        return
      default:
        try stream.skip(size + size % 2)
      }
    }
  }

  private static func signature(_ stream: ByteStream) throws(AudioFileError) -> String {
    let bytes = try stream.read(upTo: 12)
    if bytes.isEmpty { throw AudioFileError(.badData, "\(stream.name): it is empty: send a WAV file") }
    let riff = String(decoding: bytes.prefix(4), as: UTF8.self)
    guard bytes.count == 12, riff == "RIFF" || riff == "RF64", bytes[8...].elementsEqual("WAVE".utf8) else {
      throw AudioFileError(.badData, "\(stream.name): it is no WAV: a pipe takes WAV or RF64, name files of other kinds")
    }
    return riff
  }

  private static func malformed(_ stream: ByteStream, _ fault: String) -> AudioFileError {
    AudioFileError(.badData, "\(stream.name): its WAV header is damaged: \(fault)")
  }

  /// - Parameter fmt: 16 to 40 bytes.
  private init(fmt: [UInt8], _ stream: ByteStream) throws(AudioFileError) {
    var tag = fmt.integer(at: 0, bytes: 2)
    let (channels, rate) = (fmt.integer(at: 2, bytes: 2), fmt.integer(at: 4, bytes: 4))
    let (frameBytes, bits) = (fmt.integer(at: 12, bytes: 2), fmt.integer(at: 14, bytes: 2))
    if tag == WAVFormatTag.extensible, fmt.count == 40, fmt[26...].elementsEqual(WAVFormatTag.guidTail) {
      tag = fmt.integer(at: 24, bytes: 2)
    }
    // libsndfile has the same limit.
    guard (1...1_024).contains(channels) else { throw Self.malformed(stream, "it says \(channels) channels") }
    guard (1...Int(Int32.max)).contains(rate) else { throw Self.malformed(stream, "it says \(rate) Hz") }
    guard let encoding = Self.encoding(tag, bits: bits) else {
      let kind = tag == WAVFormatTag.pcm ? "\(bits)-bit PCM" : tag == WAVFormatTag.float ? "\(bits)-bit float" : "of format \(tag)"
      throw AudioFileError(
        .badData,
        "\(stream.name): its samples are \(kind): a pipe takes PCM of 16, 24 or 32 bits, or float of 32 or 64")
    }
    self.init(encoding: encoding, channelCount: channels, sampleRate: rate, dataBytes: nil)
    guard frameBytes == self.frameBytes else {
      throw AudioFileError(
        .badData,
        "\(stream.name): its header says \(channels) x \(bits) bits and frames of \(frameBytes) bytes, which do not agree: convert it with what wrote it"
      )
    }
  }

  private static func encoding(_ tag: Int, bits: Int) -> SampleEncoding? {
    switch (tag, bits) {
    case (WAVFormatTag.pcm, 16): .s16
    // Fewer bits lie in the upper ones of as many bytes.
    case (WAVFormatTag.pcm, 17...24): .s24
    case (WAVFormatTag.pcm, 25...32): .s32
    case (WAVFormatTag.float, 32): .float
    case (WAVFormatTag.float, 64): .double
    default: nil
    }
  }
}

extension [UInt8] {
  /// A little-endian integer of up to 8 bytes; beyond `Int.max` that.
  fileprivate func integer(at offset: Int, bytes: Int) -> Int {
    let value = self[offset..<offset + bytes].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(clamping: value)
  }
}
