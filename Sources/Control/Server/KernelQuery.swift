import ControlAPI
import Platform

extension Endpoint.Parameter {
  static let check = Self(
    name: "check", needs: "true or false", schema: #"{ "type": "boolean", "default": false }"#,
    documentation: "Whether the change is only checked, as a whole, and nothing is heard of it."
  ) { Bool(String($0)).map { "\($0)" } }

  /// What the body of an upload is, where it does not say so itself.
  static let contents = [
    text(
      "words", "words", most: KernelUpload.mostWordsBytes,
      "Words that make the kernel; the body is the file that they name: eq:room.txt, minimum:response:target.frd."),
    Self(
      name: "format", needs: "one of \(KernelUpload.RawBody.formats.joined(separator: ", "))",
      schema: #"{ "type": "string", "enum": \#(KernelUpload.RawBody.formats.map { "\"\($0)\"" }.jsonList) }"#,
      documentation: "Of taps without a header, little-endian, one channel."
    ) { KernelUpload.RawBody.formats.contains(String($0)) ? String($0) : nil },
    number("skip", from: 0, "Bytes before the first tap, with format."),
    number("take", from: 1, "How many taps there are, with format; else all that follow."),
    number("rate", from: 1, "Hz, of taps without a header, with format; else nobody says."),
  ]

  /// - Parameter kind: what it is called where it is refused.
  static func text(_ name: String, _ kind: String, most: Int, _ documentation: String) -> Self {
    Self(
      name: name, needs: "\(kind) of 1 to \(most) bytes, without control characters",
      schema: #"""
        { "type": "string", "minLength": 1, "maxLength": \#(most), "pattern": "^[^\\u0000-\\u001F\\u007F-\\u009F]*$" }
        """#, documentation: documentation
    ) { String(percentDecoding: $0).flatMap { (1...most).contains($0.utf8.count) && !$0.holdsControls ? $0 : nil } }
  }

  private static func number(_ name: String, from least: Int, _ documentation: String) -> Self {
    number(name, in: least...1 << 31, documentation)
  }

  static func number(_ name: String, in range: ClosedRange<Int>, default value: Int? = nil, _ documentation: String) -> Self {
    Self(
      name: name, needs: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      schema: #"{ "type": "integer", "minimum": \#(range.lowerBound), "maximum": \#(range.upperBound)"#
        + (value.map { ", \"default\": \($0)" } ?? "") + " }", documentation: documentation
    ) { Int($0).flatMap { range.contains($0) ? "\($0)" : nil } }
  }
}

extension [String] {
  fileprivate var jsonList: String { "[\(joined(separator: ", "))]" }
}

extension KernelUpload {
  /// - Throws: parameters exclude each other.
  init(_ body: [UInt8], _ contentType: String?, _ query: [String: String]) throws(Problem) {
    func number(_ name: String) -> Int? { query[name].flatMap { Int($0) } }
    let raw = query["format"].map { RawBody(format: $0, skip: number("skip"), take: number("take"), rate: number("rate")) }
    if raw == nil, let name = ["skip", "take", "rate"].first(where: { query[$0] != nil }) {
      throw Problem(status: 422, detail: "`\(name)` is for taps without a header: give `format` too")
    }
    if raw != nil, query["words"] != nil { throw Problem(status: 422, detail: "`words` and `format` exclude each other") }
    self.init(
      bytes: body, contentType: contentType, channel: number("channel") ?? 0, resample: query["resample"].flatMap { Bool($0) },
      name: query["name"], words: query["words"], raw: raw)
  }
}
