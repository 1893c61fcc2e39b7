import ControlAPI
import NIOHTTP1

/// The cookie of a session. RFC 6265
struct SessionCookie: Sendable {
  let isSecure: Bool

  /// The prefix has browsers refuse it from elsewhere. draft-ietf-httpbis-rfc6265bis, 4.1.3
  private var name: String { isSecure ? "__Host-convolved" : "convolved" }

  func secret(in headers: HTTPHeaders) -> Secret? {
    for field in headers["cookie"] {
      for pair in field.utf8.split(separator: UInt8(ascii: ";")) {
        let pair = pair.drop { $0 == 32 }
        guard pair.starts(with: name.utf8), pair.dropFirst(name.utf8.count).first == UInt8(ascii: "=") else { continue }
        return Secret(pair.dropFirst(name.utf8.count + 1))
      }
    }
    return nil
  }

  /// The browser keeps it until it ends itself, or for as long as a session lasts.
  func setting(_ secret: Secret) -> String { attributes(secret.text, age: Sessions.wholeTime) }

  var removal: String { attributes("", age: 0) }

  private func attributes(_ value: String, age: Int) -> String {
    "\(name)=\(value); Path=/; Max-Age=\(age); HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
  }
}
