/// A container format of the WAV family. They differ in the order of bytes and in how their chunks are named and sized.
///
/// Source: Multimedia Programming Interface and Data Specifications 1.0 (RIFF, RIFX); EBU Tech 3306 (RF64); ITU-R BS.2088 (BW64);
/// Sony Wave64 Chunk Structure (2003)
enum WaveContainer: String, CaseIterable {
  case riff = "RIFF"
  case rifx = "RIFX"
  case rf64 = "RF64"
  case bw64 = "BW64"
  case w64 = "W64"

  /// Bytes before the first chunk.
  var headBytes: Int { self == .w64 ? 40 : 12 }
  /// Bytes of a chunk's name and size.
  var chunkHeadBytes: Int { self == .w64 ? 24 : 8 }
  /// A multiple of these has every chunk with its padding.
  var alignment: Int { self == .w64 ? 8 : 2 }
  var isBigEndian: Bool { self == .rifx }
  /// Whether sizes beyond 32 bits stand in a chunk of their own.
  var hasLongSizes: Bool { self == .rf64 || self == .bw64 }
  /// What messages call it.
  var name: String { self == .riff ? "WAV" : rawValue }

  /// The container whose files begin with `head`, which has at least 12 bytes of a file that has so many.
  init?(head: some Collection<UInt8>) {
    if head.starts(with: Self.riffGUID) {
      self = .w64
    } else if let container = Self.allCases.first(where: { $0 != .w64 && head.starts(with: $0.rawValue.utf8) }) {
      self = container
    } else {
      return nil
    }
  }

  static let riffGUID: [UInt8] = Array("riff".utf8) + [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0, 0]
  /// What follows the four letters in the names of a W64's other chunks.
  static let guidTail: [UInt8] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A]

  /// The kind of contents that the head names: "WAVE" for sound.
  func kind(_ head: [UInt8]) -> String {
    let name = self == .w64 ? head[24..<28] : head[8..<12]
    return String(decoding: name, as: UTF8.self).uppercased()
  }

  /// An integer of up to 8 bytes, at most `Int.max`.
  func integer(_ bytes: [UInt8], at offset: Int, _ count: Int) -> Int {
    let digits = bytes[offset..<offset + count]
    let value =
      isBigEndian
      ? digits.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } : digits.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(clamping: value)
  }
}
