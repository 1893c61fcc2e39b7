import ControlAPI
import ControlCalling
import Foundation
import TestSupport
import Testing

extension LiveTests {
  @Suite("Checks of changes")
  struct FilterChecks {
    @Test("tell what a change would be, or refuse it in its own words, and change nothing")
    func nothingChanges() async throws {
      let rig = try Rig(format: .s32, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" })
      try rig.start()
      let client = ControlClient(path: rig.socket, timeout: 60)
      let before = try await client.status()

      let report: KernelReport = try client.decoded(try await put(client, "f0", "0.5\n0\n-1\n"))
      #expect(report.taps == 3 && report.blocks == nil && report.method.hasPrefix("64: "), "\(report)")
      #expect(abs((report.worstCase ?? 0) - 3.52) < 0.01 && (report.load ?? 0) > 0, "\(report)")
      let silent: KernelReport = try client.decoded(try await put(client, "f1", "0\n"))
      #expect(silent.worstCase == nil)

      let changes = ["f0": FilterChange(gain: -3), "f1": FilterChange(kernel: "taps:1,1", delay: 7)]
      let list: FilterList = try client.decoded(try await patch(client, changes))
      #expect(list.filters.map(\.gain) == [-3, 0] && list.filters.map(\.taps) == [1, 2] && list.filters.map(\.delay) == [0, 7])

      for isCheck in [true, false] {
        refuses(try await put(client, "f0", "0.5\nloud\n", isCheck), 422, "loud")
        refuses(try await put(client, "f9", "1\n", isCheck), 404, "there are f0, f1")
        refuses(try await patch(client, ["f0": FilterChange(kernel: "missing.wav")], isCheck), 422, "missing.wav")
        refuses(try await patch(client, ["f9": FilterChange(gain: 0)], isCheck), 404, "f9")
      }
      let after = try await client.status()
      #expect(after.changes == before.changes && after.filters == before.filters && !after.differsFromFile)
      #expect(rig.stop() == 0)
    }

    private func put(_ client: ControlClient, _ filter: String, _ taps: String, _ isCheck: Bool = true) async throws -> ControlClient.Answer
    {
      try await client.request("PUT", "/v1/filters/\(filter)/kernel?check=\(isCheck)", body: Array(taps.utf8))
    }

    private func patch(_ client: ControlClient, _ changes: [String: FilterChange], _ isCheck: Bool = true) async throws
      -> ControlClient.Answer
    {
      let body = Array(try JSONEncoder().encode(changes))
      return try await client.request("PATCH", "/v1/filters?check=\(isCheck)", contentType: "application/json", body: body)
    }

    private func refuses(_ answer: ControlClient.Answer, _ status: Int, _ detail: String) {
      let text = String(decoding: answer.body, as: UTF8.self)
      #expect(answer.status == status && text.contains(detail), "\(answer.status) \(text)")
    }
  }
}
