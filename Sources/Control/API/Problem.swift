/// Why a request was refused, as a problem document (RFC 9457).
public struct Problem: Error, Codable, Sendable, Equatable {
  public static let contentType = "application/problem+json"

  /// One thing wrong with a configuration.
  public struct Fault: Codable, Sendable, Equatable {
    /// Of the configuration, from 1.
    public var line: Int
    /// What is wrong, with which value, and what to do.
    public var message: String

    public init(line: Int, message: String) { (self.line, self.message) = (line, message) }
  }

  /// `about:blank`: the status code says what kind of problem it is.
  public var type: String
  public var title: String
  /// HTTP status code.
  public var status: Int
  /// What failed, with which value, and what to do.
  public var detail: String
  /// All that is wrong with a configuration, by line; nil where it is not about one.
  public var faults: [Fault]?

  /// - Parameter title: nil: HTTP's phrase for the status code.
  public init(status: Int, title: String? = nil, detail: String, faults: [Fault]? = nil) {
    type = "about:blank"
    self.title = title ?? Self.reasonPhrase(status)
    self.status = status
    self.detail = detail
    self.faults = faults
  }

  /// RFC 9110, 15; empty for a status that no answer of the API has.
  private static func reasonPhrase(_ status: Int) -> String {
    switch status {
    case 400: "Bad Request"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 413: "Payload Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 417: "Expectation Failed"
    case 422: "Unprocessable Entity"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    default: ""
    }
  }
}
