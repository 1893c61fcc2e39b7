import NIOHTTP1

/// Why a request is not for any handler.
struct Refusal: Error {
  var problem: Problem
  /// The methods that there are instead.
  var allow: String?

  init(_ status: Int, _ detail: String, allow: String? = nil) {
    problem = Problem(status: status, detail: detail)
    self.allow = allow
  }
}

/// What a request is for.
enum Route: Equatable {
  case status
  case kernel(filter: String, channel: Int)
  case output

  /// The largest `channel` that is asked for; libsndfile reads files of 1,024 channels.
  private static let maximumChannel = 1023

  init(method: HTTPMethod, target: String) throws(Refusal) {
    let (path, query) = try Self.parts(of: target)
    let methods: String
    switch path {
    case ["v1", "status"]:
      methods = "GET, HEAD"
      self = .status
    case ["v1", "output"]:
      methods = "PATCH"
      self = .output
    case _ where path.count == 4 && path[..<2] == ["v1", "filters"] && !path[2].isEmpty && path[3] == "kernel":
      methods = "PUT"
      self = .kernel(filter: path[2], channel: 0)
    default: throw Refusal(404, "\(target.prefix(200)) is not part of this API")
    }
    guard methods.split(separator: ", ").contains(Substring(method.rawValue)) else {
      throw Refusal(405, "\(method.rawValue.prefix(20)) is not what \(target.prefix(200)) takes: use \(methods)", allow: methods)
    }
    try take(query)
  }

  private mutating func take(_ query: Substring) throws(Refusal) {
    var isGiven = false
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard case .kernel(let filter, _) = self, parts[0] == "channel" else {
        throw Refusal(400, "the parameter `\(parts[0].prefix(40))` is unknown here")
      }
      guard !isGiven, parts.count == 2, let channel = Int(parts[1]), (0...Self.maximumChannel).contains(channel) else {
        throw Refusal(400, "`\(pair.prefix(60))`: `channel` is given once, as a whole number from 0 to \(Self.maximumChannel)")
      }
      isGiven = true
      self = .kernel(filter: filter, channel: channel)
    }
  }

  /// The steps of the path, and the query. RFC 9112, 3.2
  private static func parts(of target: String) throws(Refusal) -> (path: [String], query: Substring) {
    var rest = target[...]
    if let scheme = rest.firstRange(of: "://"), !rest.hasPrefix("/") {
      rest = rest[scheme.upperBound...].drop { $0 != "/" }
    }
    let halves = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var path: [String] = []
    for step in (halves.first ?? "").split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      guard let decoded = String(percentDecoding: step) else { throw Refusal(400, "\(target.prefix(200)) is not a URL") }
      path.append(decoded)
    }
    return (path, halves.count == 2 ? halves[1] : "")
  }
}
