import ControlAPI
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Platform

/// An answer: a JSON document, or text.
struct Response: Sendable {
  var status: HTTPResponseStatus
  var contentType: String
  var allow: String?
  /// Shared by all to whom it is sent.
  var body: ByteBuffer

  init(_ document: some Encodable) {
    if let body = encoded(document) {
      (status, contentType, self.body) = (.ok, "application/json", ByteBuffer(bytes: body))
    } else {
      self = Response(Problem(status: 500, detail: "the answer holds a number that JSON does not have"))
    }
  }

  /// Whether to encode so many parts takes longer than to make a thread.
  static func isLong(_ count: Int) -> Bool { count > 64 }

  /// A document of `count` parts. A long one is encoded on a thread of its own, so that those that answer stay free.
  static func of(_ document: some Encodable & Sendable, count: Int) async -> Response {
    guard isLong(count), let response = await inBackground(niceness: 0, { Response(document) }) else { return Response(document) }
    return response
  }

  init(text: [UInt8], contentType: String) {
    (status, self.contentType, body) = (.ok, contentType, ByteBuffer(bytes: text))
  }

  init(_ problem: Problem, allow: String? = nil) {
    status = HTTPResponseStatus(statusCode: problem.status)
    contentType = Problem.contentType
    self.allow = allow
    body = ByteBuffer(bytes: encoded(problem) ?? [])
  }

  /// As HTTP.
  ///
  /// - Parameters:
  ///   - isHead: whether the body is left out, as the method HEAD wants it.
  ///   - isLast: whether the connection closes afterwards.
  func parts(isHead: Bool, isLast: Bool) -> [HTTPServerResponsePart] {
    var headers = HTTPHeaders([("Content-Type", contentType), ("Content-Length", "\(body.readableBytes)")])
    if let allow { headers.add(name: "Allow", value: allow) }
    if isLast { headers.add(name: "Connection", value: "close") }
    let head = HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))
    return isHead ? [head, .end(nil)] : [head, .body(.byteBuffer(body)), .end(nil)]
  }
}

/// JSON in a form that can be read as it is; nil for numbers that JSON does not have.
private func encoded(_ document: some Encodable) -> [UInt8]? {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return (try? encoder.encode(document)).map { Array($0) + [UInt8(ascii: "\n")] }
}
