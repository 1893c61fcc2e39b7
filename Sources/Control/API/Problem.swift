import NIOHTTP1

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
    self.title = title ?? HTTPResponseStatus(statusCode: status).reasonPhrase
    self.status = status
    self.detail = detail
    self.faults = faults
  }
}
