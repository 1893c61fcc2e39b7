import ControlAPI
import ControlCalling
import Foundation
import TestSupport
import Testing

@Suite("Filters changed in one step")
struct FilterChangeTests {
  @Test("reach the handler together, and all filters come back")
  func changes() async throws {
    let served = try await Served()
    let changes = [
      "left": FilterChange(gain: -3.5, delay: 480), "a b": FilterChange(kernel: "taps:0.5,1", channel: 1023, gain: 60),
    ]
    #expect(try await served.client.changeFilters(changes) == FilterList(filters: Status.sample.filters))
    let text = Array(#"{"right": {"delay": 1048576.0, "gain": -2e2}}"#.utf8)
    #expect(try await served.client.request("PATCH", "/v1/filters", contentType: "application/json", body: text).status == 200)
    #expect(await served.record.filterChanges == [changes, ["right": FilterChange(gain: -200, delay: 1_048_576)]])
    await #expect(
      throws: ControlError.problem(Problem(status: 404, title: "No such filter", detail: "there is no filter missing"))
    ) {
      try await served.client.changeFilters(["missing": FilterChange(gain: 0)])
    }
    await served.server.stop()
  }

  @Test(
    "are refused whole where one of them is at fault",
    arguments: [
      ("", "the body must be a JSON object of filters"), ("{}", "nothing is to be changed: name at least one filter"),
      ("[]", "the body must be a JSON object of filters"), (#"{"left": 3}"#, "the body must be a JSON object of filters"),
      (#"{"left": {}}"#, "left: nothing is to be changed"),
      (#"{"left": {"gain": "loud"}}"#, "left: `gain` must be a number from -200 to 60 dB"),
      (#"{"left": {"gain": true}}"#, "left: `gain` must be a number"),
      (#"{"left": {"gain": null}}"#, "left: `gain` must be a number"),
      (#"{"left": {"gain": 60.001}}"#, "left: `gain` must be a number"), (#"{"left": {"gain": 1e999}}"#, ""),
      (#"{"left": {"delay": 0.5}}"#, "left: `delay` must be a whole number from 0 to 1048576 frames"),
      (#"{"left": {"delay": -1}}"#, "left: `delay` must be a whole number"),
      (#"{"left": {"delay": 1e300}}"#, "left: `delay` must be a whole number"),
      (#"{"left": {"kernel": ""}}"#, "left: `kernel` must be a path or words"),
      (#"{"left": {"kernel": "a\u0000b"}}"#, "left: `kernel` is \"a\\"),
      (#"{"left": {"kernel": "a\u001b[2J.wav"}}"#, #"left: `kernel` is "a\u{1B}[2J.wav": it must not hold"#),
      (#"{"left": {"kernel": 1}}"#, "left: `kernel` must be a path"),
      (#"{"left": {"channel": 1}}"#, "left: `channel` is that of a kernel file: give `kernel` too"),
      (#"{"left": {"kernel": "a", "channel": 1024}}"#, "left: `channel` must be a whole number from 0 to 1023"),
      (#"{"left": {"gian": -3}}"#, "left: `gian` is unknown: the members are"),
      (#"{"left": {"gain": -3}, "right": {"gain": -300}}"#, "right: `gain` must be a number"),
      (String(repeating: #"{"a":"#, count: 10_000), "a: `a` is unknown: the members are"),
      (#"{"left": {"gain": 1}, "left": {"delay": 1}}"#, "`left` is there twice: give it once"),
      (#"{"left": {"gain": 1, "gain": 2}}"#, "`gain` is there twice: give it once"),
      (#"{"left": {"gain": 1},}"#, "the body must be a JSON object of filters"),
      (#"{"left": {"e\#(String(repeating: "\u{301}", count: 30_000))": 1}}"#, "\"e\u{301}\u{301}"),
      (#"{"e\#(String(repeating: "\u{301}", count: 30_000))": {}}"#, "\"e\u{301}\u{301}"),
    ])
  func refused(body: String, detail: String) async throws {
    let served = try await Served()
    let response = try await served.client.request(
      "PATCH", "/v1/filters", contentType: "application/json", body: Array(body.utf8))
    #expect(response.status == 400)
    let problem = try JSONDecoder().decode(Problem.self, from: Data(response.body))
    #expect(problem.detail.unicodeScalars.starts(with: detail.unicodeScalars) && problem.detail.utf8.count < 500, "\(problem.detail)")
    let unsaid = try await served.client.request("PATCH", "/v1/filters", body: Array(body.utf8))
    #expect(unsaid.status == 415)
    #expect(await served.record.isEmpty)
    await served.server.stop()
  }
}
