import Foundation
import Logging
import Service
import Systemd
import TestSupport
import Testing

@Suite("A log that nobody reads", .timeLimit(.minutes(1)))
struct LogQueueTests {
  @Test("keeps nobody waiting, loses what does not fit, and says how much")
  func lost() throws {
    let pipe = Pipe()
    let queue = LogQueue()
    let log = queue.before(JournalLog(descriptor: pipe.fileHandleForWriting.fileDescriptor))
    let logger = Logger(label: "test") { _ in log }
    let start = ContinuousClock.now
    for number in 0..<10_000 { logger.info("\(number) \(String(repeating: "x", count: 100))") }
    #expect(.now - start < .seconds(2))
    queue.flush(within: .milliseconds(10))
    let reading = pipe.fileHandleForReading
    var (text, told) = ("", false)
    while !told {
      text += String(decoding: reading.availableData, as: UTF8.self)
      told = text.contains(" messages are lost: ")
    }
    let lines = text.split(separator: "\n")
    #expect(lines[0].hasPrefix("<6>0 x") && lines.count > 1_000)
    logger.info("the end")
    while !text.hasSuffix("<6>the end\n") { text += String(decoding: reading.availableData, as: UTF8.self) }
  }

  @Test("does not keep a daemon from answering and ending")
  func full() async throws {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    while Glibc.write(descriptor, "x", 1) == 1 {}
    _ = fcntl(descriptor, F_SETFL, 0)
    let daemon = try Victim(standardError: pipe.fileHandleForWriting)
    let answer = try await RawClient(path: daemon.socket).send("GET /v1/status HTTP/1.0\r\n\r\n")
    #expect(answer?.contains(" 200 OK") == true, "\(answer ?? "")")
    let start = ContinuousClock.now
    #expect(daemon.stop() == 0 && .now - start < .seconds(5))
    try pipe.fileHandleForReading.close()
  }

  @Test("has each of the output's settings once a second, with its last value")
  func settings() async throws {
    let folder = try ScratchFolder()
    #expect(FileManager.default.createFile(atPath: folder.file("log"), contents: nil))
    let daemon = try Victim(standardError: try #require(FileHandle(forWritingAtPath: folder.file("log"))))
    let requests = (1...500).map { number in
      let body = "{\"volume\":-\(1 + number % 100),\"mute\":\(number % 2 == 1),\"ceiling\":-\(number % 90)}"
      let head = "PATCH /v1/output HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
      return head + body
    }
    let answers = try await RawClient(path: daemon.socket).send(requests.joined() + "GET /v1/status HTTP/1.0\r\n\r\n")
    #expect(answers?.components(separatedBy: " 200 OK").count == 502, "\(answers?.prefix(500) ?? "")")
    #expect(daemon.stop() == 0)
    let log = try String(contentsOfFile: folder.file("log"), encoding: .utf8)
    for (setting, last) in [("volume: ", "-1.0 dB"), ("output: ", "unmuted"), ("ceiling: ", "-50.0 dB")] {
      let lines = log.split(separator: "\n").filter { $0.contains(setting) }
      #expect(lines.count < 20 && lines.last?.contains(setting + last) == true, "\(lines.suffix(20))")
    }
  }
}
