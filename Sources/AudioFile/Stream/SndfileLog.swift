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
    // Good FORM files often have a wrong total size, so only the size of the sound counts.
    let sizes: Set<Substring> = ["data", "SSND", "Data Size"]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
      guard parts.count == 2, sizes.contains(parts[0].prefix { $0 != "\t" }.trimmed), let range = parts[1].shouldBe else { continue }
      // Programs that write to a pipe do not know the size, and write the largest.
      let (missing, overflow) = range.declared.subtractingReportingOverflow(range.present)
      if overflow || missing > 1, !WaveHeader.isUnknown(range.declared, isLong: false) { return overflow ? .max : missing }
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
