import ControlAPI

/// What one client, or all of them, may take of the program.
struct WebLimits: Sendable {
  /// Of a connection's requests: header, body and times, as of the daemon's own.
  var requests = ControlLimits()
  /// Connections, by the addresses that they come from. A proxy has one for all.
  var connections = (all: 96, each: 72)
  /// Calls of the daemon at once: it gives each user 32.
  var calls = (all: 30, each: 24)
  /// Of them those that listen to events, of which it gives each user 8, and large bodies, of which it gives 4.
  var events = (all: 8, each: 6)
  var uploads = (all: 4, each: 3)
  /// Bytes of a body, as the daemon takes them.
  var bodyBytes = maximumKernelBytes
  /// Bytes of a body beyond which it is an upload.
  var smallBodyBytes = 64 << 10
  /// Bytes of the form with a token.
  var formBytes = 1_024
  /// What is still read of a body that was refused.
  var drainedBytes = 256 << 10
  var requestsEach = Rates.Rate(burst: 200, aSecond: 50)
  var requestsAll = Rates.Rate(burst: 400, aSecond: 200)
  var wrongTokensEach = Rates.Rate(burst: 8, aSecond: 0.2)
  var wrongTokens = Rates.Rate(burst: 64, aSecond: 2)
}
