import ControlAPI
import ControlServing
import Foundation
import TestSupport
import Testing

/// What a daemon says is shown, and not obeyed, however much it is.
@Suite("Text of a daemon on a terminal", .timeLimit(.minutes(1)))
struct ShownTextTests {
  private static let title = "\u{1B}]0;title\u{7}\u{202E}"
  private static let shown = "\\u{1B}]0;title\\u{07}\\u{202E}"

  @Test("has escapes in place of control characters, whatever the command")
  func controlCharacters() async throws {
    var report = ConfigurationReport.sample
    (report.restart, report.interrupts, report.plan) = ([Self.title, "block"], [Self.title], Self.title)
    let served = try await serving(Record(report: report))
    try Data("rate: 1\n".utf8).write(to: URL(fileURLWithPath: served.folder.file("c.yaml")))
    let checked = try await convolvectl("check", served.folder.file("c.yaml"), "--socket", served.folder.file("s"))
    #expect(checked.status == 0 && checked.output.contains("needs a restart, for \(Self.shown), block"), "\(checked)")
    #expect(checked.output.contains("for another \(Self.shown)") && checked.output.contains("plan: \(Self.shown)"))
    let verified = try await convolvectl("verify", "--json", "--seed", "102", "--socket", served.folder.file("s"))
    for result in [checked, verified] { #expect(!result.output.utf8.contains(0x1B) && !result.output.contains("\u{202E}"), "\(result)") }
    await served.server.stop()
  }

  @Test("ends where nobody reads on", arguments: ["word ", "e\u{301}\u{301}\u{301}\u{301}"])
  func length(part: String) async throws {
    let text = String(repeating: part, count: 14_000_000 / part.utf8.count)
    var status = Status.sample
    (status.cause, status.realtime.warnings, status.plan) = (text, [], "")
    let served = try await serving(Record(refusingFilters: text) { [status] in status })
    let start = ContinuousClock.now
    let refused = try await convolvectl("set", "left", "gain=0", "--socket", served.folder.file("s"))
    #expect(refused.status == 65 && refused.error.utf8.count < 70_000, "\(refused.error.utf8.count) bytes")
    let told = try await convolvectl("status", "--socket", served.folder.file("s"))
    #expect(told.status == 0 && told.output.utf8.count < 70_000, "\(told.output.utf8.count) bytes")
    #expect(.now - start < .seconds(15), "\(ContinuousClock.now - start)")
    await served.server.stop()
  }

  private func serving(_ record: Record) async throws -> (folder: ScratchFolder, server: ControlServer) {
    let folder = try ScratchFolder()
    return (folder, try await ControlServer.start(path: folder.file("s"), mode: 0o600, handler: record, logger: .silent))
  }
}
