import Foundation
import Systemd
import TestSupport
import Testing

@Suite("The service manager")
struct ServiceManagerTests {
  @Test("is told in its protocol, at a path and at an abstract address", arguments: [false, true])
  func protocolLines(isAbstract: Bool) throws {
    let folder = try ScratchFolder()
    let socket = try NotifySocket(isAbstract ? "@convolved-\(UUID().uuidString)" : folder.file("notify"))
    let manager = try #require(ServiceManager(address: socket.address))
    let before = microseconds()
    for message in [.ready, .reloading, .stopping, .alive, .status("waiting:\nno device")] as [ServiceManager.Message] {
      #expect(manager.send(message) == nil)
    }
    manager.send(.ready, .status("running"))
    try socket.wait("last message") { $0.hasSuffix("STATUS=running") }
    let reloading = try #require(socket.received[1].wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=([0-9]+)/))
    let sent = try #require(Int(reloading.1))
    #expect((before...microseconds()).contains(sent))
    #expect(
      socket.received.enumerated().filter { $0.offset != 1 }.map(\.element) == [
        "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=waiting: no device", "READY=1\nSTATUS=running",
      ])
  }

  @Test("has an address of its own: others are nobody's")
  func addresses() {
    for address in ["", "/", "@", "relative", "vsock:2:1234", "/" + String(repeating: "a", count: 108)] {
      #expect(ServiceManager(address: address) == nil, "\(address)")
    }
    #expect(ServiceManager(address: "@" + String(repeating: "a", count: 107)) != nil)
  }

  @Test("may have gone: then it is said why")
  func gone() throws {
    let folder = try ScratchFolder()
    #expect(try #require(ServiceManager(address: folder.file("none"))).send(.ready) == ENOENT)
    var socket: NotifySocket? = try NotifySocket(folder.file("left"))
    #expect(socket != nil)
    socket = nil
    #expect(try #require(ServiceManager(address: folder.file("left"))).send(.ready) == ECONNREFUSED)
  }

  /// CLOCK_MONOTONIC
  private func microseconds() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1_000_000 + now.tv_nsec / 1000
  }
}
