/// The pages of an Ogg. libsndfile ends where they end, and passes over gaps.
///
/// Source: RFC 3533
enum OggPages {
  private static let headBytes = 27
  /// More than any file has.
  private static let mostStreams = 1_024

  /// Looks at the head of each page.
  ///
  /// - Throws: one is missing, or the last one.
  static func check(_ input: WholeInput, name: String, _ conversion: Conversion) throws(AudioFileError) {
    var (place, isEnded) = (0, false)
    // What number the next page of each stream has.
    var next: [ArraySlice<UInt8>: UInt32] = [:]
    while place < input.count {
      let head = input.bytes(at: place, headBytes + 255)
      guard head.starts(with: "OggS".utf8) else {
        // Tags may follow the last page.
        if isEnded { return }
        throw AudioFileError(.badData, "\(name): it is damaged or truncated at byte \(place), where a page should begin: copy it again")
      }
      guard head.count >= headBytes, case let segments = Int(head[26]), head.count >= headBytes + segments else { break }
      let (stream, number) = (head[14..<18], head[18..<22].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
      // A stream that begins may follow another one of its number.
      if head[5] & 2 == 0, let wanted = next[stream], wanted != number {
        throw AudioFileError(.badData, "\(name): it is damaged: page \(number) follows page \(wanted &- 1): copy it again")
      }
      guard next.count <= mostStreams else {
        throw AudioFileError(.badData, "\(name): it is damaged: it has too many streams: copy it again")
      }
      let end = place + headBytes + segments + head[headBytes..<headBytes + segments].reduce(0) { $0 + Int($1) }
      guard end <= input.count else {
        isEnded = false
        break
      }
      (next[stream], isEnded, place) = (number &+ 1, head[5] & 4 != 0, end)
    }
    if !isEnded || place < input.count {
      throw AudioFileError(
        .badData,
        "\(name): it is truncated: its last page is missing: copy it again, or for what is there \(conversion.ffmpeg("pcm_f32le"))")
    }
  }
}
