import Convolution
import Engine
import TestSupport
import Testing

@Suite("An engine that is stopped while a change is under way")
struct StoppedChangeTests {
  private static func convolver(_ taps: Int) throws -> Convolver {
    var random = SeededGenerator(seed: UInt64(taps))
    let route = Route(from: 0, to: 0, response: try ImpulseResponse(random.noise(taps)))
    return try Convolver(block: 64, inputs: 1, outputs: 1, routes: [route], precision: .float32)
  }

  @Test("ends the change, and frees nothing before it has ended")
  func stopped() async throws {
    var outcomes: [AudioEngine.Replacement] = []
    for milliseconds in [0, 1, 2, 5, 10, 20, 50] {
      // Warming such a kernel takes a tenth of a second or so.
      let engine = AudioEngine(try Self.convolver(500_000), rate: 48_000, fade: 5)
      let change = Task { await engine.replace(try Self.convolver(400_000)) }
      try await Task.sleep(for: .milliseconds(milliseconds))
      await engine.finish()
      outcomes.append(try await change.value)
    }
    #expect(outcomes.allSatisfy { $0 == .stopped || $0 == .heard })
    #expect(outcomes.contains(.stopped), "\(outcomes)")
  }
}
