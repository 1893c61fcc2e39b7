import Foundation
import Synchronization
import TestSupport
import Testing

/// When the machine itself stood still: threads above all audio threads, one on each processor, woke late.
///
/// A virtual machine is held up by its host for milliseconds, all processors at once, and a short queue does not last as long. Such
/// an xrun is nobody's fault; any other is. A rig's clock that waits does so for standstills, too, while they are watched.
final class Standstills: Sendable {
  /// When a processor went on, since 1970, and how long it had stood.
  private struct Standstill: Decodable {
    var processor: Int
    var endNs: Double
    var lateNs: Double
  }

  private let process = Process()
  private let input = Pipe()
  private let began = Date()
  private let found = Mutex<[Standstill]>([])
  /// Whether there are no real-time rights to watch with.
  private let isBlind: Bool

  /// The least that explains an xrun, in nanoseconds, and how far it may end from when that was noticed, in seconds.
  private static let (least, distance) = (2e6, 0.025)

  /// - Parameter clock: the file of a clock that is to stand while a processor does.
  init(clock: String? = nil) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: Location.cable + "/standstill")
    process.arguments = clock.map { [$0] } ?? []
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    isBlind = output.fileHandleForReading.availableData.isEmpty
    if isBlind { print("nothing can tell whether the machine stands still: no xrun will be laid to the daemon") }
    Thread.detachNewThread { [weak self] in
      var rest = Data()
      while case let data = output.fileHandleForReading.availableData, !data.isEmpty {
        rest += data
        let lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = Data(lines.last ?? Data())
        self?.add(lines.dropLast().compactMap { try? JSONDecoder().decode(Standstill.self, from: $0) })
      }
    }
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// How many there were of some nanoseconds and more, on any processor, and in how many seconds.
  func count(of least: Double = 2e6) -> Int { found.withLock { $0.count { $0.lateNs >= least } } }
  var seconds: Double { Date().timeIntervalSince(began) }

  /// Whether a processor stood still at an xrun that status tells of, for half as long as the device lasts.
  func explain(_ xrun: [String: String]) -> Bool {
    if isBlind { return true }
    guard process.isRunning,
      let time = xrun["time"].flatMap({ try? Date($0, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) })
    else { return false }
    let lasts = (xrun["text"] ?? "").firstMatch(of: /lasts ([0-9.]+) ms/).flatMap { Double($0.1) } ?? 0
    let (begin, end) = (time.addingTimeInterval(-Self.distance), time.addingTimeInterval(Self.distance))
    return longest(from: begin, to: end) >= max(Self.least, lasts * 0.5e6)
  }

  /// How long one processor stood still in all, at most, by standstills that ended between two moments: nanoseconds.
  func longest(from begin: Date, to end: Date) -> Double {
    let near = found.withLock { $0.filter { begin.timeIntervalSince1970 * 1e9...end.timeIntervalSince1970 * 1e9 ~= $0.endNs } }
    return Dictionary(grouping: near, by: \.processor).values.map { $0.reduce(0) { $0 + $1.lateNs } }.max() ?? 0
  }

  /// Skips a test of time that this machine cannot keep: it fails unless the machine has stood still.
  func skip(_ reason: String) throws {
    try #require(isBlind || count() > 0, "\(reason), and the machine did not stand still")
    try Test.cancel("\(reason): the machine stood still \(count()) times in \(Int(seconds)) s")
  }

  private func add(_ standstills: [Standstill]) {
    found.withLock { $0 += standstills }
  }
}
