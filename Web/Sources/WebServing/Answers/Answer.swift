import ControlAPI
import NIOCore
import NIOHTTP1
import Terminal

/// An answer of the program's own.
struct Answer: Sendable {
  var status: HTTPResponseStatus
  var headers: HTTPHeaders
  var body = ByteBuffer()

  init(_ status: HTTPResponseStatus, _ fields: [(String, String)] = [], body: ByteBuffer = ByteBuffer()) {
    (self.status, headers, self.body) = (status, HTTPHeaders(fields), body)
  }

  init(_ document: JSON, _ fields: [(String, String)] = []) {
    let body = ByteBuffer(string: document.text + "\n")
    self.init(.ok, [("Content-Type", "application/json"), ("Cache-Control", "no-store")] + fields, body: body)
  }

  init(_ refusal: Refusal) {
    let problem = refusal.problem
    let document = JSON.object([
      ("type", .string(problem.type)), ("title", .string(problem.title)), ("status", .integer(problem.status)),
      ("detail", .string(problem.detail)),
    ])
    self.init(document, refusal.fields.map { ($0.name, $0.value) })
    status = HTTPResponseStatus(statusCode: problem.status)
    headers.replaceOrAdd(name: "Content-Type", value: Problem.contentType)
  }

  /// As HTTP.
  ///
  /// - Parameters:
  ///   - isHead: whether the body is left out, as the method HEAD wants it.
  ///   - isLast: whether the connection closes afterwards.
  func parts(isHead: Bool, isLast: Bool) -> [HTTPServerResponsePart] {
    var headers = headers.guarded
    if status != .notModified { headers.add(name: "Content-Length", value: "\(body.readableBytes)") }
    if isLast { headers.add(name: "Connection", value: "close") }
    let head = HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))
    return isHead || body.readableBytes == 0 ? [head, .end(nil)] : [head, .body(.byteBuffer(body)), .end(nil)]
  }
}
