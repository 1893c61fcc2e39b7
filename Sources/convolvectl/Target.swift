import ArgumentParser
import AudioFile
import ControlAPI
import ControlCalling
import Glibc
import Terminal

/// Which daemon a command is for.
struct Target: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Control socket.",
      discussion: "Default: $XDG_RUNTIME_DIR/convolved.sock where there is one, else /run/convolved/convolved.sock.", valueName: "path"),
    completion: .file())
  var socket: String?

  @Option(help: ArgumentHelp("The daemon whose socket is /run/convolved/<name>.sock.", valueName: "name"))
  var instance: String?

  func validate() throws {
    guard socket == nil || instance == nil else { throw ValidationError("--socket and --instance exclude each other") }
    guard instance.map({ !$0.isEmpty && !$0.contains("/") }) ?? true else { throw ValidationError("--instance takes a name, not a path") }
  }

  /// The options that name it, to be typed behind a command; empty: none do.
  var words: String {
    if let socket { return " --socket \(Conversion.quoted(socket))" }
    return instance.map { " --instance \(Conversion.quoted($0))" } ?? ""
  }

  /// Of its socket.
  var path: String {
    if let socket { return socket }
    if let instance { return "/run/convolved/\(instance).sock" }
    if let folder = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), !folder.isEmpty {
      let path = folder + "/convolved.sock"
      if access(path, F_OK) == 0 { return path }
    }
    return "/run/convolved/convolved.sock"
  }

  /// The daemon at another socket, unless options name one.
  func unlessNamed(_ other: String?) -> Target {
    var target = self
    if socket == nil, instance == nil { target.socket = other }
    return target
  }

  /// Calls the daemon. What goes wrong ends the command with its exit code.
  ///
  /// - Parameters:
  ///   - file: name that a configuration's faults are shown under; nil: as the daemon has it.
  ///   - timeout: seconds.
  func call<Answer: Sendable>(
    file: String? = nil, timeout: Double = 60, _ body: (ControlClient) async throws(ControlError) -> Answer
  ) async throws(Failure) -> Answer {
    do throws(ControlError) {
      return try await body(ControlClient(path: path, timeout: timeout))
    } catch {
      if case .problem(let problem) = error, let faults = problem.faults, !faults.isEmpty {
        let lines = file.map { file in faults.map { "\(file):\($0.line): \($0.message)" } }
        throw Failure(.badData, lines?.joined(separator: "\n") ?? problem.detail)
      }
      throw Failure(error)
    }
  }
}

extension Failure {
  fileprivate init(_ error: ControlError) {
    switch error {
    case .noSocket, .refused:
      self.init(.unavailable, "\(error): start the daemon (convolved --config FILE), or say with --socket PATH where it is")
    case .brokenOff:
      self.init(
        .unavailable,
        oneLine("\(error): has the daemon ended, or been restarted? systemctl status convolved and convolved --check say why"))
    case .notPermitted: self.init(.notPermitted, error.description)
    case .pathTooLong: self.init(.usage, error.description)
    case .problem(let problem) where problem.status == 403: self.init(.notPermitted, oneLine(problem.detail))
    case .problem(let problem) where problem.status < 500: self.init(.badData, oneLine(problem.detail))
    default: self.init(.unavailable, oneLine(error.description))
    }
  }
}

private func oneLine(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }
