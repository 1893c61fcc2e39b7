import NIOHTTP1

extension HTTPHeaders {
  /// What tells browsers to trust nothing but the page's own files, in every answer.
  ///
  /// There is no Strict-Transport-Security: it would hold for all that this machine serves, on every port.
  /// Source: CSP 3; Fetch, 3.7 (Cross-Origin-Resource-Policy); Permissions Policy
  private static let guarding = [
    (
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
  ]

  /// Those of one connection only, or of this program. RFC 9110, 7.6.1
  private static let notPassed = [
    "connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "set-cookie",
    "server", "access-control-allow-origin", "access-control-allow-credentials",
  ]

  var guarded: HTTPHeaders {
    var headers = self
    for (name, value) in Self.guarding { headers.replaceOrAdd(name: name, value: value) }
    return headers
  }

  /// Of an answer of the daemon, for a client. A proxy must not collect events.
  var passedBack: HTTPHeaders {
    var headers = self
    let ofConnection = headers[canonicalForm: "connection"].map(String.init)
    for name in Self.notPassed + ofConnection { headers.remove(name: name) }
    if !headers.contains(name: "cache-control") { headers.add(name: "Cache-Control", value: "no-store") }
    headers.add(name: "X-Accel-Buffering", value: "no")
    return headers.guarded
  }

  /// Of a request, for the daemon: what it knows, and nothing of who sends it. It refuses Origin, as it serves no page.
  var passedOn: HTTPHeaders {
    var headers = HTTPHeaders([("Host", "localhost"), ("Connection", "close")])
    for name in ["accept", "content-encoding", "content-length", "content-type", "last-event-id"] {
      for value in self[name] { headers.add(name: name, value: value) }
    }
    if contains(name: "transfer-encoding") { headers.add(name: "transfer-encoding", value: "chunked") }
    return headers
  }
}
