import Foundation
import Platform
import TestSupport
import Testing

@Suite("Small files")
struct FileContentsTests {
  @Test("are regular ones, also behind links; nothing else is opened")
  func regular() throws {
    let folder = try ScratchFolder()
    try Data("rate: 48000".utf8).write(to: URL(fileURLWithPath: folder.file("file")))
    #expect(symlink("file", folder.file("link")) == 0 && mkfifo(folder.file("fifo"), 0o600) == 0)
    #expect(regularFileContents(folder.file("link"), limit: 4) == Array("rate".utf8))
    #expect(fileText("/proc/self/statm")?.isEmpty == false)
    for (path, reason) in [(folder.path, EISDIR), ("/dev/zero", ENODEV), (folder.file("fifo"), ENODEV), (folder.file("none"), ENOENT)] {
      #expect(regularFileContents(path, limit: 4) == nil && errno == reason, "\(path): \(errno)")
    }
  }

  @Test("leave who writes to a FIFO waiting")
  func fifo() throws {
    let folder = try ScratchFolder()
    let path = folder.file("fifo")
    #expect(mkfifo(path, 0o600) == 0)
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      close(open(path, O_WRONLY))
      done.signal()
    }
    usleep(50_000)
    for _ in 0..<100 { #expect(regularFileContents(path, limit: 1) == nil) }
    #expect(done.wait(timeout: .now() + 0.1) == .timedOut, "it was opened")
    let reader = open(path, O_RDONLY | O_NONBLOCK)
    try #require(reader >= 0)
    #expect(done.wait(timeout: .now() + 10) == .success)
    close(reader)
  }
}
