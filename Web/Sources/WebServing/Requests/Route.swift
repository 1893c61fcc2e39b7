import NIOHTTP1

/// Where a request goes.
enum Route: Sendable, Equatable {
  /// A file of the page, or nothing.
  case page(name: String)
  /// What the client may do.
  case session
  case login
  case logout
  /// The daemon, for whoever may do so much.
  case daemon(needs: Access, kind: Kind)

  enum Kind: Sendable { case short, events, upload }

  /// A call of the API that changes nothing, and who may make it.
  ///
  /// `{name}` stands for any step. The configuration's text tells more than the page shows: places of files, names of devices.
  private struct Reading {
    let path: String
    var needs = Access.open
    var kind = Kind.short
  }

  /// By GET and HEAD. All else below /v1 needs full access, what a later daemon adds too.
  private static let readings = [
    Reading(path: "metrics"), Reading(path: "v1/status"), Reading(path: "v1/events", kind: .events), Reading(path: "v1/openapi.json"),
    Reading(path: "v1/config", needs: .readOnly), Reading(path: "v1/filters/{name}/response"),
    Reading(path: "v1/outputs/{name}/response"), Reading(path: "v1/presets"),
  ]
  private static let readingSteps = readings.map { $0.path.split(separator: "/") }

  /// - Parameter hasBody: of unknown length, or of more than 64 KiB.
  init(_ method: HTTPMethod, _ target: RequestTarget, hasLargeBody: Bool) throws(Refusal) {
    guard [.GET, .HEAD, .PUT, .POST, .PATCH, .DELETE].contains(method) else { throw .method("GET, HEAD, PUT, POST, PATCH, DELETE") }
    let isReading = method == .GET || method == .HEAD
    let steps = target.steps
    if let index = Self.readingSteps.firstIndex(where: { Self.matches($0, steps) }), isReading {
      self = .daemon(needs: Self.readings[index].needs, kind: Self.readings[index].kind)
    } else if steps.count > 1, steps[0].utf8.elementsEqual("v1".utf8) {
      self = .daemon(needs: .full, kind: hasLargeBody ? .upload : .short)
    } else {
      self = try Self.own(method, steps, isReading)
    }
  }

  private static func own(_ method: HTTPMethod, _ steps: [Substring], _ isReading: Bool) throws(Refusal) -> Route {
    guard steps.count == 1 else { throw Refusal(.notFound, "there is nothing here: the page is /, the API is /v1 and /metrics") }
    let name = String(steps[0])
    switch name {
    case "login", "logout":
      guard method == .POST else { throw .method("POST") }
      return name == "login" ? .login : .logout
    default:
      guard isReading else { throw .method("GET, HEAD") }
      return name == "session" ? .session : .page(name: name.isEmpty ? "index.html" : name)
    }
  }

  private static func matches(_ pattern: [Substring], _ steps: [Substring]) -> Bool {
    pattern.count == steps.count && zip(pattern, steps).allSatisfy { $0 == "{name}" || $0.utf8.elementsEqual($1.utf8) }
  }
}
