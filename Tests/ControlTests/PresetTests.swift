import ControlAPI
import ControlCalling
import ControlServing
import Foundation
import TestSupport
import Testing

@Suite("Presets and responses over the API")
struct PresetTests {
  @Test("hands requests over as they were meant, and answers whole")
  func requests() async throws {
    let served = try await Served()
    let client = served.client
    #expect(try await client.savePreset("flat").name == "flat")
    _ = try await client.savePreset("quiet", ["left": FilterChange(kernel: "lowpass:LR4@2000", gain: -3)])
    #expect(await served.record.saved == ["flat": [:], "quiet": ["left": FilterChange(kernel: "lowpass:LR4@2000", gain: -3)]])
    // An object without members changes nothing.
    let empty = try await client.request("PUT", "/v1/presets/flat", contentType: "application/json", body: Array("{}".utf8))
    #expect(empty.status == 200)
    for request in [
      PresetActivation(), PresetActivation(match: .all), PresetActivation(match: .presets([])),
      PresetActivation(match: .presets(["flat", "quiet"]), trim: -2.5), PresetActivation(trim: 0),
    ] {
      let use = try await client.activatePreset("quiet", request)
      #expect(use.filters == Status.sample.filters && use.trim == request.trim ?? 0)
      #expect(await served.record.activated.last?.request == request)
    }
    let bare = try await client.request("POST", "/v1/presets/flat/activate", body: [])
    #expect(bare.status == 200)
    #expect(await served.record.activated.last?.request == PresetActivation())
    let list: PresetList = try client.decoded(try await client.presets())
    #expect(await served.record.listPresets() == list)
    #expect(list.presets.map(\.active) == [true, false])
    #expect(try await client.deletePreset("flat").presets.map(\.name) == ["quiet"])
    await #expect(throws: ControlError.self) { try await client.deletePreset("flat") }
    await served.server.stop()
  }

  @Test("asks for responses with their usual numbers, or those that are given")
  func responses() async throws {
    let served = try await Served()
    let plain = try await served.client.request("GET", "/v1/filters/left/response")
    #expect(try served.client.decoded(plain, as: FilterResponse.self) == .sample)
    for request in [
      ResponseRequest(.filter("a b/ü?"), points: 2, samples: 4_096, start: 1 << 31, frames: 2),
      ResponseRequest(.output(63, input: 5), points: 2_048, samples: 2, start: 0, frames: 1 << 31),
    ] {
      #expect(try served.client.decoded(try await served.client.response(request), as: FilterResponse.self) == .sample)
    }
    let asked = await served.record.responses
    #expect(asked.first == ResponseRequest(.filter("left"), points: 512, samples: 1_024, start: nil, frames: 4_096))
    let text = try await program(Location.program("convolvectl"), ["response", "left", "--socket", served.path])
    #expect(text.output.hasPrefix("left: 3 taps at 48000 Hz, main peak after 481 frames (10.02 ms)\nHz"), "\(text)")
    #expect(text.output.contains("1000   -70.0 dB") && text.output.contains("16000  silent"), "\(text)")
    let json = try await program(Location.program("convolvectl"), ["response", "left", "--json", "--socket", served.path])
    #expect(json.output == String(decoding: plain.body, as: UTF8.self))
    #expect(asked.count == 3 && asked.last?.subject == .output(63, input: 5) && asked.last?.frames == 1 << 31)
    await served.server.stop()
  }

  @Test(
    "refuses what cannot be meant",
    arguments: [
      ("GET", "/v1/filters/a/response?points=1", "", 400), ("GET", "/v1/filters/a/response?points=2049", "", 400),
      ("GET", "/v1/filters/a/response?samples=4097", "", 400), ("GET", "/v1/filters/a/response?start=-1", "", 400),
      ("GET", "/v1/filters/a/response?frames=2147483649", "", 400), ("GET", "/v1/filters/a/response?input=0", "", 400),
      ("GET", "/v1/outputs/a/response", "", 400), ("GET", "/v1/outputs/1024/response", "", 400),
      ("GET", "/v1/outputs/-1/response", "", 400),
      ("GET", "/v1/outputs/0/response?input=1024", "", 400), ("GET", "/v1/filters/missing/response", "", 404),
      ("POST", "/v1/presets/none/activate", "", 404), ("DELETE", "/v1/presets/none", "", 404), ("POST", "/v1/presets/a", "", 405),
      ("PUT", "/v1/presets/a", "[]", 400), ("PUT", "/v1/presets/a", #"{"left": {}}"#, 400),
      ("POST", "/v1/presets/a/activate", #"{"match": false}"#, 400), ("POST", "/v1/presets/a/activate", #"{"match": "a"}"#, 400),
      ("POST", "/v1/presets/a/activate", #"{"match": [1]}"#, 400), ("POST", "/v1/presets/a/activate", #"{"match": ["../a"]}"#, 400),
      ("POST", "/v1/presets/a/activate", #"{"match": ["a",]}"#, 400), ("POST", "/v1/presets/a/activate", #"{"match": ["a"}"#, 400),
      ("POST", "/v1/presets/a/activate", #"{"trim": 0.1}"#, 400), ("POST", "/v1/presets/a/activate", #"{"trim": -121}"#, 400),
      ("POST", "/v1/presets/a/activate", #"{"boost": 1}"#, 400), ("POST", "/v1/presets/a/activate", "null", 400),
      (
        "POST", "/v1/presets/a/activate",
        "{\"match\": [\(repeatElement("\"a\"", count: 33).joined(separator: ","))]}", 400
      ),
    ])
  func refused(_ method: String, _ target: String, _ body: String, _ status: Int) async throws {
    let served = try await Served()
    _ = try await served.client.savePreset("a")
    let answer = try await served.client.request(
      method, target, contentType: body.isEmpty ? nil : "application/json", body: body.isEmpty ? nil : Array(body.utf8))
    #expect(answer.status == status, "\(String(decoding: answer.body, as: UTF8.self))")
    #expect(await served.record.activated.isEmpty)
    #expect(await served.record.responses.isEmpty)
    await served.server.stop()
  }

  @Test("convolvectl preset lists, switches, saves and deletes")
  func command() async throws {
    let served = try await Served()
    func ctl(_ words: String...) async throws -> Completed { try await ctl(words) }
    func ctl(_ words: [String]) async throws -> Completed {
      try await program(Location.program("convolvectl"), ["preset"] + words + ["--socket", served.path])
    }
    #expect(try await ctl().output.contains("no presets"))
    #expect(try await ctl("save", "quiet").output == "saved: quiet, 48000 Hz, 2 filters, level -12.3 dB, main peak after 480 frames\n")
    _ = try await ctl("save", "old")
    #expect(try await ctl("quiet").output == "quiet: 1 filter\n")
    let matched = try await ctl("use", "quiet", "--match", "quiet,old", "--trim", "-2.5")
    #expect(matched.output == "quiet: 1 filter, trim -2.50 dB, delayed by 7 frames\n")
    #expect(await served.record.activated.last?.request == PresetActivation(match: .presets(["quiet", "old"]), trim: -2.5))
    _ = try await ctl("quiet", "--match", "all")
    #expect(await served.record.activated.last?.request == PresetActivation(match: .all))
    let list = try await ctl().output
    for text in ["*  quiet", "-12.3 dB", "480 frames", "saved at 44100 Hz"] { #expect(list.contains(text), "\(list)") }
    #expect(try await ctl("--json").output == String(decoding: served.client.presets().body, as: UTF8.self))
    #expect(try await ctl("delete", "old").output == "deleted: 1 preset left\n")
    #expect(try await ctl("old").status == 65)
    for words in [["save"], ["a", "b", "c"], ["--match", "all"]] { #expect(try await ctl(words).status == 64) }
    // That is the list's.
    for words in [["quiet"], ["use", "quiet"], ["save", "quiet"], ["delete", "quiet"]] {
      let refused = try await ctl(words + ["--json"])
      #expect(refused.status == 64 && refused.error.contains("--json is for the list"), "\(refused)")
    }
    #expect(await served.record.saved.keys.sorted() == ["quiet"])
    await served.server.stop()
  }
}
