import CSndfile

/// The header of a WAV or RF64 stream in a pipe, which libsndfile refuses.
///
/// Source: Multimedia Programming Interface and Data Specifications 1.0 (1991); EBU Tech 3306 (RF64)
struct WAVHeader: Equatable {
  var encoding: SampleEncoding
  var channelCount: Int
  /// Hz.
  var sampleRate: Int
  /// nil if the writer did not know the length.
  var dataBytes: Int?
  var isRF64 = false

  var frameBytes: Int { channelCount * StoredEncoding(encoding).bytes }

  var properties: SoundProperties {
    SoundProperties(
      format: AudioFormat((isRF64 ? AudioContainer.rf64 : .wav).major | encoding.subtype), sampleRate: sampleRate,
      channelCount: channelCount, frameCount: dataBytes.map { $0 / frameBytes }, stored: StoredEncoding(encoding))
  }

  /// Whether a size is one that programs write which cannot seek back: zero, or nearly the largest, signed or unsigned.
  static func isUnknown(_ size: Int) -> Bool {
    size == 0 || (0x7FFF_0000...0x8000_0000).contains(size) || (0xFFFF_0000...0xFFFF_FFFF).contains(size)
  }
}

/// WAVE_FORMAT_...
enum WAVFormatTag {
  static let pcm = 1
  static let float = 3
  static let extensible = 0xFFFE

  /// The bytes after the tag in an extensible header's GUID.
  static let guidTail: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
}

extension WAVHeader {
  /// Reads a stream up to its first sample.
  ///
  /// - Throws: the stream is no WAV, ends too early, or its samples are neither PCM of 16, 24 or 32 bits nor floating point.
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
        // The longest defined format has 40 bytes.
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
          throw Self.malformed(stream, "\(bytes) bytes of sound are not a whole number of frames of \(header.frameBytes)")
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
      throw AudioFileError(.badData, "\(stream.name): it is not a WAV file: a pipe takes WAV or RF64; for other kinds name a file")
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
        "\(stream.name): its header says \(channels) x \(bits) bits and frames of \(frameBytes) bytes, which do not agree: convert it where it was made"
      )
    }
  }

  private static func encoding(_ tag: Int, bits: Int) -> SampleEncoding? {
    switch (tag, bits) {
    case (WAVFormatTag.pcm, 16): .s16
    // Samples of other widths are left-justified in whole bytes.
    case (WAVFormatTag.pcm, 17...24): .s24packed
    case (WAVFormatTag.pcm, 25...32): .s32
    case (WAVFormatTag.float, 32): .float
    case (WAVFormatTag.float, 64): .double
    default: nil
    }
  }
}

extension [UInt8] {
  /// A little-endian integer of up to 8 bytes, at most `Int.max`.
  fileprivate func integer(at offset: Int, bytes: Int) -> Int {
    let value = self[offset..<offset + bytes].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(clamping: value)
  }
}

extension WAVHeader {
  /// The bytes before the first sample. Sizes that are unknown or too large for a WAV are written as the largest, which readers of
  /// pipes take for "to the end".
  ///
  /// Samples of more than 16 bits, and more than two channels, get the extensible header that the specification asks for.
  var bytes: [UInt8] {
    let fmt = isExtensible ? extensibleFormat : format(tag: tag)
    let fact = encoding.bits == nil ? "fact".utf8 + little(4, 4) + little(dataBytes.map { $0 / frameBytes } ?? Self.unknown, 4) : []
    let chunks = "WAVEfmt ".utf8 + little(fmt.count, 4) + fmt + fact + "data".utf8
    // Compared before it is added to: a header that was read may say up to Int.max.
    let isKnown = dataBytes.map { $0 < Self.unknown - chunks.count - 5 } ?? false
    let total = isKnown ? chunks.count + 4 + dataBytes! + dataBytes! % 2 : Self.unknown
    return "RIFF".utf8 + little(total, 4) + chunks + little(isKnown ? dataBytes! : Self.unknown, 4)
  }

  private static let unknown = 0xFFFF_FFFF

  private var isExtensible: Bool { channelCount > 2 || encoding.bits.map { $0 > 16 } ?? false }

  private var tag: Int { encoding.bits == nil ? WAVFormatTag.float : WAVFormatTag.pcm }

  private var extensibleFormat: [UInt8] {
    // Front centre; front left and right; no positions for more channels.
    let mask = channelCount == 1 ? 4 : channelCount == 2 ? 3 : 0
    let extra = little(22, 2) + little(sampleBits, 2) + little(mask, 4) + little(tag, 2) + WAVFormatTag.guidTail
    return format(tag: WAVFormatTag.extensible) + extra
  }

  private func format(tag: Int) -> [UInt8] {
    let start = little(tag, 2) + little(channelCount, 2) + little(sampleRate, 4)
    return start + little(sampleRate * frameBytes, 4) + little(frameBytes, 2) + little(sampleBits, 2)
  }

  private var sampleBits: Int { StoredEncoding(encoding).bytes * 8 }
}

/// `value` in `bytes` little-endian bytes; the largest value that these hold if it does not fit.
private func little(_ value: Int, _ bytes: Int) -> [UInt8] {
  let value = min(value, 1 << (8 * bytes) - 1)
  return (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
