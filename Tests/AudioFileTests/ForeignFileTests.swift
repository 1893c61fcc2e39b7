import AudioFile
import Foundation
import TestSupport
import Testing

/// Files as other programs leave them: Tests/Reference/foreign_files.py says what each is.
@Suite struct ForeignFileTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try Reference.run("foreign_files.py", [folder.path])
  }

  @Test("Each is read alike as a kernel, a file and from a pipe, with its right samples, or refused for the same reason")
  func all() throws {
    let lines = try String(contentsOfFile: folder.file("expected.txt"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 140)
    for line in lines {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      let (name, right) = (String(parts[0]), parts[1])
      let readings = try Readings([UInt8](Data(contentsOf: URL(fileURLWithPath: folder.file(name)))), folder, "as." + name)
      #expect(readings.disagreement == nil, "\(name)")
      if right.hasPrefix("refused") {
        guard case .refused(let reason) = readings.file else {
          Issue.record("\(name) is read, and should be \(right)")
          continue
        }
        // The command that converts is left out of what is compared.
        let wanted = right.dropFirst("refused ".count).components(separatedBy: "convert it, with")[0]
        #expect(wanted.isEmpty || reason.contains(wanted), "\(name): \(reason)")
        #expect(!reason.contains("\n") && reason.hasPrefix(": "), "\(name): \(reason)")
      } else {
        let channels = right.components(separatedBy: "|").map { $0.split(separator: " ").map { Double($0)! } }
        #expect(readings.file.channels == channels, "\(name): \(readings.file)")
      }
    }
  }
}
