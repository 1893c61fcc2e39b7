import ControlAPI
import ControlCalling
import Foundation
import TestSupport
import Testing

@Suite("The configuration over the control API")
struct ConfigurationTests {
  @Test("is told as its text")
  func text() async throws {
    let served = try await Served()
    let response = try await served.client.request("GET", "/v1/config")
    #expect(response.status == 200 && response.contentType == "application/yaml")
    #expect(try await served.client.configuration() == Array("rate: 48000\n".utf8))
    #expect(response.body == Array("rate: 48000\n".utf8))
    await served.server.stop()
  }

  @Test("is replaced, checked and reloaded: each reaches its own handler")
  func handlers() async throws {
    let served = try await Served()
    let (one, other) = (Array("rate: 1".utf8), [UInt8](repeating: 0x23, count: 1 << 20))
    #expect(try await served.client.replaceConfiguration(one) == .sample)
    #expect(try await served.client.checkConfiguration(ConfigurationUpload(bytes: other, folder: "/a b/ü&?")) == .sample)
    #expect(try await served.client.checkConfiguration(ConfigurationUpload(bytes: one)) == .sample)
    #expect(try await served.client.reloadConfiguration() == .sample)
    #expect(await served.record.configurations == [ConfigurationUpload(bytes: one)])
    #expect(
      await served.record.checked == [ConfigurationUpload(bytes: other, folder: "/a b/ü&?"), ConfigurationUpload(bytes: one)])
    #expect(await served.record.reloads == 1)
    await served.server.stop()
  }

  @Test("is refused with every fault and its line", arguments: [("PUT", "/v1/config"), ("POST", "/v1/config/check")])
  func faults(method: String, target: String) async throws {
    let served = try await Served()
    let response = try await served.client.request(method, target, body: Array("x".utf8))
    #expect(response.status == 422 && response.contentType == "application/problem+json")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
    let faults = try #require(document["faults"] as? [[String: Any]])
    #expect(faults.map { $0["line"] as? Int } == [1, 7])
    #expect(faults.map { $0["message"] as? String } == ["`rate` is missing", "`blok` is unknown"])
    #expect(await served.record.isEmpty)
    await served.server.stop()
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    var method: String
    var target: String
    var size = 0
    var status: Int
    var detail: String

    var testDescription: String { "\(method) \(target), \(size) bytes" }
  }

  @Test(
    "is not touched by requests that are none",
    arguments: [
      Refused(method: "POST", target: "/v1/config", status: 405, detail: "POST is not what /v1/config takes: use GET, HEAD, PUT"),
      Refused(method: "GET", target: "/v1/config/check", status: 405, detail: "GET is not what /v1/config/check takes: use POST"),
      Refused(
        method: "PUT", target: "/v1/config/reload", status: 405, detail: "PUT is not what /v1/config/reload takes: use POST"),
      Refused(method: "PUT", target: "/v1/config/other", status: 404, detail: "/v1/config/other is not part of this API"),
      Refused(method: "PUT", target: "/v1/config?folder=/k", status: 400, detail: "the parameter `folder` is unknown here"),
      Refused(method: "POST", target: "/v1/config/check?folder=k", status: 400, detail: "`folder=k`: `folder` is given once"),
      Refused(method: "POST", target: "/v1/config/check?folder=/k&folder=/k", status: 400, detail: "`folder=/k`"),
      Refused(method: "POST", target: "/v1/config/check?folder=/%00", status: 400, detail: "`folder=/%00`"),
      Refused(method: "POST", target: "/v1/config/check?folder=/%1B", status: 400, detail: "`folder=/%1B`"),
      Refused(
        method: "PUT", target: "/v1/config", size: (1 << 20) + 2, status: 413, detail: "the body is larger than 1048577 bytes"),
    ])
  func refused(request: Refused) async throws {
    let served = try await Served()
    let response = try await served.client.request(
      request.method, request.target, body: [UInt8](repeating: 0x23, count: request.size))
    #expect(response.status == request.status)
    let problem = try JSONDecoder().decode(Problem.self, from: Data(response.body))
    #expect(problem.detail.hasPrefix(request.detail), "\(problem.detail)")
    #expect(await served.record.isEmpty)
    await served.server.stop()
  }
}
