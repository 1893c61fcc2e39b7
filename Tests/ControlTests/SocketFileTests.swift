import ControlAPI
import ControlCalling
import ControlServing
import Foundation
import Logging
import TestSupport
import Testing

@Suite("The socket's file")
struct SocketFileTests {
  @Test("has the permission bits that were asked for, whatever the umask", arguments: [0o600, 0o660, 0o666, 0o777] as [UInt16])
  func mode(mode: UInt16) async throws {
    let folder = try ScratchFolder()
    let server = try await start(folder.file("s"), mode: mode)
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("s"))
    #expect(attributes[.posixPermissions] as? Int == Int(mode))
    #expect(attributes[.type] as? FileAttributeType == .typeSocket)
    await server.stop()
    #expect(!FileManager.default.fileExists(atPath: folder.file("s")))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test("is nobody else's to lock: who locks its folder, or leaves a lock, keeps no server from it")
  func locks() async throws {
    let folder = try ScratchFolder()
    let other = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(other) }
    try #require(flock(other, LOCK_EX) == 0)
    try "".write(toFile: folder.file("s.lock"), atomically: true, encoding: .utf8)
    let server = try await start(folder.file("s"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["s"])
    await server.stop()
    try FileManager.default.createSymbolicLink(atPath: folder.file("s.lock"), withDestinationPath: folder.file("elsewhere"))
    await #expect(throws: ControlError.self) { try await start(folder.file("s")) }
    #expect(!FileManager.default.fileExists(atPath: folder.file("elsewhere")))
  }

  @Test("belongs to one server: another is told so, and the first goes on")
  func inUse() async throws {
    let folder = try ScratchFolder()
    let server = try await start(folder.file("s"))
    await #expect(throws: ControlError.inUse(path: folder.file("s"))) { try await start(folder.file("s")) }
    #expect(try await ControlClient(path: folder.file("s")).status() == .sample)
    await server.stop()
  }

  @Test("goes to exactly one of many servers that start at once, also where a stale one lies", arguments: [false, true])
  func race(isStale: Bool) async throws {
    let folder = try ScratchFolder()
    for round in 0..<100 {
      let path = folder.file("s\(round)")
      if isStale { try leaveStaleSocket(path) }
      let servers = await withTaskGroup { tasks in
        for _ in 0..<8 { tasks.addTask { try? await start(path) } }
        return await tasks.reduce(into: [ControlServer]()) { if let server = $1 { $0.append(server) } }
      }
      #expect(servers.count == 1)
      #expect((try? await ControlClient(path: path).status()) == .sample)
      for server in servers { await server.stop() }
    }
  }

  @Test("replaces one that nobody listens at")
  func stale() async throws {
    let folder = try ScratchFolder()
    try leaveStaleSocket(folder.file("s"))
    let server = try await start(folder.file("s"))
    #expect(try await ControlClient(path: folder.file("s")).status() == .sample)
    await server.stop()
  }

  @Test("replaces nothing else")
  func notASocket() async throws {
    let folder = try ScratchFolder()
    try "precious".write(toFile: folder.file("file"), atomically: true, encoding: .utf8)
    try FileManager.default.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: folder.file("elsewhere"))
    mkfifo(folder.file("pipe"), 0o600)
    for name in ["file", "folder", "link", "pipe"] {
      await #expect(throws: ControlError.notASocket(path: folder.file(name))) { try await start(folder.file(name)) }
    }
    #expect(try String(contentsOfFile: folder.file("file"), encoding: .utf8) == "precious")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["file", "folder", "link", "pipe"])
  }

  @Test("leaves alone what took its place")
  func replaced() async throws {
    let folder = try ScratchFolder()
    let server = try await start(folder.file("s"))
    unlink(folder.file("s"))
    try "another's".write(toFile: folder.file("s"), atomically: true, encoding: .utf8)
    await server.stop()
    #expect(try String(contentsOfFile: folder.file("s"), encoding: .utf8) == "another's")
  }

  @Test("needs a path that the system can take")
  func paths() async throws {
    let folder = try ScratchFolder()
    let name = String(repeating: "s", count: 107 - folder.path.utf8.count - 1)
    let server = try await start(folder.file(name))
    #expect(try await ControlClient(path: folder.file(name)).status() == .sample)
    await server.stop()
    await #expect(throws: ControlError.pathTooLong(path: folder.file(name + "s"))) { try await start(folder.file(name + "s")) }
    await #expect(throws: ControlError.pathTooLong(path: folder.file(name + "s"))) {
      try await ControlClient(path: folder.file(name + "s")).status()
    }
    let missing = folder.file("none/s")
    await #expect(throws: ControlError.missingFolder(path: missing)) { try await start(missing) }
    await #expect(throws: ControlError.self) { try await start("") }
    await #expect(throws: ControlError.self) { try await start("a\u{0}b") }
    #expect(ControlError.inUse(path: "/s").description.hasPrefix("/s is in use by another daemon: "))
  }

  @Test("can be another's, already listening: it then stays")
  func inherited() async throws {
    let folder = try ScratchFolder()
    let descriptor = try bound(folder.file("s"))
    listen(descriptor, 16)
    let server = try await ControlServer.start(inherited: descriptor, handler: Record(), logger: .silent)
    #expect(try await ControlClient(path: folder.file("s")).status() == .sample)
    await server.stop()
    #expect(FileManager.default.fileExists(atPath: folder.file("s")))
    await #expect(throws: ControlError.refused(path: folder.file("s"))) { try await ControlClient(path: folder.file("s")).status() }
  }

  @Test("stops well while clients come")
  func stopping() async throws {
    for _ in 0..<20 {
      let served = try await Served()
      let clients = (0..<12).map { _ in Task { _ = try? await RawClient(path: served.path).run() } }
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...20)))
      await served.server.stop()
      for client in clients { await client.value }
    }
  }

  private func start(_ path: String, mode: UInt16 = 0o600) async throws(ControlError) -> ControlServer {
    try await ControlServer.start(path: path, mode: mode, handler: Record(), logger: .silent)
  }
}

/// A socket at a path, not listening.
func bound(_ path: String) throws -> CInt {
  let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  let status = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
  }
  try #require(status == 0)
  return descriptor
}

/// What a daemon that was killed leaves.
func leaveStaleSocket(_ path: String) throws { close(try bound(path)) }
