import ControlAPI
import ControlCalling
import Foundation
import TestSupport
import Testing

extension LiveTests {
  /// What requests take together, and what one takes many times.
  @Suite("The memory of many changes", .serialized)
  struct SharedMemory {
    private static func filters(_ count: Int, _ kernel: (Int) -> String = { _ in "dirac" }) -> [String] {
      (0..<count).map { "name: f\($0), from: 0, to: \($0 % 2), kernel: \"\(kernel($0))\"" }
    }

    @Test("a request that names one long kernel for a hundred filters takes it once, though it is refused", .timeLimit(.minutes(5)))
    func oneKernel() async throws {
      let rig = try Rig(block: 2048, format: .s24packed, filters: Self.filters(100), top: "precision: float32")
      // A hundred times 2^21 taps are more than that.
      try rig.start(addressKiB: 700_000)
      let changes = Dictionary(uniqueKeysWithValues: (0..<100).map { ("f\($0)", FilterChange(kernel: "box:2097152")) })
      let error = await #expect(throws: ControlError.self) {
        try await ControlClient(path: rig.socket, timeout: 120).changeFilters(changes)
      }
      guard case .problem(let problem) = error else { return }
      #expect(problem.status == 422 && problem.title == "Too much memory", "\(problem)")
      #expect(try await ControlClient(path: rig.socket).status().changes == 0 && rig.stop() == 0)
    }

    @Test("of many configurations that are sent at once one is prepared, the others wait without kernels", .timeLimit(.minutes(5)))
    func manyConfigurations() async throws {
      let rig = try Rig(block: 2048, format: .s24packed, filters: Self.filters(12), top: "precision: float32")
      try rig.start()
      let text = try String(contentsOfFile: rig.folder.file("convolved.yaml"), encoding: .utf8)
      let before = try peakKiB(rig)
      let (clients, client) = (30, ControlClient(path: rig.socket, timeout: 200))
      // 12 kernels of 100,000 taps of 8 bytes: 9.6 MB of each configuration.
      let answers = await withTaskGroup(of: Bool.self) { tasks in
        for number in 0..<clients {
          let parts = text.components(separatedBy: "\"dirac\"")
          let sent = parts.dropFirst().enumerated().reduce(parts[0]) { text, part in
            text + "\"box:\(100_001 + 100 * number + 2 * part.offset)\"" + part.element
          }
          tasks.addTask { (try? await client.replaceConfiguration(Array(sent.utf8))) != nil }
        }
        return await tasks.reduce(into: [true: 0, false: 0]) { $0[$1, default: 0] += 1 }
      }
      let grown = try peakKiB(rig) - before
      print("\(answers[true] ?? 0) of \(clients) configurations taken over; memory grew by \(grown >> 10) MiB at the most")
      #expect(answers[true] == clients && grown < clients * 9_600 / 2)
      #expect(rig.stop() == 0)
    }

    /// VmHWM of proc_pid_status(5).
    private func peakKiB(_ rig: Rig) throws -> Int {
      let status = try String(contentsOfFile: "/proc/\(try rig.process().number)/status", encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?.split(separator: " ").dropFirst().first
      return try #require(line.flatMap { Int($0) })
    }
  }
}
