extension WAVHeader {
  /// Everything up to the first sample. Sizes that are not known, or too large for a WAV, are the largest: readers of pipes
  /// take that for "to the end".
  ///
  /// More than 16 bits or two channels get the extensible header that they should have.
  var bytes: [UInt8] {
    let fmt = isExtensible ? extensibleFormat : plainFormat
    let fact = encoding.bits == nil ? "fact".utf8 + little(4, 4) + little(dataBytes.map { $0 / frameBytes } ?? Self.unknown, 4) : []
    let chunks = "WAVEfmt ".utf8 + little(fmt.count, 4) + fmt + fact + "data".utf8
    let total = dataBytes.map { chunks.count + 4 + $0 + $0 % 2 } ?? Self.unknown
    let isKnown = total < Self.unknown
    return "RIFF".utf8 + little(isKnown ? total : Self.unknown, 4) + chunks
      + little(isKnown ? dataBytes ?? Self.unknown : Self.unknown, 4)
  }

  private static let unknown = 0xFFFF_FFFF

  private var isExtensible: Bool { channelCount > 2 || encoding.bits.map { $0 > 16 } ?? false }

  private var plainFormat: [UInt8] {
    format(tag: encoding.bits == nil ? WAVFormatTag.float : WAVFormatTag.pcm)
  }

  private var extensibleFormat: [UInt8] {
    // Front centre; front left and right; any others lie nowhere in particular.
    let mask = channelCount == 1 ? 4 : channelCount == 2 ? 3 : 0
    let tag = encoding.bits == nil ? WAVFormatTag.float : WAVFormatTag.pcm
    let extra = little(22, 2) + little(sampleBits, 2) + little(mask, 4) + little(tag, 2) + WAVFormatTag.guidTail
    return format(tag: WAVFormatTag.extensible) + extra
  }

  private func format(tag: Int) -> [UInt8] {
    let start = little(tag, 2) + little(channelCount, 2) + little(sampleRate, 4)
    return start + little(sampleRate * frameBytes, 4) + little(frameBytes, 2) + little(sampleBits, 2)
  }

  private var sampleBits: Int { StoredEncoding(encoding).bytes * 8 }
}

/// The lowest `bytes` bytes of `value`, the least first, or as many of the largest value if it does not fit.
private func little(_ value: Int, _ bytes: Int) -> [UInt8] {
  let value = min(value, 1 << (8 * bytes) - 1)
  return (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
