import Control
import Foundation
import TestSupport
import Testing

@Suite("A client of the control socket")
struct ControlClientTests {
  @Test("tells why there is nobody")
  func unreachable() async throws {
    let folder = try ScratchFolder()
    let path = folder.file("s")
    await #expect(throws: ControlError.noSocket(path: path)) { try await ControlClient(path: path).status() }
    await #expect(throws: ControlError.noSocket(path: "")) { try await ControlClient(path: "").status() }
    try leaveStaleSocket(path)
    await #expect(throws: ControlError.refused(path: path)) { try await ControlClient(path: path).status() }
    try "a file".write(toFile: folder.file("f"), atomically: true, encoding: .utf8)
    await #expect(throws: ControlError.refused(path: folder.file("f"))) { try await ControlClient(path: folder.file("f")).status() }
    await #expect(throws: ControlError.noSocket(path: folder.file("f/s"))) { try await ControlClient(path: folder.file("f/s")).status() }
  }

  @Test("waits no longer than it was told to")
  func timeout() async throws {
    let served = try await Served(delay: .seconds(30))
    let client = ControlClient(path: served.path, timeout: 0.3)
    await #expect(throws: ControlError.timedOut(path: served.path, seconds: 0.3)) {
      try await client.replaceKernel("left", KernelUpload(bytes: [1]))
    }
    await served.server.stop()
  }

  @Test(
    "believes no other kind of server",
    arguments: ["", "hello\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"])
  func otherServers(answer: String) async throws {
    let folder = try ScratchFolder()
    let descriptor = try bound(folder.file("s"))
    listen(descriptor, 4)
    Thread.detachNewThread {
      let connection = accept(descriptor, nil, nil)
      var request = [UInt8](repeating: 0, count: 4096)
      _ = recv(connection, &request, request.count, 0)
      _ = answer.withCString { send(connection, $0, strlen($0), CInt(MSG_NOSIGNAL)) }
      close(connection)
      close(descriptor)
    }
    let error = await #expect(throws: ControlError.self) { try await ControlClient(path: folder.file("s"), timeout: 10).status() }
    guard case .brokenOff(folder.file("s"), _) = error else { Issue.record("\(String(describing: error))"); return }
  }
}
