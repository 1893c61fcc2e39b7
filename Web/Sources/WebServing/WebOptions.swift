import Logging

/// What the server is started with.
package struct WebOptions: Sendable {
  /// Of the daemon's control socket.
  package var socket: String
  package var page: PageFiles
  package var tokens: TokenFile?
  package var certificate: Certificate?
  package var isBehindProxy: Bool
  /// Names of this machine besides its addresses.
  package var hosts: [String]
  /// Whether sessions outlive the process, in the folder that systemd gives it.
  package var keepsSessions: Bool

  package init(
    socket: String, page: PageFiles, tokens: TokenFile?, certificate: Certificate?, isBehindProxy: Bool, hosts: [String],
    keepsSessions: Bool
  ) {
    (self.socket, self.page, self.tokens, self.certificate) = (socket, page, tokens, certificate)
    (self.isBehindProxy, self.hosts, self.keepsSessions) = (isBehindProxy, hosts, keepsSessions)
  }
}

extension Site {
  init(_ options: WebOptions, logger: Logger, limits: WebLimits = WebLimits()) {
    let isSecure = options.certificate != nil || options.isBehindProxy
    let sender = Sender(
      names: Set(options.hosts.map { $0.lowercased() }), scheme: isSecure ? "https" : "http", isBehindProxy: options.isBehindProxy)
    let file = options.tokens.flatMap { tokens in
      options.keepsSessions ? SessionFile(KeptFile(.state, name: "sessions"), fingerprint: tokens.fingerprint) : nil
    }
    let keeper = Keeper(
      tokens: options.tokens, sessions: Sessions(file?.read() ?? []), cookie: SessionCookie(isSecure: isSecure), limits: limits)
    self.init(socket: options.socket, page: options.page, sender: sender, keeper: keeper, limits: limits, sessionFile: file, logger: logger)
  }
}
