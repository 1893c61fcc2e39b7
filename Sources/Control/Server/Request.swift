import NIOHTTP1

/// A request as far as its header tells, and what its body may be.
struct Request {
  let route: Route
  let contentType: String?
  /// Bytes of the body that are read at the most.
  let limit: Int
  /// Whether the client waits to be told that it may send the body. RFC 9110, 10.1.1
  let waitsForContinue: Bool

  /// - Throws: what can be refused without reading the body.
  init(_ head: HTTPRequestHead, limits: ControlLimits) throws(Refusal) {
    route = try Route(method: head.method, target: head.uri)
    (contentType, limit) = try Self.body(head, route, limits)
    let expected = head.headers.first(name: "expect")?.lowercased()
    guard expected == nil || expected == "100-continue" else { throw Refusal(417, "only 100-continue can be expected") }
    waitsForContinue = expected != nil && Self.hasBody(head)
    try Self.checkCoding(head)
    let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
    guard length <= limit else { throw Self.tooLarge(limit) }
  }

  static func tooLarge(_ limit: Int) -> Refusal { Refusal(413, "the body is larger than \(limit) bytes") }

  /// Whether bytes follow the header. RFC 9112, 6
  static func hasBody(_ head: HTTPRequestHead) -> Bool {
    head.headers.contains(name: "transfer-encoding") || !["0", nil].contains(head.headers.first(name: "content-length"))
  }

  private static func body(
    _ head: HTTPRequestHead, _ route: Route, _ limits: ControlLimits
  ) throws(Refusal) -> (contentType: String?, limit: Int) {
    let given = head.headers.first(name: "content-type")
    let type = given?.split(separator: ";").first?.lowercased().filter { $0 != " " && $0 != "\t" }
    switch route {
    case .status, .configuration, .reloadConfiguration, .events, .metrics, .description: return (nil, limits.documentBytes)
    case .replaceConfiguration, .checkConfiguration: return (given, limits.configurationBytes)
    case .output, .filters:
      guard type == "application/json" else { throw Refusal(415, "the body must be JSON: send Content-Type: application/json") }
      return (given, limits.documentBytes)
    case .verify:
      guard type == "application/json" || !hasBody(head) else {
        throw Refusal(415, "the body must be JSON, or empty: send Content-Type: application/json")
      }
      return (given, limits.documentBytes)
    case .kernel:
      guard type?.hasPrefix("multipart/") != true else {
        throw Refusal(415, "a form is not a kernel: send the file itself as the body, as `curl --upload-file` does")
      }
      // What curl says of any data, unless told otherwise: it knows nothing about the file.
      return (type == "application/x-www-form-urlencoded" ? nil : given, limits.kernelBytes)
    }
  }

  private static func checkCoding(_ head: HTTPRequestHead) throws(Refusal) {
    guard head.headers[canonicalForm: "content-encoding"].allSatisfy({ $0.lowercased() == "identity" }) else {
      throw Refusal(415, "the body must not be compressed: send it without Content-Encoding")
    }
    guard head.headers[canonicalForm: "transfer-encoding"].allSatisfy({ $0.lowercased() == "chunked" }) else {
      throw Refusal(501, "of transfer codings only chunked is known")
    }
  }
}
