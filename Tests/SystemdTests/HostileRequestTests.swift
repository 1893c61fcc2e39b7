import Foundation
import TestSupport
import Testing

/// A daemon whose devices do not exist, and requests that would take the machine.
@Suite("A daemon under hostile requests", .serialized)
struct HostileRequestTests {
  @Test("answers while a configuration of long kernels is prepared, and ends at once", .timeLimit(.minutes(3)))
  func longWork() async throws {
    let daemon = try Victim()
    let filters = (0..<64).map { filter($0, "kernels: [\"box:\(1_000_000 + $0)\", \"box:\(1_000_000 - $0)\"]") }
    let sent = Task { try await daemon.put(filters) }
    try await Task.sleep(for: .milliseconds(300))
    var times: [Duration] = []
    for number in 0..<40 {
      let request = number % 2 == 0 ? "GET /v1/status HTTP/1.0\r\n\r\n" : Self.mute
      let start = ContinuousClock.now
      #expect(try await RawClient(path: daemon.socket).send(request)?.contains(" 200 OK") == true)
      times.append(.now - start)
      try await Task.sleep(for: .milliseconds(20))
    }
    print("answers beside long work: median \(times.sorted()[20]), slowest \(times.max()!)")
    #expect(times.sorted()[20] < .milliseconds(100) && times.max()! < .seconds(2))
    let start = ContinuousClock.now
    #expect(daemon.stop() == 0 && .now - start < .seconds(5))
    _ = try? await sent.value
  }

  @Test("tells the status of thousands of filters")
  func manyFilters() async throws {
    let daemon = try Victim()
    let filters = (0..<4096).map {
      "{ name: f\($0), from: 0, to: \($0 % 2), kernel: \"taps:1\", gain: -\($0 % 37), delay: \($0) }"
    }
    let answer = try await daemon.put(filters)
    #expect(answer.contains(" 200 OK"), "\(answer.prefix(500))")
    let told = try await RawClient(path: daemon.socket).send("GET /v1/status HTTP/1.0\r\n\r\n")?.components(separatedBy: "\r\n\r\n")
    let status = try JSONSerialization.jsonObject(with: Data(try #require(told?.last).utf8)) as? [String: Any]
    let outputs = (status?["latency"] as? [String: Any])?["outputs"] as? [[String: Any]]
    // The first of the loudest filters of each.
    #expect(outputs?.map { $0["kernelFrames"] as? Int } == [0, 37] && (status?["filters"] as? [Any])?.count == 4096)
    #expect(daemon.stop() == 0)
  }

  @Test("holds nothing of requests that it has answered, however many come on one connection")
  func manyChecks() throws {
    let daemon = try Victim()
    // Each of them is refused with a hundred faults.
    let text = Victim.text((0..<100).map { filter($0, "kernel: missing-\($0).wav") }, capture: "hw:none", "hw:none")
    let request = "POST /v1/config/check HTTP/1.1\r\nHost: a\r\nContent-Length: \(text.utf8.count)\r\n\r\n" + text
    try request.write(toFile: daemon.folder.file("request"), atomically: true, encoding: .utf8)
    func check(_ count: Int) throws {
      let script = Location.package + "/Tests/Reference/many_requests.py"
      let command = "'\(Location.python)' '\(script)' '\(daemon.socket)' \(count) 422 < '\(daemon.folder.file("request"))'"
      let completed = try run("/bin/sh", ["-c", command])
      #expect(completed.status == 0, "\(completed.error)")
    }
    try check(100)
    let before = try daemon.peakMegabytes()
    try check(600)
    let more = try daemon.peakMegabytes() - before
    #expect(more < 8, "\(more) MB more")
    #expect(daemon.stop() == 0)
  }

  @Test(
    "refuses what would be too long, and what is no file",
    arguments: [
      ("kernels: [\"box:2097152\", \"box:2097152\"]", "4194303 taps, more than 2097152"), ("kernel: \"-\"", "cannot name standard input"),
      ("kernel: fifo", "not a regular file"), ("kernel: /dev/zero", "not a regular file"), ("kernel: /", "it is a folder"),
      ("kernel: huge.npy", "more than the"), ("kernel: huge.txt", "more than the"), ("kernel: \"box:16777216\"", "more than 2097152"),
    ])
  func refused(kernel: String, message: String) async throws {
    let daemon = try Victim()
    #expect(mkfifo(daemon.folder.file("fifo"), 0o600) == 0)
    for name in ["huge.npy", "huge.txt"] { try makeSparse(daemon.folder.file(name)) }
    let answer = try await daemon.put([filter(0, kernel)])
    #expect(answer.contains(" 422 ") && answer.contains(message), "\(answer)")
    #expect(try daemon.peakMegabytes() < 500)
    #expect(daemon.stop() == 0)
  }

  @Test("does not wait for a configuration that became a FIFO")
  func configurationFIFO() async throws {
    let daemon = try Victim()
    unlink(daemon.folder.file("convolved.yaml"))
    #expect(mkfifo(daemon.folder.file("convolved.yaml"), 0o600) == 0)
    let answer = try await RawClient(path: daemon.socket).send("POST /v1/config/reload HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer?.contains("not a regular file") == true, "\(answer ?? "")")
    #expect(daemon.stop() == 0)
  }

  @Test("holds a kernel once that many filters name")
  func heldOnce() async throws {
    let daemon = try Victim()
    let answer = try await daemon.put((0..<64).map { filter($0, "kernel: \"box:2097152\"") })
    #expect(answer.contains(" 200 OK") || answer.contains("Too much work"), "\(answer)")
    let peak = try daemon.peakMegabytes()
    print("64 filters of one kernel of 2^21 taps: \(peak) MB at the most")
    #expect(peak < 500)
    #expect(daemon.stop() == 0)
  }

  @Test("refuses a configuration that would take too much memory, with the figure")
  func budget() async throws {
    let daemon = try Victim()
    let answer = try await daemon.put((0..<600).map { filter($0, "kernel: \"box:2097152\", gain: -\(Double($0) / 16)") })
    #expect(answer.contains(" 422 ") && answer.contains("MB of memory, more than the"), "\(answer.suffix(500))")
    #expect(try daemon.peakMegabytes() < 500)
    #expect(daemon.stop() == 0)
  }

  @Test("verifies no less than a block", arguments: [("1e-300", 422), ("0.005", 422), ("0.02", 200)])
  func shortVerification(seconds: String, status: Int) async throws {
    let daemon = try Victim()
    let body = "{\"seconds\": \(seconds)}"
    let head = "POST /v1/verify HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
    let answer = try await RawClient(path: daemon.socket).send(head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
    #expect(answer?.contains(" \(status) ") == true, "\(answer ?? "")")
    #expect(status == 200 || answer?.contains("less than a block: give at least 0.005334") == true, "\(answer ?? "")")
    #expect(daemon.stop() == 0)
  }

  @Test("takes little more memory than a text of nothing but ends of lines")
  func ends() async throws {
    let daemon = try Victim()
    let head = "PUT /v1/filters/one/kernel?words=response:x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(1 << 25)\r\n\r\n"
    let body = [UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 25)
    let answer = try await RawClient(path: daemon.socket).run(.send(Array(head.utf8) + body)) ?? ""
    #expect(answer.contains(" 422 ") && answer.contains("more than 1048576 lines"), "\(answer)")
    let peak = try daemon.peakMegabytes()
    #expect(peak < 300, "\(peak) MB")
    #expect(daemon.stop() == 0)
  }

  @Test("tells the status of taps as large as float64 has, and compares none that are beyond integers of 128 bits")
  func loud() async throws {
    let daemon = try Victim()
    let answer = try await daemon.put([filter(0, "kernel: \"taps:1e300\", gain: 60"), filter(1, "kernel: \"taps:1e308,1e308\"")])
    #expect(answer.contains(" 200 OK"), "\(answer)")
    let status = try await RawClient(path: daemon.socket).send("GET /v1/status HTTP/1.0\r\n\r\n")
    #expect(status?.contains(" 200 OK") == true, "\(status ?? "")")
    let head = "POST /v1/verify HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    let verified = try await RawClient(path: daemon.socket).send(head)
    #expect(verified?.contains(" 422 ") == true && verified?.contains("output 0 amplifies by up to") == true, "\(verified ?? "")")
    #expect(daemon.stop() == 0)
  }

  @Test("counts kernels that were sent with all of their channels")
  func sentKernels() async throws {
    // A budget of 369 MB: for one such kernel, and for many if but one channel of each counted.
    let daemon = try Victim(addressSpaceKiB: 1_700_000)
    #expect(try await daemon.put((0..<2).map { filter($0, "kernel: \"taps:1\"") }).contains(" 200 OK"))
    let path = daemon.folder.file("large.wav")
    let made = try run("/usr/bin/sox", ["-n", "-r", "48000", "-b", "8", "-c", "64", path, "trim", "0", "262144s"])
    try #require(made.status == 0, "\(made.error)")
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var answers: [String] = []
    for number in 0..<2 {
      let head = "PUT /v1/filters/f\(number)/kernel HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(bytes.count)\r\n\r\n"
      answers.append(try await RawClient(path: daemon.socket).run(.send(Array(head.utf8) + bytes)) ?? "")
    }
    #expect(answers[0].contains(" 200 OK") && answers[1].contains(" 422 "), "\(answers)")
    #expect(answers[1].contains("MB of memory, more than the 369 MB"), "\(answers[1])")
    #expect(daemon.stop() == 0)
  }

  @Test("does not quote what a kernel's path leads to")
  func noQuote() async throws {
    let daemon = try Victim()
    try "secret\n".write(toFile: daemon.folder.file("private.txt"), atomically: true, encoding: .utf8)
    let answer = try await daemon.put([filter(0, "kernel: private.txt")])
    #expect(answer.contains("line 1") && answer.contains("not a number") && !answer.contains("secret"), "\(answer)")
    #expect(daemon.stop() == 0)
  }

  @Test("answers and ends while a device does not open")
  func hangingDevice() async throws {
    let daemon = try Victim(playback: "hang")
    var answer = ""
    for _ in 0..<200 where !answer.contains("does not open") {
      answer = try await RawClient(path: daemon.socket).send("GET /v1/status HTTP/1.0\r\n\r\n") ?? ""
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(answer.contains("null or hang does not open"), "\(answer)")
    let start = ContinuousClock.now
    #expect(daemon.stop() == 0 && .now - start < .seconds(5))
  }

  private static let mute =
    "PATCH /v1/output HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"mute\":true}"

  private func filter(_ number: Int, _ kernel: String) -> String { "{ name: f\(number), from: 0, to: 0, \(kernel) }" }

  /// 16 TiB, or as much as the file system takes.
  private func makeSparse(_ path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
    defer { close(descriptor) }
    let isMade = [44, 43, 42, 40, 38].contains { ftruncate(descriptor, 1 << $0 - 4096) == 0 }
    try #require(isMade)
  }
}

final class Victim: Sendable {
  let folder: ScratchFolder
  private let process: Process
  var socket: String { folder.file("control.sock") }

  /// - Parameter addressSpaceKiB: of the daemon's; nil: as much as the machine has.
  init(playback: String = "hw:none", addressSpaceKiB: Int? = nil, standardError: FileHandle = .nullDevice) throws {
    folder = try ScratchFolder()
    mkfifo(folder.file("device"), 0o600)
    try """
    </usr/share/alsa/alsa.conf>
    pcm.hang { type file slave.pcm null file "\(folder.file("device"))" format raw }

    """.write(toFile: folder.file("asound.conf"), atomically: true, encoding: .utf8)
    try Self.text(["{ name: one, from: 0, to: 0, kernel: \"taps:1\" }"], capture: playback == "hang" ? "null" : "hw:none", playback)
      .write(toFile: folder.file("convolved.yaml"), atomically: true, encoding: .utf8)
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let limit = addressSpaceKiB.map { "ulimit -v \($0) && " } ?? ""
    process.arguments = ["-c", "\(limit)exec '\(Location.program("convolved"))' --config '\(folder.file("convolved.yaml"))'"]
    process.environment = ProcessInfo.processInfo.environment.merging([
      "XDG_CACHE_HOME": Location.package + "/.build/cache", "STATE_DIRECTORY": folder.file("state"),
      "ALSA_CONFIG_PATH": folder.file("asound.conf"),
    ]) { $1 }
    process.standardError = standardError
    try process.run()
    let deadline = Date().addingTimeInterval(20)
    while true {
      if let connection = try? RawClient(path: socket).open() {
        close(connection)
        return
      }
      guard Date() < deadline else { throw NotifySocket.Missing(description: "no socket") }
      usleep(10_000)
    }
  }

  deinit { kill(process.processIdentifier, SIGKILL) }

  /// Puts a configuration of such filters; all that is answered.
  func put(_ filters: [String]) async throws -> String { try await send("PUT /v1/config", filters) }

  /// Sends a configuration of such filters, then takes steps; all that is answered.
  func send(_ method: String, _ filters: [String], then steps: [RawClient.Step] = []) async throws -> String {
    let text = Self.text(filters, capture: "hw:none", "hw:none")
    let request = "\(method) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
    return try await RawClient(path: socket).run([.send(Array((request + text).utf8))] + steps) ?? "nothing for a minute"
  }

  func stop() -> Int32 {
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// What all its threads have taken so far.
  func processorSeconds() throws -> Double {
    let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
    let fields = try #require(status.split(separator: ")").last).split(separator: " ")
    return try (11...12).map { try #require(Double(fields[$0])) }.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// The most that was resident.
  func peakMegabytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(Int(line.split(separator: " ")[1])) / 1000
  }

  fileprivate static func text(_ filters: [String], capture: String, _ playback: String) -> String {
    """
    rate: 48000
    capture: { device: "\(capture)" }
    playback: { device: "\(playback)" }
    filters:
    \(filters.map { "  - \($0)" }.joined(separator: "\n"))
    control: { socket: control.sock }

    """
  }
}
