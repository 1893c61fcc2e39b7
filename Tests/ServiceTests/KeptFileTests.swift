import Filters
import Foundation
import TestSupport
import Testing

@Suite("A file that is kept")
struct KeptFileTests {
  @Test("is written whole, over a draft that was left, and through no link")
  func draft() throws {
    let folder = try ScratchFolder()
    let (path, other) = (folder.file("a/b/kept"), folder.file("other"))
    let file = KeptFile(path: path)
    try #require(file.save("one"))
    #expect(file.read() == "one")
    try Data("untouched".utf8).write(to: URL(fileURLWithPath: other))
    try FileManager.default.createSymbolicLink(atPath: "\(path).\(getpid())", withDestinationPath: other)
    #expect(file.save("two") && file.read() == "two")
    #expect(try String(contentsOfFile: other, encoding: .utf8) == "untouched")
    try Data("left".utf8).write(to: URL(fileURLWithPath: "\(path).\(getpid())"))
    #expect(file.save("three") && file.read() == "three")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("a/b")) == ["kept"])
    // Where no draft can be made, what was kept stays.
    try FileManager.default.createDirectory(atPath: "\(path).\(getpid())", withIntermediateDirectories: false)
    #expect(!file.save("four") && file.read() == "three")
  }

  @Test("stays as it was where what is written ends halfway, and holds any bytes")
  func halfway() throws {
    let folder = try ScratchFolder()
    let file = KeptFile(path: folder.file("a/b/kept"))
    let bytes: [UInt8] = [0, 255, 10, 0]
    #expect(file.save { write in bytes.withUnsafeBytes(write) && [UInt8]().withUnsafeBytes(write) && bytes.withUnsafeBytes(write) })
    #expect(FileManager.default.contents(atPath: folder.file("a/b/kept")) == Data(bytes + bytes))
    #expect(!file.save { write in bytes.withUnsafeBytes(write) && false })
    #expect(FileManager.default.contents(atPath: folder.file("a/b/kept")) == Data(bytes + bytes))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("a/b")) == ["kept"])
    #expect(!KeptFile(path: nil).save { _ in true })
  }
}
