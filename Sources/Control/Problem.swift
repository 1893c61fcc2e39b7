import NIOHTTP1

/// Why a request was refused, as a problem document (RFC 9457).
public struct Problem: Error, Codable, Sendable, Equatable {
  public static let contentType = "application/problem+json"

  /// `about:blank`: the status code says what kind of problem it is.
  public var type: String
  public var title: String
  /// HTTP status code.
  public var status: Int
  /// What failed, with which value, and what to do.
  public var detail: String

  /// - Parameter title: nil: HTTP's phrase for the status code.
  public init(status: Int, title: String? = nil, detail: String) {
    type = "about:blank"
    self.title = title ?? HTTPResponseStatus(statusCode: status).reasonPhrase
    self.status = status
    self.detail = detail
  }
}
