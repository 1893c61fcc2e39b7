import ArgumentParser
import Configuration
import Daemon
import Glibc
import Logging
import Terminal

@main
struct Convolved: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convolved", abstract: "Filters live audio with FIR kernels.",
    discussion: """
      Captures from one ALSA device, convolves block by block with the kernels of its configuration, and plays to another. \
      While it runs, convolvectl or any HTTP client steers it over its control socket.
      """,
    version: Daemon.version)

  @Option(help: ArgumentHelp("Configuration file.", valueName: "file"), completion: .file())
  var config = "/etc/convolved/convolved.yaml"

  @Option(
    help: ArgumentHelp(
      "Control socket.", discussion: "Default: control.socket of the configuration, else $XDG_RUNTIME_DIR/convolved.sock.",
      valueName: "path"),
    completion: .file())
  var socket: String?

  @Flag(help: "Validate configuration, kernels and load, then exit with 0 or 65.")
  var check = false

  @Flag(help: "Play a demonstration: needs neither sound card nor configuration.")
  var demo = false

  func run() async throws {
    do throws(Failure) {
      if demo {
        try await Demonstration(socket: socket).run()
      } else if check {
        try validate(try read().text)
      } else {
        try await serve(try read())
      }
    } catch {
      error.print(command: "convolved")
      throw ExitCode(error.status.rawValue)
    }
  }

  /// A configuration, and its text.
  private typealias Read = (configuration: Configuration, text: ConfigurationText)

  private func read() throws(Failure) -> Read {
    do throws(ConfigurationError) {
      let text = try ConfigurationText(path: config)
      return (try text.configuration(), text)
    } catch {
      if case .unreadable = error { throw Failure(.noInput, error.description) }
      throw Failure(.badData, error.description)
    }
  }

  /// The load is measured, not guessed; a device that is missing is a warning, since that is a normal state.
  private func validate(_ text: ConfigurationText) throws(Failure) {
    do throws(DaemonError) {
      let check = try Check(text)
      print(check.lines.joined(separator: "\n"))
      for warning in check.warnings { Failure(.success, "warning: \(warning)").print(command: "convolved") }
      guard check.fits else {
        throw DaemonError(.badConfiguration, "\(config): \(check.excess): set a larger block, shorter kernels or float32")
      }
    } catch {
      throw Failure(.badData, error.description)
    }
  }

  /// Until SIGTERM or SIGINT; SIGHUP reads the configuration again.
  private func serve(_ read: Read) async throws(Failure) {
    let configuration = read.configuration
    LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
    let logger = Logger(label: "convolved")
    let (termination, hangups) = (Signals([SIGTERM, SIGINT]), Signals([SIGHUP]))
    do throws(DaemonError) {
      let daemon = try Daemon(configuration, text: read.text, logger: logger)
      try await daemon.start(socket: try socketPath(configuration), mode: configuration.control.mode)
      let reloading = Task { for await _ in hangups.numbers { _ = try? await daemon.reload() } }
      defer { reloading.cancel() }
      let signal = await termination.first()
      logger.info("stopping: \(signal == SIGTERM ? "SIGTERM" : "SIGINT")")
      await daemon.stop()
    } catch {
      throw Failure(error.cause == .socket ? .cannotCreate : .badData, error.description)
    }
  }

  private func socketPath(_ configuration: Configuration) throws(DaemonError) -> String {
    if let path = socket ?? configuration.control.socket { return path }
    guard let folder = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), !folder.isEmpty else {
      throw DaemonError(.socket, "no place for the control socket: XDG_RUNTIME_DIR is not set: give --socket or `control: { socket: ... }`")
    }
    return folder + "/convolved.sock"
  }
}
