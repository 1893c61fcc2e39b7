import ConfigurationFile
import Service
import Foundation
import TestSupport
import Testing

/// `convolved` as a service manager runs it. Its devices do not exist: it waits for them.
@Suite("A service", .serialized)
struct ServiceTests {
  @Test("tells what it does: ready without a device, alive while it waits, reloading at once, stopping")
  func notifications() throws {
    let folder = try ScratchFolder()
    let (daemon, manager) = try startWatched(folder)
    defer { kill(daemon.processIdentifier, SIGKILL) }
    try manager.wait("READY") { $0 == "READY=1" }
    #expect(try control(folder, "status").status == 0)
    try manager.wait("STATUS") { $0.hasPrefix("STATUS=waiting: capture device hw:none") }
    for _ in 0..<4 { try manager.wait("WATCHDOG", seconds: 2) { $0 == "WATCHDOG=1" } }

    try write(folder, kernel: "taps:0.5")
    kill(daemon.processIdentifier, SIGHUP)
    try manager.wait("RELOADING") { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") }
    try manager.wait("READY") { $0 == "READY=1" }
    #expect(try control(folder, "status").output.contains("taps:0.5"))
    // What is wrong with a configuration ends the reloading too.
    try write(folder, kernel: "taps:nan")
    kill(daemon.processIdentifier, SIGHUP)
    try manager.wait("RELOADING") { $0.hasPrefix("RELOADING=1\n") }
    try manager.wait("READY") { $0 == "READY=1" }
    #expect(try control(folder, "status").output.contains("taps:0.5"))

    kill(daemon.processIdentifier, SIGTERM)
    try manager.wait("STOPPING") { $0 == "STOPPING=1" }
    daemon.waitUntilExit()
    #expect(daemon.terminationStatus == 0)
  }

  @Test("feeds the watchdog and ends beside clients that ask by the thousand", .timeLimit(.minutes(1)))
  func busyWatchdog() async throws {
    let folder = try ScratchFolder()
    let (daemon, manager) = try startWatched(folder)
    defer { kill(daemon.processIdentifier, SIGKILL) }
    try manager.wait("READY") { $0 == "READY=1" }
    let body = "{" + (0..<500).map { "\"m\($0)\":1" }.joined(separator: ",") + "}"
    let head = "PATCH /v1/output HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
    let flood = Array(String(repeating: head + body, count: 400).utf8)
    let raw = RawClient(path: folder.file("control.sock"))
    let floods = (0..<20).map { _ in Task { try await raw.run(.send(flood), .halfClose) } }
    for _ in 0..<8 { try manager.wait("WATCHDOG", seconds: 1) { $0 == "WATCHDOG=1" } }
    kill(daemon.processIdentifier, SIGTERM)
    try manager.wait("STOPPING", seconds: 2) { $0 == "STOPPING=1" }
    daemon.waitUntilExit()
    #expect(daemon.terminationStatus == 0)
    for flood in floods { _ = try? await flood.value }
  }

  @Test("leaves the watchdog to the process that it is meant for")
  func othersWatchdog() throws {
    let folder = try ScratchFolder()
    try write(folder, kernel: "taps:1")
    let manager = try NotifySocket(folder.file("notify"))
    let daemon = try start(
      folder, [Location.program("convolved"), "--config", folder.file("convolved.yaml")],
      ["NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"])
    defer { kill(daemon.processIdentifier, SIGKILL) }
    try manager.wait("STATUS") { $0.hasPrefix("STATUS=waiting") }
    kill(daemon.processIdentifier, SIGTERM)
    try manager.wait("STOPPING") { $0 == "STOPPING=1" }
    #expect(!manager.received.contains("WATCHDOG=1"))
  }

  @Test("that cannot start says why in its status", arguments: [("rate: fast\n", 65), (nil, 66)])
  func badConfiguration(text: String?, status: Int) throws {
    let folder = try ScratchFolder()
    try text?.write(toFile: folder.file("convolved.yaml"), atomically: true, encoding: .utf8)
    let manager = try NotifySocket(folder.file("notify"))
    let daemon = try start(
      folder, [Location.program("convolved"), "--config", folder.file("convolved.yaml")], ["NOTIFY_SOCKET": manager.address])
    try manager.wait("STATUS") { $0.hasPrefix("STATUS=") && ($0.contains(":1: `rate`") || $0.contains("No such file")) }
    daemon.waitUntilExit()
    #expect(daemon.terminationStatus == status)
    #expect(!manager.received.contains("READY=1"))
  }

  @Test("serves the socket that it is started by, whatever its configuration says, and leaves it")
  func socketActivation() throws {
    let folder = try ScratchFolder()
    try write(folder, kernel: "taps:1", socket: "own.sock")
    let daemon = try activate(folder)
    defer { kill(daemon, SIGKILL) }
    // The first request starts it, and is answered.
    #expect(try control(folder, "status").status == 0)
    #expect(try control(folder, "volume", "-20").status == 0)
    for name in ["own.sock", "given.sock"] { #expect(!FileManager.default.fileExists(atPath: folder.file(name))) }
    kill(daemon, SIGTERM)
    var status: CInt = -1
    #expect(waitpid(daemon, &status, 0) == daemon && status == 0)
    #expect(FileManager.default.fileExists(atPath: folder.file("control.sock")))
  }

  @Test(
    "without a configuration waits for one, says what to write, and takes it when it is there",
    arguments: [nil, "# rate: 1\n\n  # all\n"])
  func unconfigured(text: String?) throws {
    let folder = try ScratchFolder()
    try text?.write(toFile: folder.file("convolved.yaml"), atomically: true, encoding: .utf8)
    let daemon = try activate(folder)
    defer { kill(daemon, SIGKILL) }
    var waiting = ""
    for _ in 0..<1000 where !waiting.contains("waiting") { waiting = try control(folder, "status").output }
    #expect(waiting.contains("waiting: \(folder.file("convolved.yaml")) configures nothing: let `convolvectl setup` write it"))
    #expect(waiting.contains(Daemon.example) && waiting.contains("capture    closed"))
    // What it is told meanwhile holds, and what is wrong with a first configuration changes nothing.
    #expect(try control(folder, "mute").status == 0)
    try write(folder, kernel: "taps:nan")
    #expect(try control(folder, "reload").status == 65)
    try write(folder, kernel: "taps:0.5", socket: "own.sock")
    #expect(try control(folder, "reload").status == 0)
    var configured = ""
    for _ in 0..<1000 where !configured.contains("waiting") { configured = try control(folder, "status").output }
    #expect(configured.contains("waiting: capture device hw:none") && configured.contains("taps:0.5") && configured.contains("muted"))
  }

  @Test("says a configuration that is one")
  func example() throws {
    #expect(try ConfigurationText(yaml: Daemon.example, folder: "").configuration().filters.map(\.name) == ["left", "right"])
  }

  @Test("is handed one socket that it can serve, or does not start", arguments: [1, 2])
  func unusableSockets(count: Int) throws {
    let folder = try ScratchFolder()
    try write(folder, kernel: "taps:1")
    let shell = "LISTEN_PID=$$ LISTEN_FDS=\(count) exec \"$0\" --config \"$1\" 3</dev/null 4</dev/null"
    let answer = try run("/bin/sh", ["-c", shell, Location.program("convolved"), folder.file("convolved.yaml")])
    #expect(answer.status == 73)
    #expect(answer.error.contains("ListenStream="), "\(answer.error)")
  }

  // MARK: Set-up

  private func write(_ folder: ScratchFolder, kernel: String, socket: String = "control.sock") throws {
    try """
    rate: 48000
    capture: { device: "hw:none" }
    playback: { device: "hw:none" }
    filters: [ { name: one, from: 0, to: 0, kernel: "\(kernel)" } ]
    control: { socket: \(socket) }

    """.write(toFile: folder.file("convolved.yaml"), atomically: true, encoding: .utf8)
  }

  /// A daemon that is to feed a watchdog twice in 0.4 s, and what it tells.
  private func startWatched(_ folder: ScratchFolder) throws -> (daemon: Process, manager: NotifySocket) {
    try write(folder, kernel: "taps:1")
    let manager = try NotifySocket(folder.file("notify"))
    let daemon = try start(
      folder, [Location.program("convolved"), "--config", folder.file("convolved.yaml")],
      ["NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "400000"])
    return (daemon, manager)
  }

  private func start(_ folder: ScratchFolder, _ command: [String], _ environment: [String: String] = [:]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    // One measurement of the processor serves all.
    let folders = ["XDG_CACHE_HOME": Location.package + "/.build/cache", "STATE_DIRECTORY": folder.file("state")]
    process.environment = ProcessInfo.processInfo.environment.merging(folders) { $1 }.merging(environment) { $1 }
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// A service that the first request starts.
  private func activate(_ folder: ScratchFolder) throws -> pid_t {
    let environment = ["STATE_DIRECTORY=\(folder.file("state"))", "XDG_CACHE_HOME=\(Location.package)/.build/cache"]
    let daemon = try spawn(
      ["/usr/bin/systemd-socket-activate"] + environment.flatMap { ["-E", $0] } + ["-l", folder.file("control.sock")]
        + [Location.program("convolved"), "--config", folder.file("convolved.yaml"), "--socket", folder.file("given.sock")])
    let deadline = Date().addingTimeInterval(20)
    while !FileManager.default.fileExists(atPath: folder.file("control.sock")) {
      guard Date() < deadline else { throw NotifySocket.Missing(description: "no socket") }
      usleep(10_000)
    }
    return daemon
  }

  /// Foundation takes a child that closes its inherited descriptors for one that has ended.
  private func spawn(_ command: [String]) throws -> pid_t {
    var child = pid_t()
    var arguments = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    try #require(posix_spawn(&child, command[0], &actions, nil, &arguments, environ) == 0)
    return child
  }

  private func control(_ folder: ScratchFolder, _ arguments: String...) throws -> Completed {
    try run(Location.program("convolvectl"), arguments + ["--socket", folder.file("control.sock")])
  }
}
