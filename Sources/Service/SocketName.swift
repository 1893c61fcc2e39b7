import Glibc

/// What files of a daemon's state are called: no two daemons at a time have the same socket.
struct SocketName {
  /// The end of the path as far as it can be a file's name, and a hash of the whole (FNV-1a), so that two paths have two names.
  static func fileName(_ socket: String) -> String {
    let folder = socket.hasPrefix("/") ? nil : getcwd(nil, 0)
    defer { free(folder) }
    let path = folder.map { String(cString: $0) + "/" + socket } ?? socket
    let hash = path.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    let kept = path.utf8.suffix(60).map { (48...57).contains($0) || (97...122).contains($0 | 0x20) ? $0 : UInt8(ascii: "-") }
    return String(decoding: kept, as: UTF8.self) + "-" + String(hash, radix: 16)
  }
}
