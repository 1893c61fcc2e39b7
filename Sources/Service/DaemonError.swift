/// Why the daemon does not start. Later failures are states, not errors.
public struct DaemonError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Cause: Sendable {
    /// The configuration or a kernel is at fault.
    case badConfiguration
    /// The control socket cannot be made.
    case socket
  }

  public var cause: Cause
  /// What failed, with which value, and what to do; a configuration's faults one a line.
  public var description: String

  public init(_ cause: Cause, _ description: String) {
    self.cause = cause
    self.description = description
  }
}
