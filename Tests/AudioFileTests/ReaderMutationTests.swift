import AudioFile
import Foundation
import TestSupport
import Testing

/// Damaged files by every way of reading.
@Suite("Mutations by every way of reading")
struct ReaderMutationTests {
  private let folder: ScratchFolder
  private let names: [String]

  init() throws {
    folder = try ScratchFolder()
    try Reference.run("foreign_files.py", [folder.path])
    let encoded = [
      "vorbis.ogg": "-c:a libvorbis", "opus.ogg": "-c:a libopus", "x.mp3": "", "x.m4a": "-c:a alac", "x.wv": "", "ms.wav": "-c:a adpcm_ms",
      "x.aiff": "", "x.caf": "", "x.au": "",
    ]
    for (name, options) in encoded {
      let command = "cd \(folder.path) && ffmpeg -v error -nostdin -f lavfi -i sine=d=0.05:r=48000 \(options) \(name)"
      let completed = try run("/bin/sh", ["-c", command])
      try #require(completed.status == 0, "\(command): \(completed.error)")
    }
    // A pipe holds 64 KiB.
    names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "expected.txt" }.sorted()
  }

  @Test("All read the same, or refuse it for the same reason")
  func some() throws { try compare(first: 0, count: 400) }

  @Test("So with very many", .enabled(if: Soak.cases > 0, "set CONVOLVED_SOAK"), .timeLimit(.minutes(10)))
  func soak() throws { try compare(first: 1_000, count: 10_000) }

  private func compare(first: Int, count: Int) throws {
    print("seeds \(first) to \(first + count - 1)")
    var read = 0
    for seed in first..<first + count {
      var random = SeededGenerator(seed: UInt64(seed))
      let name = names.randomElement(using: &random)!
      let original = FileManager.default.contents(atPath: folder.file(name)).map { [UInt8]($0) } ?? []
      let bytes = Damage.applied(to: original, &random)
      let readings = try Readings(bytes, folder, "damaged." + name)
      #expect(readings.disagreement == nil, "seed \(seed), \(name)")
      if readings.file.channels != nil { read += 1 }
      try FileManager.default.removeItem(atPath: folder.file("damaged." + name))
    }
    // Damages that are all refused, or none, would not test much.
    #expect(read > count / 20 && read < count * 19 / 20, "\(read) of \(count) were read")
  }
}
