import ArgumentParser
import Glibc
import Logging
import Platform
import Systemd
import Terminal
import WebServing

@main
struct ConvolvedWeb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convolved-web", abstract: "Serves a page that controls convolved.",
    discussion: """
      Passes the API of a running convolved on, from its control socket to TCP: read-only without a token, all of it with one that \
      convolvectl web-token makes.
      """,
    version: version)

  private static let name = "convolved-web"
  private static let words = OptionWords(
    flags: ["--behind-proxy"],
    values: ["--listen", "--socket", "--token-file", "--certificate", "--key", "--host", "--page", "--idle-exit"])

  @Option(
    help: ArgumentHelp(
      "Address and port to listen at.",
      discussion: """
        Default: 127.0.0.1:8095. Any other than the loopback needs a token, and --certificate or --behind-proxy. A socket that systemd \
        hands over comes before it.
        """, valueName: "address:port"))
  var listen: String?

  @Option(
    help: ArgumentHelp(
      "Control socket of the daemon.", discussion: "Default: $XDG_RUNTIME_DIR/convolved.sock, else /run/convolved/convolved.sock.",
      valueName: "path"), completion: .file())
  var socket: String?

  @Option(
    help: ArgumentHelp(
      "Tokens, as convolvectl web-token makes them.", discussion: "Without one everybody may read, and nobody change.", valueName: "file"),
    completion: .file())
  var tokenFile: String?

  @Option(help: ArgumentHelp("Certificate chain of the server, PEM.", valueName: "file"), completion: .file())
  var certificate: String?

  @Option(help: ArgumentHelp("Private key of the certificate, PEM.", valueName: "file"), completion: .file())
  var key: String?

  @Flag(help: "A proxy stands before, speaks TLS with the clients, and says in X-Forwarded-For who they are.")
  var behindProxy = false

  @Option(
    help: ArgumentHelp(
      "A name of this machine that the page is reached by.", discussion: "May be given several times. Addresses need not be named.",
      valueName: "name"))
  var host: [String] = []

  @Option(
    help: ArgumentHelp("Serve the page's files of this folder in place of those built in.", valueName: "folder"), completion: .directory)
  var page: String?

  @Option(
    help: ArgumentHelp(
      "End after so many seconds without a client.", discussion: "Default: 60 with a socket that systemd hands over, else never.",
      valueName: "seconds"))
  var idleExit: Double?

  static func main() {
    FreedMemory.limit()
    // Sessions are written for nobody else.
    umask(0o077)
    // 96 clients and those that are turned away, 30 calls of the daemon, and what it had open at its start.
    CommandProcess.run(name, threads: 4, files: 256) { await parseAndRun() }
  }

  private static func parseAndRun() async {
    do {
      let arguments = systemArguments
      let isScript = arguments.contains("--generate-completion-script")
      let command = try parseAsRoot(isScript ? arguments : words.separated(arguments, of: name))
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

  func validate() throws {
    guard (certificate == nil) == (key == nil) else { throw ValidationError("--certificate and --key go together") }
    guard idleExit.map({ $0.isFinite && (1...86_400).contains($0) }) ?? true else {
      throw ValidationError("--idle-exit takes seconds, from 1 to 86400")
    }
    for name in host where name.isEmpty || !name.utf8.allSatisfy(Self.isOfName) {
      throw ValidationError("--host \(name) is no name of a machine: give it without scheme and port")
    }
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    default: "-._".utf8.contains(byte)
    }
  }

  func run() async throws {
    do throws(Failure) {
      try await serve()
    } catch {
      guard let journal = JournalLog() else { error.end(command: Self.name) }
      Logger(label: Self.name) { _ in journal }.error("\(error.message)")
      Glibc.exit(error.status.rawValue)
    }
  }

  /// Until SIGTERM or SIGINT, or until nobody has been connected for a while.
  private func serve() async throws(Failure) {
    let manager = ServiceManager.fromEnvironment()
    let inherited = try inheritedSocket()
    let journal = JournalLog()
    LoggingSystem.bootstrap { label in
      if let journal { return journal }
      return StreamLogHandler.standardError(label: label)
    }
    let logger = Logger(label: Self.name)
    let options = try options()
    // Before anybody can connect, and think that it runs.
    let termination = ProcessSignals([SIGTERM, SIGINT])
    let socket = try listeningSocket(inherited)
    try check(socket, options)
    let server: WebServer
    do {
      server = try await WebServer.start(socket.descriptor, options, logger: logger)
    } catch {
      throw Failure(.unavailable, "\(socket.text) cannot be served: \(error)")
    }
    let scheme = options.certificate == nil ? "http" : "https"
    logger.info("\(scheme)://\(socket.text), \(options.tokens == nil ? "read-only" : "by token"), for \(options.socket)")
    manager?.send(.ready)
    let reason = await end(termination, server, after: idleExit ?? (inherited == nil ? nil : 60))
    manager?.send(.stopping)
    logger.info("stopping: \(reason)")
    await server.stop()
  }

  /// Waits for the end, and says why it comes.
  ///
  /// - Parameter idleTime: seconds; nil: it may be idle.
  private func end(_ termination: ProcessSignals, _ server: WebServer, after idleTime: Double?) async -> String {
    await withTaskGroup(of: String.self) { tasks in
      tasks.addTask { await termination.first() == SIGTERM ? "SIGTERM" : "SIGINT" }
      if let idleTime {
        tasks.addTask {
          await server.idle(for: .seconds(idleTime))
          return "nobody has been connected for \(idleTime) s"
        }
      }
      let reason = await tasks.next() ?? ""
      tasks.cancelAll()
      return reason
    }
  }
}
