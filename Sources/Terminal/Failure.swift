import Glibc

/// An exit code of the three commands, from sysexits.h.
public enum ExitStatus: Int32, Sendable {
  case success = 0
  case usage = 64
  case badData = 65
  case noInput = 66
  case unavailable = 69
  case system = 71
  case cannotCreate = 73
  case inputOutput = 74
  case notPermitted = 77
}

/// Why a command fails: one line for the user, or one for each fault of a file, and an exit code for scripts.
public struct Failure: Error, Sendable, Equatable {
  public var status: ExitStatus
  /// What failed, with which value, and what to do.
  public var message: String
  /// Of several faults, each by itself; nil: there is one.
  public var faults: [String]?

  public init(_ status: ExitStatus, _ message: String, faults: [String]? = nil) {
    self.status = status
    self.message = message
    self.faults = faults
  }

  /// What a parser of arguments says, in one line.
  ///
  /// - Parameter help: the command whose help explains it.
  public static func usage(_ message: String, help: String) -> Failure {
    let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    return Failure(.usage, "\(line.hasSuffix(".") ? String(line.dropLast()) : line): see \(help) --help")
  }

  /// Prints `command: message` on standard error, control characters other than line breaks as "?".
  public func print(command: String) {
    CommandProcess.flush()
    let lines = (faults ?? [message]).map { "\(command): \($0.printable)\n" }.joined()
    _ = lines.withCString { write(STDERR_FILENO, $0, strlen($0)) }
  }

  /// Prints it, and ends the process with its exit code.
  public func end(command: String) -> Never {
    print(command: command)
    exit(status.rawValue)
  }
}
