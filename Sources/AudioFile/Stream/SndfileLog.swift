import CSndfile
import Numbers

/// libsndfile's log of a header. libsndfile corrects sizes beyond the end of the file, and reports that only in this log.
struct SndfileLog {
  let text: String

  /// Source: SFC_GET_LOG_INFO
  init(_ file: OpaquePointer) {
    var buffer = [CChar](repeating: 0, count: 16_384)
    let length = sf_command(file, Int32(SFC_GET_LOG_INFO), &buffer, Int32(buffer.count))
    text = String(decoding: buffer.prefix(Int(max(0, length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Bytes of sound that the file lacks by its header. Lines look like "data : 40000 (should be 19978)".
  var missingBytes: Int? {
    // Good RIFF and FORM files often have a wrong total size, so only the size of the sound counts. W64 and RF64 log only the
    // total.
    let sizes: Set<Substring> = ["data", "SSND", "Data Size", "riff", "Riff size"]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
      guard parts.count == 2, sizes.contains(parts[0].prefix { $0 != "\t" }.trimmed), let range = parts[1].shouldBe else { continue }
      // Programs that write to a pipe do not know the size, and write the largest.
      if range.declared > range.present + 1, !WAVHeader.isUnknown(range.declared) { return range.declared - range.present }
    }
    return nil
  }

  /// A contradiction between the bits of a WAV header's samples and the bytes of its frames, in words. libsndfile then guesses, and
  /// takes 24 bits in four bytes for three bytes.
  var frameContradiction: String? {
    guard let channels = value("Channels"), let bits = value("Bit Width"), let frameBytes = value("Block Align") else { return nil }
    return frameBytes == channels * ((bits + 7) / 8) ? nil : "\(channels) x \(bits) bits and frames of \(frameBytes) bytes"
  }

  /// The number in a line such as "  Bit Width     : 24".
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
  /// 40000 and 19978 from "40000 (should be 19978)".
  fileprivate var shouldBe: (declared: Int, present: Int)? {
    guard let open = firstIndex(of: "("), hasSuffix(")") else { return nil }
    let inside = self[index(after: open)...].dropLast()
    guard inside.hasPrefix("should be "), let declared = Int(self[..<open].trimmed),
      let present = Int(inside.dropFirst("should be ".count))
    else { return nil }
    return (declared, present)
  }
}
