import AudioFile
import Glibc

/// An exit code of the three commands, from sysexits.h.
public enum ExitStatus: Int32, Sendable {
  case success = 0
  case usage = 64
  case badData = 65
  case noInput = 66
  case unavailable = 69
  case cannotCreate = 73
  case inputOutput = 74
  case notPermitted = 77
}

extension String {
  /// With escapes in place of control characters other than line breaks and tabs, and of marks that turn the direction of writing:
  /// what a server or a file's name says is only shown by a terminal, and never obeyed.
  public var printable: String {
    guard unicodeScalars.contains(where: \.isControl) else { return self }
    return unicodeScalars.reduce(into: "") { $0 += $1.isControl ? $1.escaped(asASCII: true) : String($1) }
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool {
    switch value {
    case 0x09, 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}

/// Why a command fails: one line for the user, and an exit code for scripts.
public struct Failure: Error, Sendable, Equatable {
  public var status: ExitStatus
  /// What failed, with which value, and what to do.
  public var message: String

  public init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  public init(_ error: AudioFileError) {
    let status: ExitStatus =
      switch error.cause {
      case .specification: .usage
      case .missing: .noInput
      case .notPermitted: .notPermitted
      case .badData: .badData
      case .cannotCreate: .cannotCreate
      case .inputOutput: .inputOutput
      }
    self.init(status, error.message)
  }

  /// Prints `command: message` on standard error.
  public func print(command: String) {
    let line = "\(command): \(message.printable)\n"
    _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
  }
}
