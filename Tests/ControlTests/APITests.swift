import ControlAPI
import ControlCalling
import ControlServing
import Foundation
import TestSupport
import Testing

@Suite("The control API")
struct APITests {
  @Test("tells the status, member for member")
  func status() async throws {
    let served = try await Served()
    #expect(try await served.client.status() == .sample)
    let response = try await served.client.request("GET", "/v1/status")
    #expect(response.status == 200 && response.contentType == "application/json")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
    #expect(
      Set(document.keys) == [
        "state", "cause", "rate", "block", "precision", "devices", "latency", "resampler", "load", "xruns", "changes", "clipped", "levels",
        "realtime", "filters", "plan", "output", "guards", "worstCase", "exact", "exactness", "preset",
        "presets", "differsFromFile", "version",
      ])
    #expect(((document["levels"] as? [String: Any])?["inputs"] as? [Any])?.last is NSNull)
    #expect((document["realtime"] as? [String: Any])?["lockedBytes"] as? Int == 36_909_875)
    await served.server.stop()
  }

  @Test("answers HEAD with the header alone")
  func head() async throws {
    let served = try await Served()
    let answer = try #require(try await RawClient(path: served.path).send("HEAD /v1/status HTTP/1.1\r\nHost: a\r\n\r\n"))
    let length = try await served.client.request("GET", "/v1/status").body.count
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("\r\n\r\n"))
    #expect(answer.contains("Content-Length: \(length)\r\n"))
    await served.server.stop()
  }

  @Test("hands a kernel over whole, with its channel and kind")
  func kernel() async throws {
    let served = try await Served()
    var generator = SeededGenerator(seed: 1)
    let bytes = (0..<3_000_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let report = try await served.client.replaceKernel("left", KernelUpload(bytes: bytes, contentType: "audio/wav", channel: 3))
    #expect(report == KernelReport(filter: "left", taps: bytes.count, layout: "raw", method: "direct", blocks: 5))
    _ = try await served.client.request("PUT", "/v1/filters/r%69ght/kernel", body: [1])
    _ = try await served.client.request(
      "PUT", "/v1/filters/x/kernel?channel=1023", contentType: "application/x-www-form-urlencoded", body: [2])
    _ = try await served.client.replaceKernel("a b/ü?%", KernelUpload(bytes: [3], resample: true))
    _ = try await served.client.request("PUT", "/v1/filters/y/kernel?resample=false&channel=2", body: [4])
    let chunked =
      "PUT http://any/v1/filters/c/kernel HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\u{1}\u{2}\r\n1\r\n\u{3}\r\n0\r\n\r\n"
    _ = try await RawClient(path: served.path).send(chunked)
    let expected = [
      Record.Upload(filter: "left", upload: KernelUpload(bytes: bytes, contentType: "audio/wav", channel: 3)),
      Record.Upload(filter: "right", upload: KernelUpload(bytes: [1])),
      Record.Upload(filter: "x", upload: KernelUpload(bytes: [2], channel: 1023)),
      Record.Upload(filter: "a b/ü?%", upload: KernelUpload(bytes: [3], resample: true)),
      Record.Upload(filter: "y", upload: KernelUpload(bytes: [4], channel: 2, resample: false)),
      Record.Upload(filter: "c", upload: KernelUpload(bytes: [1, 2, 3])),
    ]
    #expect(await served.record.uploads == expected)
    await served.server.stop()
  }

  @Test("hands over to be checked what has check=true, and nothing else")
  func checks() async throws {
    let served = try await Served()
    let answer = try await served.client.request("PUT", "/v1/filters/left/kernel?check=true&channel=1", body: [7])
    let report: KernelReport = try served.client.decoded(answer)
    #expect(report == KernelReport(filter: "left", taps: 3, layout: "raw", method: "direct", load: 0.125, worstCase: -2.5))
    let change = Array(#"{"left":{"gain":-3}}"#.utf8)
    let list = try await served.client.request("PATCH", "/v1/filters?check=true", contentType: "application/json", body: change)
    #expect(list.status == 200)
    #expect(await served.record.checkedUploads == [Record.Upload(filter: "left", upload: KernelUpload(bytes: [7], channel: 1))])
    #expect(await served.record.checkedChanges == [["left": FilterChange(gain: -3)]])
    #expect(await served.record.isEmpty)
    #expect(try await served.client.request("PUT", "/v1/filters/left/kernel?check=false", body: [7]).status == 200)
    #expect(
      try await served.client.request("PATCH", "/v1/filters?check=false", contentType: "application/json", body: change).status == 200)
    #expect(await served.record.uploads.count == 1)
    #expect(await served.record.filterChanges.count == 1)
    #expect(try await served.client.request("PUT", "/v1/filters/left/kernel?check=1", body: [7]).status == 400)
    await served.server.stop()
  }

  @Test("changes what is given of the output, and tells all of it")
  func output() async throws {
    let served = try await Served()
    #expect(try await served.client.changeOutput(OutputChange(mute: true)) == Status.Output(mute: true, bypass: false))
    #expect(try await served.client.changeOutput(OutputChange(bypass: true)) == Status.Output(mute: true, bypass: true))
    let both = Array(" {\"mute\":false,\n\"bypass\":false} ".utf8)
    let response = try await served.client.request("PATCH", "/v1/output", contentType: "application/json; charset=utf-8", body: both)
    #expect(try served.client.decoded(response) == Status.Output(mute: false, bypass: false))
    for volume in [-20.5, -120, 0] {
      #expect(try await served.client.changeOutput(OutputChange(volume: volume)).volume == volume)
    }
    #expect(try await served.client.changeOutput(OutputChange(dither: .tpdf)).dither == .tpdf)
    #expect(try await served.client.changeOutput(OutputChange(dither: .off)).dither == .off)
    for ceiling in [-6.5, -120, 0] {
      #expect(try await served.client.changeOutput(OutputChange(ceiling: .at(ceiling))).ceiling == ceiling)
    }
    #expect(try await served.client.changeOutput(OutputChange(ceiling: .off)).ceiling == nil)
    await served.server.stop()
  }

  @Test("refuses with the handler's problem")
  func handlersProblem() async throws {
    let served = try await Served()
    let response = try await served.client.request("PUT", "/v1/filters/missing/kernel", body: [1])
    #expect(response.status == 404 && response.contentType == "application/problem+json")
    let expected = Problem(status: 404, title: "No such filter", detail: "there is no filter missing")
    #expect(try JSONDecoder().decode(Problem.self, from: Data(response.body)) == expected)
    #expect(expected.type == "about:blank")
    await #expect(throws: ControlError.problem(expected)) {
      try await served.client.replaceKernel("missing", KernelUpload(bytes: [1]))
    }
    await served.server.stop()
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    var method: String
    var target: String
    var type: String?
    var body: String?
    var status: Int
    var detail: String

    init(_ method: String, _ target: String, type: String? = nil, body: String? = nil, _ status: Int, _ detail: String) {
      (self.method, self.target, self.type, self.body, self.status, self.detail) = (method, target, type, body, status, detail)
    }

    var testDescription: String { "\(method) \(target) \(body ?? "")" }
  }

  @Test(
    "refuses with a problem document that says why, and does nothing",
    arguments: [
      Refused("GET", "/", 404, "/ is not part of this API"),
      Refused("GET", "/v1", 404, "/v1 is not part of this API"),
      Refused("GET", "/v1/status/", 404, "/v1/status/ is not part of this API"),
      Refused("GET", "//v1/status", 404, "//v1/status is not part of this API"),
      Refused("GET", "/v1/filters//kernel", 404, "/v1/filters//kernel is not part of this API"),
      Refused("OPTIONS", "*", 404, "* is not part of this API"),
      Refused("GET", "/v1/%zz", 400, "/v1/%zz is not a URL"),
      Refused("GET", "/v1/%ff", 400, "/v1/%ff is not a URL"),
      Refused("GET", "/v1" + String(repeating: "/a", count: 900), 404, "/v1/a/a/a"),
      Refused("GET", "/v1" + String(repeating: "/a", count: 7_000), 414, "the path has 14003 bytes: 2048 are the most"),
      Refused("GET", "/v1/status?" + String(repeating: "&", count: 10_000) + "x", 400, "the parameter `x` is unknown here"),
      Refused("GET", "/v1/status?all=1", 400, "the parameter `all` is unknown here"),
      Refused("POST", "/v1/status", body: "x", 405, "POST is not what /v1/status takes: use GET, HEAD"),
      Refused("DELETE", "/v1/filters/a/kernel", 405, "DELETE is not what /v1/filters/a/kernel takes: use PUT"),
      Refused("GET", "/v1/output", 405, "GET is not what /v1/output takes: use PATCH"),
      Refused("PUT", "/v1/filters/a/kernel", body: "", 400, "the body is empty: it must be a kernel file"),
      Refused(
        "PUT", "/v1/filters/a/kernel?channel=-1", body: "x", 400, "`channel=-1`: `channel` is given once, as a whole number from 0 to 1023"),
      Refused("PUT", "/v1/filters/a/kernel?channel=1024", body: "x", 400, "`channel=1024`"),
      Refused("PUT", "/v1/filters/a/kernel?channel", body: "x", 400, "`channel`"),
      Refused("PUT", "/v1/filters/a/kernel?resample=1", body: "x", 400, "`resample=1`: `resample` is given once, as true or false"),
      Refused("PUT", "/v1/filters/a/kernel?channel=1&channel=1", body: "x", 400, "`channel=1`"),
      Refused("PUT", "/v1/filters/a/kernel?name=a%0Ab", body: "x", 400, "`name=a%0Ab`: `name` is given once, as a file's name of"),
      Refused("PUT", "/v1/filters/a/kernel?canal=1", body: "x", 400, "the parameter `canal` is unknown here"),
      Refused("PUT", "/v1/filters/a/kernel", type: "multipart/form-data; boundary=x", body: "x", 415, "a form is not a kernel"),
      Refused("PATCH", "/v1/output", body: "{\"mute\":true}", 415, "the body must be JSON"),
      Refused("PATCH", "/v1/output", type: "application/x-www-form-urlencoded", body: "{\"mute\":true}", 415, "the body must be JSON"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "", 400, "the body must be a JSON object"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"mute\":true", 400, "the body must be a JSON object"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"mute\":true,}", 400, "the body must be a JSON object"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"mute\":true} 1", 400, "the body must be a JSON object"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "\u{FEFF}{\"mute\":true}", 400, "the body must be a JSON object"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"volume\":01}", 400, "the body must be a JSON object"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"volume\":-.5}", 400, "the body must be a JSON object"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"mute\":tru}", 400, "the body must be a JSON object"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"\\ud800\":1}", 400, "the body must be a JSON object"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"\\ud83d\\ude00\":1}", 400, "`\u{1F600}` is unknown"),
      Refused(
        "PATCH", "/v1/output", type: "application/json", body: "{\"mute\":true,\"\\u006dute\":false}", 400, "`mute` is there twice"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "[true]", 400, "the body must be a JSON object"),
      Refused(
        "PATCH", "/v1/output", type: "application/json", body: "{}", 400,
        "nothing is to be changed: give `mute`, `bypass`, `volume`, `dither` or `ceiling`"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"mute\":1}", 400, "`mute` must be true or false"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"mute\":null}", 400, "`mute` must be true or false"),
      Refused(
        "PATCH", "/v1/output", type: "application/json", body: "{\"mute\":true,\"bypass\":\"on\"}", 400, "`bypass` must be true or false"),
      Refused(
        "PATCH", "/v1/output", type: "application/json", body: "{\"mute\":true,\"moot\":true}", 400, "`moot` is unknown: the members are"),
      Refused(
        "PATCH", "/v1/output", type: "application/json", body: "{\"mute\":true,\"volume\":0.5}", 400,
        "`volume` is 0.5, and must be from -120 to 0 dB: amplify by a filter's gain"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"volume\":-121}", 400, "`volume` is -121.0, and must be from"),
      Refused(
        "PATCH", "/v1/output", type: "application/json", body: "{\"volume\":\"-3\"}", 400,
        "`volume` must be a number from -120 to 0 dB"),
      Refused(
        "PATCH", "/v1/output", type: "application/json", body: "{\"dither\":\"rpdf\"}", 400, "`dither` must be \"none\" or \"tpdf\""),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"dither\":true}", 400, "`dither` must be"),
      Refused(
        "PATCH", "/v1/output", type: "application/json", body: "{\"ceiling\":1}", 400,
        "`ceiling` must be a number from -120 to 0 dB, or \"none\""),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"ceiling\":null}", 400, "`ceiling` must be a number from"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"ceiling\":\"off\"}", 400, "`ceiling` must be a number from"),
      Refused("PATCH", "/v1/output", type: "application/json", body: "{\"volume\":true}", 400, "`volume` must be a number from"),
      Refused(
        "PATCH", "/v1/output", type: "application/json", body: String(repeating: "[", count: 60_000), 400, "the body must be a JSON object"),
      Refused(
        "PATCH", "/v1/output", type: "application/json", body: String(repeating: " ", count: 70_000), 413,
        "the body is larger than 65536 bytes"),
    ])
  func refused(request: Refused) async throws {
    let served = try await Served()
    let body = request.body.map { Array($0.utf8) }
    let response = try await served.client.request(request.method, request.target, contentType: request.type, body: body)
    #expect(response.status == request.status && response.contentType == "application/problem+json")
    let problem = try JSONDecoder().decode(Problem.self, from: Data(response.body))
    #expect(problem.status == request.status && problem.type == "about:blank" && !problem.title.isEmpty)
    #expect(problem.detail.hasPrefix(request.detail), "\(problem.detail)")
    #expect(await served.record.isEmpty)
    await served.server.stop()
  }

  @Test("takes JSON in UTF-8 alone", arguments: [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32, .isoLatin1])
  func encodings(encoding: String.Encoding) async throws {
    let served = try await Served()
    let body = try #require("{ \"left\": { \"kernel\": \"/räume/hall.wav\" } }".data(using: encoding))
    let response = try await served.client.request("PATCH", "/v1/filters", contentType: "application/json", body: Array(body))
    #expect(response.status == 400 && String(decoding: response.body, as: UTF8.self).contains("must be JSON in UTF-8"))
    #expect(await served.record.isEmpty)
    await served.server.stop()
  }

  @Test("names the methods that there are, when refusing one")
  func allow() async throws {
    let served = try await Served()
    let answer = try await RawClient(path: served.path).send("DELETE /v1/status HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer?.contains("\r\nAllow: GET, HEAD\r\n") == true)
    await served.server.stop()
  }

  @Test("never sends a number that JSON does not have")
  func notFinite() async throws {
    let folder = try ScratchFolder()
    let handler = Record {
      var status = Status.sample
      status.load.max = .infinity
      return status
    }
    let server = try await ControlServer.start(path: folder.file("s"), mode: 0o600, handler: handler, logger: .silent)
    #expect(try await ControlClient(path: folder.file("s")).request("GET", "/v1/status").status == 500)
    await server.stop()
  }
}
