import Foundation
import Synchronization
import TestSupport

/// When the machine itself stood still: threads above all audio threads, one on each processor, woke late.
///
/// A virtual machine is held up by its host for milliseconds, all processors at once, and a short queue does not last as long. Such
/// an xrun is nobody's fault; any other is.
final class Standstills: Sendable {
  /// When a processor went on, since 1970, and how long it had stood.
  private struct Standstill: Decodable {
    var endNs: Double
    var lateNs: Double
  }

  private let process = Process()
  private let input = Pipe()
  private let began = Date()
  private let found = Mutex<[Standstill]>([])

  /// The least that explains an xrun, in all, and how far it may end from when that was noticed, in nanoseconds.
  private static let (least, distance) = (2e6, 25e6)

  init() throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: Location.cable + "/standstill")
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
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

  /// How many of 2 ms and more there were, on any processor, and in how many seconds.
  var count: Int { found.withLock { $0.count { $0.lateNs >= Self.least } } }
  var seconds: Double { Date().timeIntervalSince(began) }

  /// Whether the machine stood still at an xrun that status tells of. Without real-time rights nobody can tell, and any may be its own.
  func explain(_ xrun: [String: String]) -> Bool {
    guard process.isRunning else { return true }
    guard let time = xrun["time"].flatMap({ try? Date($0, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) })
    else { return false }
    let near = found.withLock { $0.filter { abs($0.endNs - time.timeIntervalSince1970 * 1e9) < Self.distance } }
    return near.reduce(0) { $0 + $1.lateNs } >= Self.least
  }

  private func add(_ standstills: [Standstill]) {
    found.withLock { $0 += standstills }
  }
}
