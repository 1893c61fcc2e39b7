import Foundation
import Systemd
import TestSupport
import Testing

@Suite("An inherited socket")
struct InheritedSocketTests {
  @Test("is known with its path, or its abstract address")
  func path() throws {
    let folder = try ScratchFolder()
    for address in [folder.file("control.sock"), "@convolved-\(UUID().uuidString)"] {
      let descriptor = try bound(address, SOCK_STREAM)
      defer { close(descriptor) }
      listen(descriptor, 1)
      #expect(try InheritedSocket(descriptor: descriptor).path == address)
    }
  }

  @Test("listens, on a Unix socket, for streams: anything else is refused")
  func unusable() throws {
    let folder = try ScratchFolder()
    let others = [
      try bound(folder.file("silent"), SOCK_STREAM), try bound(folder.file("datagrams"), SOCK_DGRAM),
      try bound(folder.file("packets"), SOCK_SEQPACKET), socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0), open("/dev/null", O_RDONLY), -1,
    ]
    defer { for descriptor in others { close(descriptor) } }
    listen(others[2], 1)
    listen(others[3], 1)
    for descriptor in others {
      #expect(throws: InheritedSocket.Unusable.self, "\(descriptor)") { try InheritedSocket(descriptor: descriptor) }
    }
  }

  @Test("of TCP is known with its address and port; of the other kind it is refused")
  func network() throws {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    #expect(throws: InheritedSocket.Unusable.self) { try InheritedSocket(descriptor: descriptor, .network) }
    listen(descriptor, 1)
    // Nobody has named an address: it is any, and the port is the system's choice.
    #expect(try InheritedSocket(descriptor: descriptor, .network).path.wholeMatch(of: /0\.0\.0\.0:[0-9]+/) != nil)
    #expect(throws: InheritedSocket.Unusable.self) { try InheritedSocket(descriptor: descriptor) }
    let folder = try ScratchFolder()
    let local = try bound(folder.file("control.sock"), SOCK_STREAM)
    defer { close(local) }
    listen(local, 1)
    #expect(throws: InheritedSocket.Unusable.self) { try InheritedSocket(descriptor: local, .network) }
  }

  @Test("is one: any other number is refused, at once", arguments: [2, 1_000_000, 2_147_483_640, 2_147_483_647, 2_147_483_648, -1])
  func count(count: Int) throws {
    // `exec` keeps the number of the process that the variables name.
    let start = ContinuousClock.now
    let completed = try run(
      "/bin/sh", ["-c", "LISTEN_FDS=\(count) LISTEN_PID=$$ exec '\(Location.program("convolved"))' --config /dev/null/none"])
    #expect(![132, 133, 134, 137, 139].contains(completed.status) && completed.status > 0, "\(completed)")
    #expect(.now - start < .seconds(10))
  }

  private func bound(_ address: String, _ type: __socket_type) throws -> CInt {
    let descriptor = socket(AF_UNIX, CInt(type.rawValue), 0)
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    let path = address.utf8.map { $0 == UInt8(ascii: "@") ? 0 : $0 }
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + path.count + (path[0] == 0 ? 0 : 1))
    let status = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    try #require(status == 0)
    return descriptor
  }
}
