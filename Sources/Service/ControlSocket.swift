import ControlAPI
import ControlServing
import Logging

/// Where the control socket comes from.
public enum ControlSocket: Sendable, Equatable {
  /// The daemon makes it, with these permission bits, and removes it.
  case own(path: String, mode: UInt16)
  /// It listens already, and stays.
  case inherited(descriptor: CInt, path: String)

  public var path: String {
    switch self {
    case .own(let path, _), .inherited(_, let path): path
    }
  }

  /// Then no configuration has a say in it.
  var isInherited: Bool {
    if case .inherited = self { true } else { false }
  }

  func serve(_ handler: any ControlHandler, _ logger: Logger) async throws(ControlError) -> ControlServer {
    switch self {
    case .own(let path, let mode): try await .start(path: path, mode: mode, handler: handler, logger: logger)
    case .inherited(let descriptor, _): try await .start(inherited: descriptor, handler: handler, logger: logger)
    }
  }
}
