import Filters
import ControlAPI
import FoundationEssentials
import Glibc
import Logging

/// Keeps volume and mute from one run of the daemon to the next.
struct OutputMemory {
  struct Contents: Codable, Equatable {
    /// dB.
    var volume: Double
    var mute: Bool
    /// The configuration's volume at that time: a configuration with another one has the last word.
    var configuredVolume: Double
  }

  private let file: KeptFile

  /// - Parameter socket: path of the control socket: no two daemons at a time have the same.
  init(socket: String) { file = KeptFile(.state, name: "output-\(Self.fileName(socket)).json") }

  /// What was left; nil where there is nothing, or nothing that can be used, which the log tells.
  func load(_ logger: Logger) -> Contents? {
    guard let text = file.read() else {
      if let path = file.path, errno != ENOENT {
        logger.warning("\(path): \(String(cString: strerror(errno))): volume and mute are not recalled")
      }
      return nil
    }
    guard let contents = try? JSONDecoder().decode(Contents.self, from: Data(text.utf8)), OutputChange.volumes.contains(contents.volume)
    else {
      logger.warning("\(file.path ?? ""): damaged: volume and mute are the configuration's")
      return nil
    }
    return contents
  }

  func save(_ contents: Contents, _ logger: Logger) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let text = try? encoder.encode(contents), !file.save(String(decoding: text, as: UTF8.self) + "\n") else { return }
    let place = file.path.map { "\($0): \(String(cString: strerror(errno)))" } ?? "neither STATE_DIRECTORY nor HOME is set"
    logger.warning("volume and mute will be forgotten: \(place)")
  }

  /// The end of the path as far as it can be a file's name, and a hash of the whole (FNV-1a), so that two paths have two names.
  private static func fileName(_ socket: String) -> String {
    let folder = socket.hasPrefix("/") ? nil : getcwd(nil, 0)
    defer { free(folder) }
    let path = folder.map { String(cString: $0) + "/" + socket } ?? socket
    let hash = path.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    let kept = path.utf8.suffix(60).map { (48...57).contains($0) || (97...122).contains($0 | 0x20) ? $0 : UInt8(ascii: "-") }
    return String(decoding: kept, as: UTF8.self) + "-" + String(hash, radix: 16)
  }
}
