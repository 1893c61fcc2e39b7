import Foundation
import Logging
import Systemd
import Testing

@Suite("A line for the journal")
struct JournalLogTests {
  @Test("begins with its priority, and a message of several lines is as many")
  func lines() throws {
    let pipe = Pipe()
    let journal = JournalLog(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    var logger = Logger(label: "test") { _ in journal }
    logger.debug("left out")
    logger.logLevel = .trace
    for level in Logger.Level.allCases { logger.log(level: level, "a \(level)") }
    logger.error("one\n\ntwo")
    try pipe.fileHandleForWriting.close()
    let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    #expect(
      text == "<7>a trace\n<7>a debug\n<6>a info\n<5>a notice\n<4>a warning\n<3>a error\n<2>a critical\n<3>one\n<3>two\n")
  }

  @Test("is written to the journal only")
  func elsewhere() { #expect(JournalLog() == nil) }
}
