import Filters
import ControlAPI
import FoundationEssentials
import Glibc
import Logging

/// Keeps volume and mute from one run of the daemon to the next.
///
/// Each write wears flash memory, so that there is at most one a second. What makes the output quieter is written at once: after a power
/// cut nothing is louder than it was left.
struct OutputMemory {
  struct Contents: Codable, Equatable {
    /// dB.
    var volume: Double
    var mute: Bool
    /// The configuration's volume at that time: a configuration with another one has the last word.
    var configuredVolume: Double
  }

  let file: KeptFile
  /// What the next start would find; nil: not known.
  var kept: Contents?
  private var lastWrite: ContinuousClock.Instant?
  /// Why the last write failed, as the log has it; empty: it did not.
  private var told = ""

  private static let interval = Duration.seconds(1)
  /// dB; a fader that is drawn down takes smaller steps.
  private static let quieter = 1.0

  /// - Parameter socket: path of the control socket: no two daemons at a time have the same.
  init(socket: String) { file = KeptFile(.state, name: "output-\(SocketName.fileName(socket)).json") }

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

  /// How long a change may wait; zero: it is written at once; nil: there is none.
  func delay(of contents: Contents) -> Duration? {
    guard contents != kept else { return nil }
    guard let kept, let lastWrite else { return .zero }
    if contents.mute && !kept.mute || contents.volume <= kept.volume - Self.quieter { return .zero }
    return max(.zero, Self.interval - (.now - lastWrite))
  }

  /// What is to be written now; nil: it is kept already.
  mutating func begin(_ contents: Contents) -> String? {
    guard contents != kept else { return nil }
    lastWrite = .now
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try? encoder.encode(contents)).map { String(decoding: $0, as: UTF8.self) + "\n" }
  }

  /// Writes it, on any thread. Returns why it could not; empty: it is written.
  static func failure(of file: KeptFile, _ text: String) -> String {
    if file.save(text) { return "" }
    return file.path.map { "\($0): \(String(cString: strerror(errno)))" } ?? "neither STATE_DIRECTORY nor HOME is set"
  }

  mutating func end(_ contents: Contents, failure: String, _ logger: Logger) {
    if failure.isEmpty { kept = contents } else if failure != told { logger.warning("volume and mute will be forgotten: \(failure)") }
    told = failure
  }
}
