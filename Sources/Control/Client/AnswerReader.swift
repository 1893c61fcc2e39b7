import ControlAPI

/// Reads an HTTP/1.1 answer from bytes as they come, and believes none that is not well-formed or too long. RFC 9112
///
/// Interim answers (100 to 199) are skipped.
struct AnswerReader {
  /// Why the bytes are no answer.
  struct Malformed: Error, Equatable {
    var reason: String
  }

  /// The status line and those headers that matter.
  struct Head: Equatable {
    var status: Int
    var contentType: String?
  }

  private enum Part: Equatable {
    case head
    case body(remaining: Int)
    case untilClose
    case chunkSize
    case chunk(remaining: Int)
    case chunkEnd
    case trailer
    case complete
  }

  /// Nil until it has come whole.
  private(set) var head: Head?
  /// What has come of the body; taken out by the reader of a stream.
  var body: [UInt8] = []
  private var part = Part.head
  private var bytes: ArraySlice<UInt8> = []
  /// Bytes beside the body that none of the body makes up for.
  private var overhead = 0

  /// Bytes of a head, and of a line within a chunked body.
  private static let mostHeadBytes = 64 << 10
  private static let mostLineBytes = 4 << 10
  /// Bytes of a body, or of as much of a stream as waits in `body`.
  private static let mostBodyBytes = 16 << 20
  /// Bytes beside a body, as of interim answers and sizes of chunks, and how many each byte of the body makes up for.
  private static let mostOverhead = (bytes: 128 << 10, ofEach: 16)

  var isComplete: Bool { part == .complete }

  /// Takes the next bytes. What follows a complete answer is ignored.
  mutating func take(_ more: some Sequence<UInt8>) throws(Malformed) {
    bytes = (Array(bytes) + more)[...]
    let (came, held) = (bytes.count, body.count)
    while !isComplete, try advance() {}
    let moved = body.count - held
    overhead = max(0, overhead + came - bytes.count - moved - Self.mostOverhead.ofEach * moved)
    guard overhead <= Self.mostOverhead.bytes else { throw Malformed(reason: "the answer does not come to an end") }
  }

  /// The connection has ended.
  mutating func end() throws(Malformed) {
    guard part == .untilClose || isComplete else { throw Malformed(reason: "it closed before the answer was complete") }
    part = .complete
  }

  /// Reads one part. Returns whether there may be another in `bytes`.
  private mutating func advance() throws(Malformed) -> Bool {
    switch part {
    case .head:
      guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
        guard bytes.count <= Self.mostHeadBytes else { throw Malformed(reason: "its header does not end") }
        return false
      }
      try read(head: bytes[..<end.lowerBound])
      bytes = bytes[end.upperBound...]
    case .body(let remaining): part = try move(remaining).map { .body(remaining: $0) } ?? .complete
    case .untilClose: _ = try move(.max)
    case .chunkSize:
      guard let line = try line() else { return false }
      let digits = line.prefix { $0 != ";" }
      guard (1...8).contains(digits.utf8.count), digits.allSatisfy({ $0.isHexDigit }), let size = Int(digits, radix: 16) else {
        throw Malformed(reason: "a chunk has no size")
      }
      part = size == 0 ? .trailer : .chunk(remaining: size)
    case .chunk(let remaining): part = try move(remaining).map { .chunk(remaining: $0) } ?? .chunkEnd
    case .chunkEnd:
      guard let line = try line() else { return false }
      guard line.isEmpty else { throw Malformed(reason: "a chunk is longer than its size") }
      part = .chunkSize
    case .trailer:
      guard let line = try line() else { return false }
      if line.isEmpty { part = .complete }
    case .complete: break
    }
    return !bytes.isEmpty
  }

  /// Moves up to `count` bytes into the body. Returns how many are still to come; nil: none.
  private mutating func move(_ count: Int) throws(Malformed) -> Int? {
    let moved = min(count, bytes.count)
    body += bytes.prefix(moved)
    bytes = bytes.dropFirst(moved)
    guard body.count <= Self.mostBodyBytes else { throw Malformed(reason: "the answer does not end") }
    return moved < count ? count - moved : nil
  }

  /// A line of a chunked body; nil where it has not come whole.
  private mutating func line() throws(Malformed) -> String? {
    guard let end = bytes.firstRange(of: Array("\r\n".utf8)) else {
      guard bytes.count <= Self.mostLineBytes else { throw Malformed(reason: "a chunk's size does not end") }
      return nil
    }
    defer { bytes = bytes[end.upperBound...] }
    return try Self.ascii(bytes[..<end.lowerBound])
  }

  /// A daemon writes nothing else there, and other text takes long to compare.
  private static func ascii(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> String {
    guard bytes.allSatisfy({ $0 < 0x80 }) else { throw Malformed(reason: "its header is not in ASCII") }
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func read(head text: ArraySlice<UInt8>) throws(Malformed) {
    let lines = try Self.ascii(text).split(separator: "\r\n", omittingEmptySubsequences: false)
    let status = try Self.status(lines[0])
    var fields: [String: [Substring]] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":"), colon != line.startIndex, !line[..<colon].contains(where: \.isWhitespace) else {
        throw Malformed(reason: "a header has no name")
      }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      fields[line[..<colon].lowercased(), default: []].append(value)
    }
    guard status >= 200 else { return }
    head = Head(status: status, contentType: fields["content-type"].map { String($0[0]) })
    part = try Self.framing(status, fields)
    if part == .body(remaining: 0) { part = .complete }
  }

  private static func status(_ line: Substring) throws(Malformed) -> Int {
    let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count >= 2, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0", words[1].utf8.count == 3, let status = Int(words[1]),
      (100...599).contains(status)
    else { throw Malformed(reason: "it does not begin with a status line of HTTP/1.1") }
    return status
  }

  /// How the body ends. RFC 9112, 6.3
  private static func framing(_ status: Int, _ fields: [String: [Substring]]) throws(Malformed) -> Part {
    let lengths = fields["content-length"] ?? []
    if let codings = fields["transfer-encoding"] {
      guard codings.count == 1, codings[0].lowercased() == "chunked", lengths.isEmpty else {
        throw Malformed(reason: "of transfer codings only chunked is known")
      }
      return .chunkSize
    }
    if status == 204 || status == 304 { return .complete }
    guard let text = lengths.first else { return .untilClose }
    guard lengths.count == 1, text.utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(text) else {
      throw Malformed(reason: "its Content-Length is no number")
    }
    guard length <= mostBodyBytes else { throw Malformed(reason: "an answer of \(length) bytes is too long") }
    return .body(remaining: length)
  }
}
