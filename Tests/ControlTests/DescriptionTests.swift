import ControlAPI
import ControlCalling
import ControlServing
import Foundation
import TestSupport
import Testing

@Suite("The description of the API")
struct DescriptionTests {
  @Test("is JSON, and lists exactly the routes that there are, with their methods")
  func routes() async throws {
    let served = try await Served()
    let response = try await served.client.request("GET", "/v1/openapi.json")
    #expect(response.status == 200 && response.contentType == "application/json")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
    #expect(document["openapi"] as? String == "3.1.0")
    let paths = try #require(document["paths"] as? [String: [String: Any]])
    let listed = paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } }
    #expect(listed.sorted() == ControlServer.routes.sorted())
    // Each of them is served: by the methods that it lists, and by no other.
    for (path, methods) in paths {
      let target = path.replacing(/\{[a-z]+\}/, with: "1")
      let refused = try #require(try await RawClient(path: served.path).send("OPTIONS \(target) HTTP/1.1\r\nHost: a\r\n\r\n"))
      let allow = try #require(refused.firstMatch(of: /\r\nAllow: ([A-Z, ]+)\r\n/), "\(path): \(refused)")
      let allowed = Set(allow.1.components(separatedBy: ", ")).subtracting(["HEAD"])
      #expect(refused.hasPrefix("HTTP/1.1 405 ") && allowed == Set(methods.keys.map { $0.uppercased() }), "\(path)")
    }
    await served.server.stop()
  }

  @Test("refers only to what it defines")
  func references() async throws {
    let served = try await Served()
    let text = String(decoding: try await served.client.request("GET", "/v1/openapi.json").body, as: UTF8.self)
    let document = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let references = text.matches(of: /"\$ref": "#\/([^"]+)"/)
    #expect(references.count > 10)
    for reference in references {
      let end = reference.1.split(separator: "/").reduce(document as Any?) { ($0 as? [String: Any])?[String($1)] }
      #expect(end != nil, "\(reference.1)")
    }
    await served.server.stop()
  }

  @Test("has metrics beside it, in Prometheus' text format")
  func metrics() async throws {
    let served = try await Served()
    let response = try await served.client.request("GET", "/metrics")
    #expect(response.status == 200 && response.contentType == "text/plain; version=0.0.4; charset=utf-8")
    let text = String(decoding: response.body, as: UTF8.self)
    for line in [
      #"convolved_info{version="0.1.0",precision="float64"} 1"#, #"convolved_state{state="waiting"} 1"#,
      #"convolved_state{state="running"} 0"#, "convolved_block_frames 256", "convolved_queue_frames 512",
      #"convolved_xruns_total{direction="playback"} 2"#, "convolved_changes_total 3", "convolved_clipped_samples_total 4",
      "convolved_unusable_samples_total 7", "convolved_faulty_blocks_total 2", "convolved_closures_total 1",
      "convolved_late_blocks_total 6", "convolved_missed_blocks_total 5", "convolved_needed_bytes 41943040",
      #"convolved_realtime_info{policy="SCHED_FIFO",governor="ondemand"} 1"#, "convolved_load_predicted 0.025",
      "convolved_load_predicted_workers 0.375",
      #"convolved_realtime_warning{warning="no lock: raise RLIMIT_MEMLOCK"} 1"#,
      #"convolved_state_cause{cause="hw:DAC: No such device"} 1"#,
      "convolved_bypassed 1", "convolved_locked_bytes 36909875", "convolved_load_max 0.99",
      #"convolved_load_bucket{le="0.01"} 0"#, #"convolved_load_bucket{le="1.0"} 990"#, #"convolved_load_bucket{le="+Inf"} 1000"#,
      "convolved_load_sum 31.2", "convolved_load_count 1000",
    ] {
      #expect(text.contains("\n\(line)\n"), "\(line)")
    }
    #expect(!text.contains("convolved_latency_frames"), "what is not known is left out")
    // Every sample belongs to the metric that is declared above it, each once.
    var declared = ""
    var seen: Set<Substring> = []
    for line in text.split(separator: "\n") {
      if let type = line.wholeMatch(of: /# TYPE ([a-z_]+) (counter|gauge|histogram)/) {
        declared = String(type.1)
      } else if !line.hasPrefix("# HELP ") {
        #expect(line.wholeMatch(of: /[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [-+0-9.e]+/) != nil, "\(line)")
        #expect(line.hasPrefix(declared) && seen.insert(line.prefix { $0 != " " }).inserted, "\(line)")
      }
    }
    #expect(seen.count > 30)
    await served.server.stop()
  }
}
