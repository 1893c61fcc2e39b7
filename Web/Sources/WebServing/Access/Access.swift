/// What a client may do.
package enum Access: Int, Comparable, Sendable {
  /// Nothing but see the page: a token is configured, and it has none.
  case none
  /// Read what the page shows, since no token is configured: every user of the machine may be here.
  case open
  /// Read all.
  case readOnly
  case full

  package static func < (a: Access, b: Access) -> Bool { a.rawValue < b.rawValue }

  /// As the token file and `GET /session` say it.
  package var text: String {
    switch self {
    case .none: "none"
    case .open, .readOnly: "read-only"
    case .full: "full"
    }
  }
}
