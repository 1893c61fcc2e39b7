/// How much sound the header of a W64 file says there is. libsndfile rounds it up to a multiple of eight, and takes what pads the
/// file for sound.
///
/// Source: Sony Wave64 Chunk Structure (2003)
enum W64Length {
  /// The frames that libsndfile found, without those that are padding.
  ///
  /// - Parameter read: bytes from an offset in the file, fewer at its end.
  static func frames(_ found: SoundProperties, _ read: (_ offset: Int, _ count: Int) -> [UInt8]) -> Int? {
    guard let count = found.frameCount, let bytes = dataBytes(read) else { return found.frameCount }
    let excess = count - bytes / found.frameBytes
    return excess > 0 && excess * found.frameBytes < 8 ? count - excess : count
  }

  /// Bytes of the data chunk; nil if there is none that can be found.
  private static func dataBytes(_ read: (_ offset: Int, _ count: Int) -> [UInt8]) -> Int? {
    // After "riff", the size of the file and "wave".
    var offset = 40
    while true {
      let header = read(offset, 24)
      guard header.count == 24 else { return nil }
      let size = header[16...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard (24...UInt64(Int64.max / 4)).contains(size) else { return nil }
      if header[..<16].elementsEqual(data) { return Int(size) - 24 }
      let (next, overflow) = offset.addingReportingOverflow((Int(size) + 7) & ~7)
      if overflow { return nil }
      offset = next
    }
  }

  private static let data: [UInt8] = Array("data".utf8) + [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A]
}
