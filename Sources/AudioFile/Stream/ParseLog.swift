import CSndfile
import Numbers

/// What libsndfile noted while it read a header. It corrects sizes that the file does not hold, and says so only there.
struct ParseLog {
  let text: String

  /// Source: SFC_GET_LOG_INFO
  init(_ file: OpaquePointer) {
    var buffer = [CChar](repeating: 0, count: 16_384)
    let length = sf_command(file, Int32(SFC_GET_LOG_INFO), &buffer, Int32(buffer.count))
    text = String(decoding: buffer.prefix(Int(max(0, length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// How much less sound there is than a header says. Lines look like "data : 40000 (should be 19978)".
  var missingBytes: Int? {
    // The sizes of whole RIFF and FORM files are often wrong in good ones, so those of the sound alone count; W64 and RF64
    // log them only for the whole.
    let sizes: Set<Substring> = ["data", "SSND", "Data Size", "riff", "Riff size"]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
      guard parts.count == 2, sizes.contains(parts[0].prefix { $0 != "\t" }.trimmed), let range = parts[1].shouldBe else { continue }
      // Programs that write to a pipe cannot know the size, and write the largest.
      if range.declared > range.present + 1, !WAVHeader.isUnknown(range.declared) { return range.declared - range.present }
    }
    return nil
  }

  /// What a WAV header says of its frames if samples of as many bits fill no such frames. libsndfile then goes on with a guess,
  /// and takes 24 bits in four bytes for three.
  var frameContradiction: String? {
    guard let channels = value("Channels"), let bits = value("Bit Width"), let frameBytes = value("Block Align") else { return nil }
    return frameBytes == channels * ((bits + 7) / 8) ? nil : "\(channels) x \(bits) bits and frames of \(frameBytes) bytes"
  }

  /// The number of a line such as "  Bit Width     : 24".
  private func value(_ name: String) -> Int? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmed == name else { continue }
      return Int(parts[1].drop { $0 == " " }.prefix { $0.isNumber })
    }
    return nil
  }
}

extension Substring {
  /// 40000 and 19978 of "40000 (should be 19978)".
  fileprivate var shouldBe: (declared: Int, present: Int)? {
    guard let open = firstIndex(of: "("), hasSuffix(")") else { return nil }
    let inside = self[index(after: open)...].dropLast()
    guard inside.hasPrefix("should be "), let declared = Int(self[..<open].trimmed),
      let present = Int(inside.dropFirst("should be ".count))
    else { return nil }
    return (declared, present)
  }
}
