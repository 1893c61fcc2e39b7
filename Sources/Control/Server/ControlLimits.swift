import NIOCore

/// What one client, or all of them, may take of the server.
package struct ControlLimits: Sendable {
  /// Of a kernel file. The command checks it before it sends.
  package var kernelBytes = maximumKernelBytes
  /// Of a configuration: a byte more than can be one, so that it is refused with its reason.
  package var configurationBytes = (1 << 20) + 1
  /// Of any other body.
  package var documentBytes = 64 << 10
  /// Of all bodies that are in memory at once.
  package var bodiesBytes = 256 << 20
  /// Of one line or header of a request, and of all of them.
  package var headerBytes = 16 << 10
  package var headersBytes = 64 << 10
  package var headers = 100
  /// At once; those beyond are answered 503.
  package var connections = 64
  /// From the connection's start, or the last answer's end, to the end of the next request's header.
  package var headerTime = TimeAmount.seconds(10)
  /// Between two pieces of a body.
  package var bodyTime = TimeAmount.seconds(10)
  /// For a client to take an answer, or an event.
  package var answerTime = TimeAmount.seconds(10)

  /// Between two interim answers, by which a client that has gone is noticed.
  package var interimInterval = Duration.seconds(1)

  /// Connections that listen to events at once, and how often these come.
  package var eventListeners = 16
  package var eventInterval = Duration.milliseconds(250)
  /// Events that wait for a listener, beside what the system has taken; a listener that is behind by more is cut off.
  package var eventsBehind = 64

  package init() {}
}

/// Bytes of the largest kernel file that can be sent: 64 MiB.
public let maximumKernelBytes = 64 << 20
