import ArgumentParser
import AudioFile
import CIntrinsics
import ConfigurationFile
import FilterKernels
import Filters
import Glibc
import Logging
import Platform
import Service
import Systemd
import Terminal

@main
struct Convolved: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convolved", abstract: "Filters live audio with FIR kernels.",
    discussion: """
      Captures from one ALSA device, convolves block by block with the kernels of its configuration, and plays to another. \
      While it runs, convolvectl or any HTTP client steers it over its control socket.
      """,
    version: version)

  private static let name = "convolved"
  private static let words = OptionWords(flags: ["--check", "--demo"], values: ["--config", "--socket"])

  @Option(
    name: .customLong("config"),
    help: ArgumentHelp("Configuration file.", discussion: "Default: /etc/convolved/convolved.yaml.", valueName: "file"),
    completion: .file())
  var givenConfig: String?

  private var config: String { givenConfig ?? "/etc/convolved/convolved.yaml" }

  @Option(
    help: ArgumentHelp(
      "Control socket.",
      discussion: """
        Default: control.socket of the configuration, else $XDG_RUNTIME_DIR/convolved.sock. A socket that systemd hands over comes \
        before all of these.
        """,
      valueName: "path"),
    completion: .file())
  var socket: String?

  @Flag(help: "Validate configuration, kernels and load, then exit with 0 or 65.")
  var check = false

  @Flag(help: "Play a demonstration: needs neither sound card nor configuration.")
  var demo = false

  static func main() {
    FreedMemory.limit()
    // 64 clients and those that are turned away, devices and kernels, and what it had open at its start. Without a free one the libraries
    // beneath end the process by a signal.
    CommandProcess.run(name, threads: 7, files: 160) { await parseAndRun() }
  }

  private static func parseAndRun() async {
    do {
      let arguments = systemArguments
      let isScript = arguments.contains("--generate-completion-script")
      let separated = isScript ? arguments : try words.separated(arguments, of: name)
      try checkOperands(separated)
      let command = try parseAsRoot(separated)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        var command = command
        try command.run()
      }
    } catch let failure as Failure {
      failure.end(command: name)
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      Failure.usage(message(for: error), help: name).end(command: name)
    }
  }

  /// - Throws: something stands alone, which mostly is a configuration.
  private static func checkOperands(_ words: [String]) throws(Failure) {
    guard let file = words.drop(while: { $0 != "--" }).dropFirst().first, !OptionWords.askForHelp(words) else { return }
    let isNamed = words.contains { $0.hasPrefix("--config=") }
    let remedy = isNamed ? "--config names one already: leave it out" : "name a configuration with --config \(Conversion.quoted(file))"
    throw .usage("\(file): it stands alone, and is no option: \(remedy)", help: name)
  }

  func validate() throws {
    if check && demo { throw ValidationError("--check and --demo exclude each other") }
    if demo && givenConfig != nil { throw ValidationError("--demo and --config exclude each other: the demonstration has its own") }
    if check && socket != nil { throw ValidationError("--check and --socket exclude each other: a check opens no socket") }
  }

  func run() async throws {
    do throws(Failure) {
      if demo {
        try await Demonstration(socket: socket).run()
      } else if check {
        try validate(try read().text)
      } else {
        try await serve()
      }
    } catch {
      if let journal = JournalLog() {
        Logger(label: "convolved") { _ in journal }.error("\(error.message)")
      } else {
        error.print(command: "convolved")
      }
      throw ExitCode(error.status.rawValue)
    }
  }

  /// A configuration, and its text.
  private typealias Read = (configuration: Configuration, text: ConfigurationText)

  private func read() throws(Failure) -> Read {
    do throws(ConfigurationError) {
      let text = try ConfigurationText(path: config)
      return (try text.checkedConfiguration(), text)
    } catch {
      if case .unreadable = error {
        let remedy =
          withSystemPath(config, { access($0, F_OK) }) == 0 ? "" : ": let `convolvectl setup` write one, or name another with --config"
        throw Failure(.noInput, error.description + remedy)
      }
      throw Failure(.badData, error.description)
    }
  }

  /// The load is measured, not guessed; a device that is missing is a warning, since that is a normal state.
  private func validate(_ text: ConfigurationText) throws(Failure) {
    let check: Check
    do throws(ConfigurationError) {
      check = try Check(text)
    } catch {
      throw Failure(.badData, error.description)
    }
    print(check.lines.joined(separator: "\n").printable)
    for warning in check.warnings { Failure(.success, "warning: \(warning)").print(command: "convolved") }
    guard check.fits else {
      throw Failure(.badData, "\(config): \(check.excess): set a larger block, shorter kernels or float32")
    }
  }

  /// Until SIGTERM or SIGINT; SIGHUP reads the configuration again.
  private func serve() async throws(Failure) {
    let manager = ServiceManager.fromEnvironment()
    let inherited = try inheritedSocket()
    let (journal, queue) = (JournalLog(), LogQueue())
    LoggingSystem.bootstrap { label in queue.before(journal ?? StreamLogHandler.standardError(label: label)) }
    defer { queue.flush() }
    let logger = Logger(label: "convolved")
    denyExecution(logger)
    let service = ServiceReport(manager, logger: logger)
    let termination = ProcessSignals([SIGTERM, SIGINT])
    let hangups = ProcessSignals([SIGHUP]) { service.send(.reloading) }
    for signals in [termination, hangups] { await signals.begun() }
    do throws(Failure) {
      let daemon = try await start(inherited, logger)
      // What SwiftNIO has opened, and what was inherited.
      process_close_on_execution()
      let following = Task { await service.follow(daemon) }
      let reloading = Task {
        for await _ in hangups.numbers {
          _ = try? await daemon.reloadConfiguration()
          service.send(.ready)
        }
      }
      let signal = await termination.first()
      service.send(.stopping)
      logger.info("stopping: \(signal == SIGTERM ? "SIGTERM" : "SIGINT")")
      for task in [reloading, following] { task.cancel() }
      await daemon.stop()
    } catch {
      service.send(.status(error.message))
      throw error
    }
  }

  /// Before a device is opened: nothing that the daemon needs, and nothing of ALSA, is a program of its own.
  private func denyExecution(_ logger: Logger) {
    let error = process_deny_execution()
    guard error != 0 else { return }
    logger.warning(
      "devices may run commands: \(String(cString: strerror(error))): use a kernel with seccomp filters, or trust every device's definition"
    )
  }

  /// A service without a configuration waits for one: an administrator is to find it, not a failure.
  private func start(_ inherited: ControlSocket?, _ logger: Logger) async throws(Failure) -> Daemon {
    if let inherited, isUnconfigured {
      return try await start(inherited) { Daemon(unconfigured: config, logger: logger) }
    }
    let read = try read()
    let socket = if let inherited { inherited } else { try ownSocket(read.configuration) }
    return try await start(socket) { () throws(DaemonError) in try Daemon(read.text, logger: logger) }
  }

  private func start(_ socket: ControlSocket, _ make: () throws(DaemonError) -> Daemon) async throws(Failure) -> Daemon {
    do throws(DaemonError) {
      let daemon = try make()
      try await daemon.start(socket: socket)
      return daemon
    } catch {
      throw Failure(error.cause == .socket ? .cannotCreate : .badData, error.description)
    }
  }

  /// A file that is there and cannot be read is at fault, and not missing.
  private var isUnconfigured: Bool {
    guard withSystemPath(config, { access($0, F_OK) }) == 0 else { return errno == ENOENT }
    return (try? ConfigurationText(path: config))?.isBlank ?? false
  }

  private func inheritedSocket() throws(Failure) -> ControlSocket? {
    do throws(InheritedSocket.Unusable) {
      return try InheritedSocket.fromEnvironment().map { .inherited(descriptor: $0.descriptor, path: $0.path) }
    } catch {
      throw Failure(.cannotCreate, "no control socket: \(error)")
    }
  }

  private func ownSocket(_ configuration: Configuration) throws(Failure) -> ControlSocket {
    let mode = configuration.control.mode
    if let path = socket ?? configuration.control.socket { return .own(path: path, mode: mode) }
    guard let folder = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), !folder.isEmpty else {
      throw Failure(
        .cannotCreate,
        "no place for the control socket: XDG_RUNTIME_DIR is not set: give --socket or `control: { socket: ... }`")
    }
    return .own(path: folder + "/convolved.sock", mode: mode)
  }
}
