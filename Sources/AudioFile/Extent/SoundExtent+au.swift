// AU, and its little-endian form. Source: audio(5) of NeXT and Sun
extension SoundExtent {
  init(au input: ByteInput) throws(AudioFileError) {
    let head = try input.read(upTo: 24)
    guard head.count == 24 else { throw Self.short(input.name) }
    let container: WaveContainer = head.starts(with: ".snd".utf8) ? .rifx : .riff
    func number(_ offset: Int) -> Int { container.integer(head, at: offset, 4) }
    let (start, size) = (number(4), number(8))
    guard start >= 24, try input.skip(start - 24) else { throw Self.short(input.name) }
    let (isOpen, present) = (size == 0 || WaveHeader.isUnknown(size, isLong: false), input.bytesLeft ?? 0)
    if !isOpen, try input.skip(size) { try Self.checkRest(input, size) }
    self.init(
      declared: isOpen ? nil : size, present: present, frameBytes: Self.sampleBytes(encoding: number(12)).map { $0 * number(20) })
  }

  /// nil for a compression.
  private static func sampleBytes(encoding: Int) -> Int? {
    switch encoding {
    case 1, 2, 27: 1
    case 3: 2
    case 4: 3
    case 5, 6: 4
    case 7: 8
    default: nil
    }
  }
}
