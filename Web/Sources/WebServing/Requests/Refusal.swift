import ControlAPI
import NIOHTTP1

/// Why a request goes no further, as it is answered.
struct Refusal: Error {
  let problem: Problem
  /// Header fields of the answer.
  var fields: [(name: String, value: String)] = []

  init(_ status: HTTPResponseStatus, _ detail: String, _ fields: (name: String, value: String)...) {
    problem = Problem(status: Int(status.code), title: status.reasonPhrase, detail: detail)
    self.fields = fields
  }

  init(_ problem: Problem) { self.problem = problem }

  static func later(_ seconds: Int, _ detail: String) -> Refusal {
    Refusal(.tooManyRequests, "\(detail): try again in \(seconds) s", ("Retry-After", "\(seconds)"))
  }

  static func method(_ allowed: String) -> Refusal { Refusal(.methodNotAllowed, "use \(allowed) here", ("Allow", allowed)) }
}
