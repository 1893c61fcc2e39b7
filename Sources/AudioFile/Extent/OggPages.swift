/// The pages of an Ogg. libsndfile ends where those of its first streams end, and passes over gaps and damaged pages.
///
/// Source: RFC 3533
enum OggPages {
  private static let headBytes = 27
  /// More than any file has.
  private static let mostStreams = 1_024

  /// Looks at each page. Complexity: O(bytes)
  ///
  /// - Throws: one is damaged or missing, or the last one, or there is more than one sound.
  static func check(_ input: WholeInput, name: String, _ conversion: Conversion) throws(AudioFileError) {
    // All streams of a sound begin before the second page of any of them.
    var (place, isEnded, isBegun) = (0, false, false)
    // What number the next page of each stream has.
    var next: [ArraySlice<UInt8>: UInt32] = [:]
    while place < input.count {
      let head = input.bytes(at: place, headBytes + 255)
      guard head.starts(with: "OggS".utf8) else {
        if isEnded { return try checkRest(input, place, name) }
        throw AudioFileError(.badData, "\(name): it is damaged or truncated at byte \(place), where a page should begin: copy it again")
      }
      guard head.count >= headBytes, case let segments = Int(head[26]), head.count >= headBytes + segments else { break }
      let end = place + headBytes + segments + head[headBytes..<headBytes + segments].reduce(0) { $0 + Int($1) }
      guard end <= input.count else {
        isEnded = false
        break
      }
      guard isWhole(input.bytes(at: place, end - place)) else {
        throw AudioFileError(.badData, "\(name): it is damaged in the page that begins at byte \(place): copy it again")
      }
      let (stream, number) = (head[14..<18], head[18..<22].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
      let isFirst = head[5] & 2 != 0
      // One whose front is cut off begins with a page of no known stream.
      if isBegun, isFirst || next[stream] == nil { throw SoundExtent.another(name) }
      if let wanted = next[stream], wanted != number {
        throw AudioFileError(.badData, "\(name): it is damaged: page \(number) follows page \(wanted &- 1): copy it again")
      }
      guard next.count <= mostStreams else {
        throw AudioFileError(.badData, "\(name): it is damaged: it has too many streams: copy it again")
      }
      (next[stream], isEnded, place) = (number &+ 1, head[5] & 4 != 0, end)
      isBegun = isBegun || isEnded || !isFirst
    }
    if !isEnded || place < input.count {
      throw AudioFileError(
        .badData,
        "\(name): it is truncated: its last page is missing: copy it again, or for what is there \(conversion.ffmpeg("pcm_f32le"))")
    }
  }

  /// Whether the checksum of a page is right, which is taken with zeros in its place.
  private static func isWhole(_ page: [UInt8]) -> Bool {
    guard page.count >= headBytes else { return false }
    let sum = table.withUnsafeBufferPointer { table in
      page.enumerated().reduce(UInt32(0)) { sum, byte in
        sum << 8 ^ table[Int(sum >> 24) ^ ((22..<26).contains(byte.offset) ? 0 : Int(byte.element))]
      }
    }
    return sum == page[22..<26].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
  }

  /// CRC-32 of single bytes, the most significant bit first.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte) << 24) { value, _ in value & 0x8000_0000 != 0 ? value << 1 ^ 0x04C1_1DB7 : value << 1 }
  }

  /// Tags and a few zeros may follow the last page.
  private static func checkRest(_ input: WholeInput, _ place: Int, _ name: String) throws(AudioFileError) {
    let rest = ByteInput(input, name: name)
    _ = try rest.skip(place)
    if try WaveTrailer.isHarmless(rest) { return }
    throw AudioFileError(
      .badData, "\(name): its last page ends at byte \(place), and others follow that are no tag: cut them off, or copy it again")
  }
}
