// The header of a file of the WAV family that is written: WAV, RF64 or W64.
extension WaveHeader {
  /// A header with the chunks that the container can hold.
  ///
  /// - Parameter dataBytes: nil if unknown: readers then take the sound to last to the end.
  init(_ container: WaveContainer, _ parameters: SoundParameters, dataBytes: Int?) {
    let kept = parameters.metadata.kept(in: container, parameters.encoding)
    self.init(
      container: container,
      format: WaveFormat(
        sample: WaveSample(parameters.encoding), channelCount: parameters.channelCount, sampleRate: parameters.sampleRate,
        channelMask: kept.channelMask, isAmbisonic: kept.isAmbisonic),
      size: dataBytes.map { .bytes($0) } ?? .open(0), metadata: kept)
  }

  /// The bytes before the first sample: as many for every size.
  var bytes: [UInt8] {
    let before = [chunk("fmt ", formatBytes)] + (isInteger ? [] : [chunk("fact", fact)])
    let chunks = (before + metadata.chunks.map { chunk($0.name, $0.content) }).flatMap { $0 }
    let dataHead = 24
    switch container {
    case .w64:
      let total = known.map { container.headBytes + chunks.count + dataHead + $0 } ?? .max
      return joined(
        WaveContainer.riffGUID, little(total, 8), ascii("wave"), WaveContainer.guidTail, chunks, ascii("data"), WaveContainer.guidTail,
        little(known.map { $0 + dataHead } ?? .max, 8))
    case .rf64, .bw64:
      let frames = known.map { $0 / frameBytes } ?? 0
      let total = known.map { 4 + 36 + chunks.count + 8 + $0 + $0 % 2 } ?? 0
      let sizes = chunk("ds64", joined(little(total, 8), little(known ?? 0, 8), little(frames, 8), little(0, 4)))
      return joined(
        ascii(container.rawValue), little(Self.unknown, 4), ascii("WAVE"), sizes, chunks, ascii("data"), little(Self.unknown, 4))
    case .riff, .rifx:
      let rest = 4 + chunks.count + 8
      // Sizes that are too large for a WAV mean "to the end", as unknown ones do.
      let size = known.flatMap { $0 < Self.unknown - rest - 1 ? $0 : nil }
      let total = size.map { rest + $0 + $0 % 2 } ?? Self.unknown
      return joined(ascii("RIFF"), little(total, 4), ascii("WAVE"), chunks, ascii("data"), little(size ?? Self.unknown, 4))
    }
  }

  /// Zeros that follow so many bytes of sound.
  func padding(after dataBytes: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: (container.alignment - dataBytes % container.alignment) % container.alignment)
  }

  private static let unknown = 0xFFFF_FFFF

  private var known: Int? {
    if case .bytes(let bytes) = size { bytes } else { nil }
  }

  private var isInteger: Bool { format.sample.encoding?.bits != nil }

  private var fact: [UInt8] { little(known.map { $0 / frameBytes } ?? Self.unknown, container == .w64 ? 8 : 4) }

  private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let padded = content + padding(after: content.count)
    if container == .w64 { return joined(ascii(name), WaveContainer.guidTail, little(24 + content.count, 8), padded) }
    return joined(ascii(name), little(content.count, 4), padded)
  }

  private var formatBytes: [UInt8] {
    let tag = isInteger ? WaveFormat.Tag.pcm : WaveFormat.Tag.float
    let (bits, rate) = (8 * format.sample.bytes, format.sampleRate)
    let rest = joined(
      little(format.channelCount, 2), little(rate, 4), little(rate * frameBytes, 4), little(frameBytes, 2), little(bits, 2))
    // Formats but PCM say that nothing more follows.
    guard let mask = format.channelMask else { return little(tag, 2) + rest + (isInteger ? [] : [0, 0]) }
    return joined(
      little(WaveFormat.Tag.extensible, 2), rest, little(22, 2), little(bits, 2), little(Int(mask), 4), little(tag, 2),
      format.isAmbisonic ? WaveFormat.ambisonicTail : WaveFormat.guidTail)
  }
}

/// Parts in a row: a sum of so many is too much for the type checker of Swift 6.2.
private func joined(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap { $0 } }

private func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

/// `value` in `bytes` little-endian bytes; the largest value that these hold if it does not fit.
private func little(_ value: Int, _ bytes: Int) -> [UInt8] {
  let value = bytes == 8 ? value : min(value, 1 << (8 * bytes) - 1)
  return (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
