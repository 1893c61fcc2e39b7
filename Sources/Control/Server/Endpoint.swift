import ControlAPI
import NIOHTTP1
import Numbers
import Platform

/// A method of a path of the API: what it takes, what it does, and how it is documented.
struct Endpoint: Sendable {
  /// In capitals. GET serves HEAD too.
  let method: String
  /// In which a name in braces stands for any step.
  let path: String
  /// Its name for generated clients.
  let operation: String
  /// What it does, for `GET /v1/openapi.json`.
  let summary: String
  /// JSON Schema of the step that a name in braces stands for.
  var pathSchema = #"{ "type": "string", "minLength": 1 }"#
  var parameters: [Parameter] = []
  var body = Body.none
  var answer: Answer
  /// Statuses of the problems that only its handler finds.
  var problems: [Int] = []
  var kind = Kind.short
  let handle: Handle

  typealias Handle = @Sendable (Call) async throws(Problem) -> Response

  /// A parameter of the query, given at most once.
  struct Parameter: Sendable {
    let name: String
    /// What its value must be.
    let needs: String
    /// JSON Schema.
    let schema: String
    var documentation: String?
    /// The value, in one form; nil where it is not what is needed.
    let read: @Sendable (Substring) -> String?
  }

  enum Body: Sendable {
    case none
    /// `schema`: what describes it in OpenAPI.
    case json(isOptional: Bool = false, schema: String)
    case configuration
    case kernel
  }

  /// What describes the answer in OpenAPI.
  enum Answer: Sendable {
    /// JSON.
    case document(_ schema: Schema, _ description: String)
    /// `schema`: JSON, of what the text is parsed to; nil: nothing is said of it.
    case content(_ type: String, _ description: String, schema: Schema? = nil)
  }

  enum Kind: Sendable {
    case short
    /// It, or its preparation, is broken off when the client goes away.
    case long
    /// The answer is a stream of events. `handle` answers HEAD.
    case events
  }

  /// A request that has come whole.
  struct Call: Sendable {
    /// What stands for the name in braces.
    let name: String
    let query: [String: String]
    let contentType: String?
    let body: [UInt8]
    let handler: any ControlHandler
    /// The answers of the two endpoints of their names, which many may ask for.
    let status: SharedAnswer
    let metrics: SharedAnswer

    /// Whether a change is only to be checked.
    var isCheck: Bool { query["check"] == "true" }
  }

  // MARK: Routing

  /// What a request names: an endpoint, with what stands for its parameters.
  typealias Match = (endpoint: Endpoint, name: String, query: [String: String])

  static func match(_ method: HTTPMethod, _ target: String) throws(Refusal) -> Match {
    let (path, query) = try parts(of: target)
    let served = all.indices.filter { matches(steps[$0], path) }.map { all[$0] }
    guard !served.isEmpty else { throw Refusal(404, "\(quotable(target, most: 200)) is not part of this API") }
    let name = method == .HEAD ? "GET" : method.rawValue
    guard let endpoint = served.first(where: { $0.method == name }) else {
      let allowed = served.flatMap { $0.method == "GET" ? ["GET", "HEAD"] : [$0.method] }.joined(separator: ", ")
      let refused = "\(quotable(method.rawValue, most: 20)) is not what \(quotable(target, most: 200)) takes"
      throw Refusal(405, "\(refused): use \(allowed)", allow: allowed)
    }
    let step = endpoint.path.split(separator: "/").firstIndex { $0.hasPrefix("{") }.map { path[$0] } ?? ""
    return (endpoint, step, try endpoint.values(query))
  }

  /// Of the paths of `all`.
  private static let steps = all.map { $0.path.split(separator: "/").map(String.init) }
  private static let mostSteps = steps.map(\.count).max() ?? 0

  private static func matches(_ steps: [String], _ path: [String]) -> Bool {
    steps.count == path.count && zip(steps, path).allSatisfy { $0 == $1 || ($0.hasPrefix("{") && !$1.isEmpty) }
  }

  private func values(_ query: Substring) throws(Refusal) -> [String: String] {
    var values: [String: String] = [:]
    // Each is given once, so that few are read: the first one beyond is at fault, or unknown.
    var rest = query.utf8
    while let start = rest.firstIndex(where: { $0 != UInt8(ascii: "&") }) {
      let end = rest[start...].firstIndex(of: UInt8(ascii: "&")) ?? rest.endIndex
      let pair = query[start..<end]
      rest = rest[end...]
      let parts = pair.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false).map(Substring.init)
      guard let parameter = parameters.first(where: { $0.name == parts[0] }) else {
        throw Refusal(400, "the parameter `\(quotable(parts[0], most: 40))` is unknown here")
      }
      guard values[parameter.name] == nil, parts.count == 2, let value = parameter.read(parts[1]), !value.hasLongMarkRuns else {
        throw Refusal(400, "`\(quotable(pair, most: 60))`: `\(parameter.name)` is given once, as \(parameter.needs)")
      }
      values[parameter.name] = value
    }
    return values
  }

  /// Bytes of a path. A query may be as long as the header lets it: it names folders.
  private static let mostPathBytes = 2_048

  /// The steps of the path, no more than any endpoint has and one, and the query. RFC 9112, 3.2
  private static func parts(of target: String) throws(Refusal) -> (path: [String], query: Substring) {
    guard !target.hasLongMarkRuns else { throw Refusal(400, "\(quotable(target, most: 200)) is not a URL") }
    var rest = target[...]
    if !rest.utf8.starts(with: "/".utf8), let scheme = rest.firstRange(of: "://") {
      rest = rest[(rest[scheme.upperBound...].utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex)...]
    }
    let end = rest.utf8.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
    guard rest[..<end].utf8.count <= mostPathBytes else {
      throw Refusal(414, "the path has \(rest[..<end].utf8.count) bytes: \(mostPathBytes) are the most")
    }
    var path: [String] = []
    // The last one is the rest of a path that is too long.
    for step in rest[..<end].utf8.split(separator: UInt8(ascii: "/"), maxSplits: mostSteps + 1, omittingEmptySubsequences: false)
      .dropFirst()
    {
      guard let decoded = String(percentDecoding: Substring(step)), !decoded.hasLongMarkRuns else {
        throw Refusal(400, "\(quotable(target, most: 200)) is not a URL")
      }
      path.append(decoded)
    }
    return (path, rest[end...].dropFirst())
  }
}

extension Endpoint.Body {
  /// Bytes that are read at most.
  func limit(_ limits: ControlLimits) -> Int {
    switch self {
    case .none, .json: limits.documentBytes
    case .configuration: limits.configurationBytes
    case .kernel: limits.kernelBytes
    }
  }

  /// Bytes of a media type with its parameters.
  private static let mostTypeBytes = 1_024

  /// Checks that a body of this type may come. Returns the type as the handler gets it.
  func accept(_ given: String?, hasBody: Bool) throws(Refusal) -> String? {
    guard given.map({ $0.utf8.count <= Self.mostTypeBytes && !$0.hasLongMarkRuns }) ?? true else {
      throw Refusal(415, "Content-Type is no media type: \"\(quotable(given ?? "", most: 40))\"")
    }
    let type = given?.split(separator: ";").first?.lowercased().filter { $0 != " " && $0 != "\t" }
    switch self {
    case .none: return nil
    case .configuration: return given
    case .json(let isOptional, _):
      guard type == "application/json" || isOptional && !hasBody else {
        throw Refusal(415, "the body must be JSON\(isOptional ? ", or empty" : ""): send Content-Type: application/json")
      }
      return given
    case .kernel:
      guard type?.hasPrefix("multipart/") != true else {
        throw Refusal(415, "a form is not a kernel: send the file itself as the body, as `curl --upload-file` does")
      }
      // curl says this of any data unless told otherwise: it knows nothing about the file.
      return type == "application/x-www-form-urlencoded" ? nil : given
    }
  }
}

/// Why a request reaches no handler.
struct Refusal: Error {
  var problem: Problem
  /// The methods to use instead.
  var allow: String?

  init(_ status: Int, _ detail: String, allow: String? = nil) {
    problem = Problem(status: status, detail: detail)
    self.allow = allow
  }
}
