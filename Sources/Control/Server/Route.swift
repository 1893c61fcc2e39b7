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
  case configuration
  case replaceConfiguration
  /// `folder`: what relative paths start from; nil: the running configuration's.
  case checkConfiguration(folder: String?)
  case reloadConfiguration
  case kernel(filter: String, channel: Int? = nil, resample: Bool? = nil)
  case filters
  case output
  case verify
  case events
  case metrics
  case description

  /// A path, in which `{name}` stands for any step, and what its methods do. GET serves HEAD too.
  struct Path {
    let template: String
    let methods: [(name: String, route: Route)]

    private var steps: [Substring] { template.split(separator: "/") }

    func matches(_ path: [String]) -> Bool {
      steps.count == path.count && zip(steps, path).allSatisfy { $0 == $1 || ($0 == "{name}" && !$1.isEmpty) }
    }

    var allowed: [String] { methods.flatMap { $0.name == "GET" ? ["GET", "HEAD"] : [$0.name] } }
  }

  /// The whole API.
  static var paths: [Path] {
    [
      Path(template: "/v1/status", methods: [("GET", .status)]),
      Path(template: "/v1/config", methods: [("GET", .configuration), ("PUT", .replaceConfiguration)]),
      Path(template: "/v1/config/check", methods: [("POST", .checkConfiguration(folder: nil))]),
      Path(template: "/v1/config/reload", methods: [("POST", .reloadConfiguration)]),
      Path(template: "/v1/filters", methods: [("PATCH", .filters)]),
      Path(template: "/v1/filters/{name}/kernel", methods: [("PUT", .kernel(filter: ""))]),
      Path(template: "/v1/output", methods: [("PATCH", .output)]),
      Path(template: "/v1/verify", methods: [("POST", .verify)]),
      Path(template: "/v1/events", methods: [("GET", .events)]),
      Path(template: "/v1/openapi.json", methods: [("GET", .description)]),
      Path(template: "/metrics", methods: [("GET", .metrics)]),
    ]
  }

  /// The largest `channel` that is asked for; libsndfile reads files of 1,024 channels.
  static let maximumChannel = 1023

  init(method: HTTPMethod, target: String) throws(Refusal) {
    let (path, query) = try Self.parts(of: target)
    guard let entry = Self.paths.first(where: { $0.matches(path) }) else {
      throw Refusal(404, "\(target.prefix(200)) is not part of this API")
    }
    let name = method == .HEAD ? "GET" : method.rawValue
    guard let match = entry.methods.first(where: { $0.name == name }) else {
      let allowed = entry.allowed.joined(separator: ", ")
      throw Refusal(405, "\(method.rawValue.prefix(20)) is not what \(target.prefix(200)) takes: use \(allowed)", allow: allowed)
    }
    self = match.route
    if case .kernel = self { self = .kernel(filter: path[2]) }
    try take(query)
  }

  private mutating func take(_ query: Substring) throws(Refusal) {
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count == 2 ? parts[1] : nil
      switch self {
      case .kernel(let filter, let given, let resample) where parts[0] == "channel":
        guard given == nil, let channel = value.flatMap({ Int($0) }), (0...Self.maximumChannel).contains(channel) else {
          throw Refusal(400, "`\(pair.prefix(60))`: `channel` is given once, as a whole number from 0 to \(Self.maximumChannel)")
        }
        self = .kernel(filter: filter, channel: channel, resample: resample)
      case .kernel(let filter, let channel, let given) where parts[0] == "resample":
        guard given == nil, let resample = value.flatMap({ Bool(String($0)) }) else {
          throw Refusal(400, "`\(pair.prefix(60))`: `resample` is given once, as true or false")
        }
        self = .kernel(filter: filter, channel: channel, resample: resample)
      case .checkConfiguration(let given) where parts[0] == "folder":
        guard given == nil, let folder = value.flatMap({ String(percentDecoding: $0) }), folder.hasPrefix("/"), !folder.utf8.contains(0)
        else {
          throw Refusal(400, "`\(pair.prefix(60))`: `folder` is given once, as an absolute path")
        }
        self = .checkConfiguration(folder: folder)
      default: throw Refusal(400, "the parameter `\(parts[0].prefix(40))` is unknown here")
      }
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
