import Logging

/// What all connections share.
struct Site: Sendable {
  /// Of the daemon's control socket.
  let socket: String
  let page: PageFiles
  let sender: Sender
  let keeper: Keeper
  let limits: WebLimits
  /// Where sessions are kept; nil: nowhere.
  let sessionFile: SessionFile?
  let logger: Logger
  let requests: Rates
  let connections: Places
  let calls: Places
  let events: Places
  let uploads: Places

  init(
    socket: String, page: PageFiles, sender: Sender, keeper: Keeper, limits: WebLimits, sessionFile: SessionFile?, logger: Logger
  ) {
    (self.socket, self.page, self.sender, self.keeper) = (socket, page, sender, keeper)
    (self.limits, self.sessionFile, self.logger) = (limits, sessionFile, logger)
    requests = Rates(each: limits.requestsEach, all: limits.requestsAll)
    connections = Places(all: limits.connections.all, each: limits.connections.each)
    calls = Places(all: limits.calls.all, each: limits.calls.each)
    events = Places(all: limits.events.all, each: limits.events.each)
    uploads = Places(all: limits.uploads.all, each: limits.uploads.each)
  }

  func keepSessions() { sessionFile?.write(keeper.sessions.all) }
}
