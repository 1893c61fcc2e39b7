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

  @Test("are read whole, or not at all where they are larger than they may be")
  func whole() throws {
    let folder = try ScratchFolder()
    let path = folder.file("file")
    for count in [0, 1, 1000, 65_536, 65_537, 200_000] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      #expect(wholeRegularFile(path, most: count) == bytes && wholeRegularFile(path, most: .max - 1) == bytes)
      #expect(count == 0 || wholeRegularFile(path, most: count - 1) == nil && errno == EFBIG)
    }
    // A file of 8 TiB that holds nothing: no memory has room for it.
    #expect(truncate(path, 1 << 43) == 0)
    #expect(wholeRegularFile(path, most: 1 << 40) == nil && errno == EFBIG)
    #expect(wholeRegularFile("/dev/zero", most: 1) == nil && errno == ENODEV)
    // It says that it has no bytes, and has some.
    #expect(wholeRegularFile("/proc/self/statm", most: 4_096)?.isEmpty == false)
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
