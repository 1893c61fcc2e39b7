import ControlAPI
import NIOHTTP1

/// A request as far as its header tells, and what its body may be.
struct Request {
  let endpoint: Endpoint
  /// What stands for `{name}` in the endpoint's path.
  let name: String
  let query: [String: String]
  let contentType: String?
  /// Bytes of the body that are read at most.
  let limit: Int
  /// Whether the client waits to be told that it may send the body. RFC 9110, 10.1.1
  let waitsForContinue: Bool

  /// - Throws: what can be refused without reading the body.
  init(_ head: HTTPRequestHead, limits: ControlLimits) throws(Refusal) {
    try Self.checkSender(head)
    (endpoint, name, query) = try Endpoint.match(head.method, head.uri)
    contentType = try endpoint.body.accept(head.headers.first(name: "content-type"), hasBody: Self.hasBody(head))
    limit = endpoint.body.limit(limits)
    // Of HTTP/1.0 it is ignored, as whoever speaks that knows no interim answer.
    let expected = head.version == .http1_1 ? head.headers.first(name: "expect") : nil
    guard expected.map({ Self.isWord($0, "100-continue") }) ?? true else { throw Refusal(417, "only 100-continue can be expected") }
    waitsForContinue = expected != nil && Self.hasBody(head)
    try Self.checkCoding(head)
    let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
    guard length <= limit else { throw Self.tooLarge(limit) }
  }

  /// Whether a body comes that is large, or whose length is not said.
  static func isUpload(_ head: HTTPRequestHead, _ limits: ControlLimits) -> Bool {
    guard hasBody(head) else { return false }
    return head.headers.first(name: "content-length").flatMap { Int($0) }.map { $0 > limits.documentBytes } ?? true
  }

  /// RFC 9112, 3.2. A browser names the page that a request comes from: no page is served that could be meant.
  private static func checkSender(_ head: HTTPRequestHead) throws(Refusal) {
    guard head.version != .http1_1 || head.headers["host"].count == 1 else {
      throw Refusal(400, "a request of HTTP/1.1 has one Host header: send Host: localhost")
    }
    guard !head.headers.contains(name: "origin") else {
      throw Refusal(403, "requests of web pages are refused: send no Origin header")
    }
  }

  static func tooLarge(_ limit: Int) -> Refusal { Refusal(413, "the body is larger than \(limit) bytes") }

  /// Whether bytes follow the header. RFC 9112, 6
  static func hasBody(_ head: HTTPRequestHead) -> Bool {
    head.headers.contains(name: "transfer-encoding") || !["0", nil].contains(head.headers.first(name: "content-length"))
  }

  /// Whether a field's value is a word of ASCII, in any case. Others are as long as their sender likes.
  private static func isWord(_ value: some StringProtocol, _ word: String) -> Bool {
    value.utf8.count == word.utf8.count && value.lowercased() == word
  }

  private static func checkCoding(_ head: HTTPRequestHead) throws(Refusal) {
    guard head.headers[canonicalForm: "content-encoding"].allSatisfy({ isWord($0, "identity") }) else {
      throw Refusal(415, "the body must not be compressed: send it without Content-Encoding")
    }
    guard head.headers[canonicalForm: "transfer-encoding"].allSatisfy({ isWord($0, "chunked") }) else {
      throw Refusal(501, "of transfer codings only chunked is known")
    }
  }
}
