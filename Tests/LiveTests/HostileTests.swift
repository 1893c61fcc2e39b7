import ControlAPI
import ControlCalling
import Foundation
import PCM
import Synchronization
import TestSupport
import Testing

extension LiveTests {
  /// What clients do while blocks of 64 frames run: the output is the input, bit for bit, all the time.
  @Suite("Clients beside the sound", .serialized)
  struct Clients {
    @Test("100 requests of status and 20 uploads a second are not heard", .timeLimit(.minutes(3)))
    func busy() async throws { try await busy(seconds: 5) }

    @Test("so for a minute", .enabled(if: Soak.cases > 0), .timeLimit(.minutes(10)))
    func busyMinute() async throws { try await busy(seconds: 60) }

    @Test(
      "kernels of two million taps, of another rate, empty or of 10 GB, clients that are slow or a thousand: none is heard",
      .timeLimit(.minutes(5)))
    func hostile() async throws {
      let rig = try rig()
      try rig.start()
      try raiseDescriptorLimit()
      let socket = rig.socket
      // It has ten seconds, in which the others come.
      async let slow = byteByByte(socket)
      try await hear(nothingOf: rig) { try await uploads(socket) }
      try await hear(nothingOf: rig) { try await crowd(socket) }
      #expect(await slow)
      #expect(rig.stop() == 0)
    }

    // MARK: Clients

    private func busy(seconds: Int) async throws {
      let rig = try rig()
      try rig.start()
      let (counts, client) = (Counts(), ControlClient(path: rig.socket))
      try await hear(nothingOf: rig) {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
          for tick in 0..<100 * seconds {
            try await Task.sleep(for: .milliseconds(10))
            tasks.addTask {
              _ = try await client.status()
              await counts.add("status")
            }
            guard tick % 5 == 0 else { continue }
            tasks.addTask {
              do throws(ControlError) {
                _ = try await client.replaceKernel("f\(tick / 5 % 2)", KernelUpload(bytes: inaudible(taps: 4096, seed: UInt64(tick))))
                await counts.add("heard")
              } catch {
                // A newer one has overtaken it: that is its limit.
                guard case .problem(let problem) = error, problem.title == "superseded" else { throw error }
                await counts.add("superseded")
              }
            }
          }
          try await tasks.waitForAll()
        }
      }
      let counted = await counts.counts
      #expect(counted["status"] ?? 0 >= 100 * seconds)
      #expect((counted["heard"] ?? 0) + (counted["superseded"] ?? 0) >= 20 * seconds && counted["heard"] ?? 0 > seconds)
      print("\(seconds) s beside the sound: \(counted)")
      #expect(rig.stop() == 0)
    }

    /// Uploads that are served by a stated limit, or refused by one.
    private func uploads(_ socket: String) async throws {
      let client = ControlClient(path: socket, timeout: 120)
      let most = 1 << 21
      let report = try await client.replaceKernel("f0", KernelUpload(bytes: inaudible(taps: 2_000_000, seed: 1)))
      #expect(report.taps == 2_000_000)
      try await refuses(client, inaudible(taps: most + 1, seed: 2), 422, "more than 2097152")
      try await refuses(client, wave(rate: 44100), 422, "44100 Hz")
      try await refuses(client, [], 400, "empty")
      try await refuses(client, Array("0.5\nloud\n".utf8), 422, "loud")
      let declared = "PUT /v1/filters/f0/kernel HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000\r\n\r\n"
      let answer = try await RawClient(path: socket).run(.send(Array(declared.utf8)), .await("larger than"), .halfClose)
      #expect(answer?.hasPrefix("HTTP/1.1 413 ") == true, "\(answer ?? "stayed open")")
    }

    private func refuses(_ client: ControlClient, _ bytes: [UInt8], _ status: Int, _ detail: String) async throws {
      let error = await #expect(throws: ControlError.self) { try await client.replaceKernel("f0", KernelUpload(bytes: bytes)) }
      guard case .problem(let problem) = error else { return }
      #expect(problem.status == status && problem.detail.contains(detail), "\(problem)")
    }

    /// A client that sends a byte a minute has ten seconds for its header, whatever it sends meanwhile.
    private func byteByByte(_ socket: String) async -> Bool {
      let answer = try? await RawClient(path: socket).run(.send([UInt8(ascii: "G")]))
      return answer?.hasPrefix("HTTP/1.1 408 ") == true
    }

    /// 1,000 connections at once: each is served, or told that there are too many.
    private func crowd(_ socket: String) async throws {
      let raw = RawClient(path: socket)
      let request = Array("GET /v1/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)
      var connections: [CInt] = []
      for _ in 0..<1000 { connections.append(try raw.open()) }
      let answers = await withTaskGroup { tasks in
        for connection in connections { tasks.addTask { await raw.run([.send(request), .halfClose], on: connection) ?? "stayed open" } }
        return await tasks.reduce(into: [:]) { $0[String($1.prefix(12)), default: 0] += 1 }
      }
      print("1,000 connections: \(answers)")
      #expect((answers["HTTP/1.1 200"] ?? 0) >= 60 && (answers["HTTP/1.1 503"] ?? 0) > 0)
      // A client that has been closed before it sent anything may see no answer at all.
      #expect((answers["HTTP/1.1 200"] ?? 0) + (answers["HTTP/1.1 503"] ?? 0) + (answers[""] ?? 0) == 1000)
      _ = try await ControlClient(path: socket).status()
    }

    // MARK: Sound

    private func rig() throws -> Rig {
      try Rig(format: .s24packed, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" })
    }

    /// Plays noise as long as clients are at work: what comes out is what went in.
    private func hear(nothingOf rig: Rig, _ clients: @escaping @Sendable () async throws -> Void) async throws {
      let frames = randomFrames(.s24packed, count: 96_000, channels: 2, seed: 91)
      let before = try xrunsWhenServed(rig)
      var (differing, stretches, others) = (0, 0, 0)
      let isAtWork = Atomic(true)
      let work = Task {
        defer { isAtWork.store(false, ordering: .relaxed) }
        try await clients()
      }
      repeat {
        let recording = try await rig.playing(frames)
        others += recording.xruns
        stretches += 1
        _ = try xrunsWhenServed(rig)
        let first = (recording.playedAt + (try #require(try rig.status("latency", "measuredFrames")))) * 6
        if recording.bytes[first..<first + frames.count] != frames { differing += 1 }
      } while isAtWork.load(ordering: .relaxed)
      try await work.value
      let xruns = try xrunsWhenServed(rig) - before + others
      print("\(stretches) stretches of 2 s beside them: \(differing) differ, \(xruns) xruns")
      #expect(differing == 0 && xruns == 0, "\(rig.log)")
    }

    /// As soon as a request is served: a crowd may be before it.
    private func xrunsWhenServed(_ rig: Rig) throws -> Int {
      var xruns: Int?
      try rig.wait {
        xruns = try? rig.xruns()
        return xruns != nil
      }
      return try #require(xruns)
    }

    private func raiseDescriptorLimit() throws {
      var limit = rlimit()
      try #require(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
      limit.rlim_cur = min(limit.rlim_max, 4096)
      try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 && limit.rlim_cur >= 2048)
    }
  }
}

private actor Counts {
  private(set) var counts: [String: Int] = [:]

  func add(_ what: String) { counts[what, default: 0] += 1 }
}

/// A kernel as `.npy` of float64: an impulse and noise far below the last bit.
private func inaudible(taps: Int, seed: UInt64) -> [UInt8] {
  var random = SeededGenerator(seed: seed)
  var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(taps),), }"
  header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
  var bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
  bytes.reserveCapacity(bytes.count + 8 * taps)
  for tap in 0..<taps {
    let value = tap == 0 ? 1.0 : Double.random(in: -1e-14...1e-14, using: &random)
    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
  }
  return bytes
}

/// A WAV file of one sample.
private func wave(rate: UInt32) -> [UInt8] {
  func little(_ value: UInt32, _ count: Int = 4) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  let format = little(1, 2) + little(1, 2) + little(rate) + little(2 * rate) + little(2, 2) + little(16, 2)
  return Array("RIFF".utf8) + little(38) + Array("WAVEfmt ".utf8) + little(16) + format + Array("data".utf8) + little(2) + [0, 64]
}
