import ControlAPI
import ControlCalling
import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Events")
  struct Events {
    @Test("tell state, levels and changes of sound that runs, and metrics count its blocks", .timeLimit(.minutes(2)))
    func sound() async throws {
      let rig = try Rig(format: .s24packed, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: \"taps:0.5\"" })
      try rig.start()
      let client = ControlClient(path: rig.socket)
      let heard = Heard()
      let listening = Task { try await client.events { await heard.take($0) } }
      _ = try rig.play(randomFrames(.s24packed, count: 96_000, channels: 2, seed: 3)) {
        _ = try rig.control("set", "f0", "gain=-6.0206")
      }
      _ = try rig.control("mute")
      try await listening.value
      let (inputs, outputs) = (await heard.inputs, await heard.outputs)
      // Random frames reach full scale, and half of it comes out.
      #expect(inputs > -0.1 && inputs <= 0 && abs(outputs + 6.02) < 0.1, "\(inputs), \(outputs)")
      #expect(await heard.changes == 1)
      let text = try metrics(await client.request("GET", "/metrics").body)
      #expect(text["convolved_changes_total"] == 1 && text["convolved_muted"] == 1 && text["convolved_block_frames"] == 64)
      let blocks = try #require(text["convolved_load_count"])
      #expect(blocks > 1500 && text[#"convolved_load_bucket{le="+Inf"}"#] == blocks)
      #expect(try #require(text[#"convolved_load_bucket{le="1.0"}"#]) <= blocks)
      let mean = try #require(text["convolved_load_sum"]) / blocks
      #expect(mean > 0 && mean < 1)
      #expect(rig.stop() == 0)
    }

    private func metrics(_ body: [UInt8]) throws -> [String: Double] {
      try String(decoding: body, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
        .reduce(into: [:]) { metrics, line in
          let space = try #require(line.lastIndex(of: " "))
          metrics[String(line[..<space])] = Double(line[line.index(after: space)...])
        }
    }
  }
}

/// The largest levels, in dBFS, and how many changes there were, until the output is muted.
private actor Heard {
  private(set) var inputs = -200.0
  private(set) var outputs = -200.0
  private(set) var changes = 0

  func take(_ event: Event) -> Bool {
    switch event {
    case .levels(let levels):
      inputs = max(inputs, levels.inputs.compactMap { $0 }.max() ?? -200)
      outputs = max(outputs, levels.outputs.compactMap { $0 }.max() ?? -200)
    case .changes(let now):
      changes = now.changes
      return !now.output.mute
    case .state, .xruns, .realtime: break
    }
    return true
  }
}
