import ControlAPI
import Foundation
import TestSupport
import Testing

/// A daemon may say any number: the client shows it, and goes on.
@Suite("Numbers of a daemon that are beyond all measure", .timeLimit(.minutes(1)))
struct ExtremeNumberTests {
  /// In place of every number of the status.
  private static let everywhere = [Int.max, .min, -1, 0]

  @Test("are shown by status and watch")
  func status() async throws {
    for status in try statuses() {
      let served = try await Served { status }
      let shown = try await convolvectl("status", "--socket", served.path)
      #expect(shown.status == 0 && shown.output.contains("xruns      capture \(status.xruns.capture)"), "\(shown)")
      for (term, text) in [("xterm", "q: quit"), ("dumb", "load mean")] {
        let dialogue = try Dialogue(
          Location.program("convolvectl"), ["watch", "--socket", served.path], environment: ["TERM": term, "LC_ALL": "C.UTF-8"],
          folder: served.folder.path, size: (80, 24))
        // The fifth screen has all of the first events.
        try await onThread { for _ in 0..<(term == "xterm" ? 5 : 1) { try dialogue.wait(for: text) } }
      }
      await served.server.stop()
    }
  }

  @Test("are shown by verify, and are differences")
  func verification() async throws {
    let served = try await Served()
    let shown = try await convolvectl("verify", "--seed", "101", "--socket", served.path)
    #expect(shown.status == 65 && shown.error.contains("\(Int.max) samples differ that do not lie at a tie"), "\(shown)")
    await served.server.stop()
  }

  /// The sample with the same number in place of all, with large ones where it takes fractions, and with any of them anywhere.
  private func statuses() throws -> [Status] {
    let encoder = JSONEncoder()
    // In one order, so that the seed says which member gets which number.
    encoder.outputFormatting = .sortedKeys
    let sample = String(decoding: try encoder.encode(Status.sample), as: UTF8.self)
    func status(_ number: () -> Int) throws -> Status {
      let document = sample.replacing(/([:\[,])-?[0-9][0-9.eE+\-]*/) { "\($0.1)\(number())" }
      return try JSONDecoder().decode(Status.self, from: Data(document.utf8))
    }
    var random = SeededGenerator(seed: 5)
    var all = try Self.everywhere.map { number in
      var status = try status { number }
      // More buckets than watch has rows: it adds the first ones up.
      status.load.histogram = Status.Load.Histogram(
        bounds: (1...60).map(Double.init), blocks: [Int](repeating: number, count: 30) + [Int](repeating: .max, count: 31))
      return status
    }
    for _ in 0..<8 { all.append(try status { Self.everywhere.randomElement(using: &random)! }) }
    for fraction: Double in [1e308, -1e308, .leastNonzeroMagnitude] {
      var status = Status.sample
      (status.load.mean, status.load.p99, status.load.max, status.resampler.ppm) = (fraction, fraction, fraction, fraction)
      status.load.histogram.bounds = status.load.histogram.bounds.map { _ in fraction }
      (status.levels.inputs, status.levels.outputs) = ([fraction, nil], [nil, fraction])
      (status.output.volume, status.output.ceiling, status.filters[0].gain) = (fraction, fraction, fraction)
      (status.worstCase, status.exact[0].bound) = ([fraction, nil], fraction)
      all.append(status)
    }
    return all
  }

  private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }
}
