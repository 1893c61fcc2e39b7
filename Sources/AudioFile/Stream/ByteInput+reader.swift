extension ByteInput {
  /// Opens the sound that begins here, whatever its kind.
  ///
  /// - Throws: it is damaged, or no sound that is read.
  func reader() throws(AudioFileError) -> any FrameReader {
    try passTag()
    switch SoundKind(try peek(SoundKind.headBytes)) {
    case .wave(let container):
      keep()
      do {
        return try WaveReader(container, self)
      } catch let error as AudioFileError {
        throw error
      } catch {
        rewind()
        return try SndfileReader(whole(), name: name, path: path)
      }
    case .library: return try SndfileReader(whole(), name: name, path: path)
    case .refused(let refusal):
      throw AudioFileError(.badData, "\(name): it is \(refusal.name): \(refusal.remedy ?? conversion(isLossy: refusal.isLossy))")
    case .unknown: throw AudioFileError(.badData, "\(name): \(try fault(peek(4_096)))")
    }
  }

  /// Passes over an ID3 tag that some programs put before sound of any kind. MPEG audio is left as it is. Source: ID3v2.4
  private func passTag() throws(AudioFileError) {
    let head = try peek(10)
    guard head.count == 10, head.starts(with: "ID3".utf8), head[6...].allSatisfy({ $0 < 0x80 }) else { return }
    let size = 10 + head[6...].reduce(0) { $0 << 7 | Int($1) }
    // A larger one holds pictures, and stands before MPEG audio.
    guard size <= 1 << 24, case let next = try peek(size + SoundKind.headBytes).dropFirst(size) else { return }
    switch SoundKind(Array(next)) {
    case .wave, .library: _ = try skip(size)
    default: return
    }
  }

  private func fault(_ head: [UInt8]) -> String {
    if head.isEmpty { return "it is empty" }
    if isText(head) { return textFault(head) }
    let kinds = "WAV, RF64, BW64, W64, AIFF, FLAC, AU, CAF and Ogg"
    return "it is no sound file that can be read (\(kinds)): \(conversion(isLossy: true))"
  }

  private func textFault(_ head: [UInt8]) -> String {
    if let worded = WordedText(head), worded.isCertain {
      return "it is text, and no sound file: \(worded.message), as the kernel, which comes last"
    }
    let order = "it is text, and no sound file: a kernel or a configuration may be text, and comes last"
    return Kernel.isLikely(text: head) ? "\(order); of a kernel, \(Conversion(path: path).design())" : order
  }

  /// The command that makes a WAV of it; ffmpeg's own default is 16 bits.
  private func conversion(isLossy: Bool) -> String { Conversion(path: path).ffmpeg(isLossy ? "pcm_f32le" : "pcm_s32le") }
}
