import ConfigurationFile

/// Why the daemon does not start. What goes wrong later is a state, not an error.
public struct DaemonError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Cause: Sendable {
    /// The configuration file is not there or may not be read.
    case noConfiguration
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

  init(_ error: ConfigurationError) {
    self.init(error.isUnreadable ? .noConfiguration : .badConfiguration, error.description)
  }
}
