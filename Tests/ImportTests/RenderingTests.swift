import Foundation
import Import
import TestSupport
import Testing

/// Imported configurations by their impulse responses.
@Suite struct RenderingTests {
  @Test("Every way through a configuration is what SciPy, and BruteFIR itself, make of it")
  func responses() throws {
    let folder = try ScratchFolder()
    try Reference.run("imported.py", [folder.path])
    for (name, file, ways) in [
      ("camilla", "camilla.yml", 4), ("brute", "brute.conf", 4), ("jconvolver", "jconvolver.conf", 2), ("apo", "apo/config.txt", 4),
      ("room", "room.cfg", 4),
    ] {
      let rendering = try Rendering(folder.file(file), in: folder)
      #expect(rendering.configuration.losses.isEmpty, "\(rendering.configuration.losses)")
      #expect(rendering.responses.count == ways)
      let error = try #require(try rendering.error(name, in: folder), "\(name): \(rendering.yaml)")
      // Of CamillaDSP's filters, which end at -180 dB.
      #expect(error < 1e-6, "\(name): \(error)\n\(rendering.yaml)")
    }
    try expectBruteFIR(folder)
  }

  /// BruteFIR's own output, of an impulse in each input one after the other.
  private func expectBruteFIR(_ folder: ScratchFolder) throws {
    var input = [Double](repeating: 0, count: 2 * 4096)
    (input[0], input[2 * 2048 + 1]) = (1, 1)
    try input.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: folder.file("in.raw"))) }
    let command = "cd '\(folder.path)' && exec timeout 20 brutefir -nodefault brute.conf"
    let completed = try run("/bin/sh", ["-c", command], environment: ["HOME": folder.path])
    try #require(completed.status == 0, "brutefir: \(completed.error)")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("out.raw")))
    let output = bytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    let responses = try Rendering(folder.file("brute.conf"), in: folder).responses
    for from in 0...1 {
      for to in 0...1 {
        let heard = stride(from: 2 * 2048 * from + to, to: 2 * 2048 * (from + 1), by: 2).map { output[$0] }
        #expect(distance(responses[[from, to]] ?? [], heard) < 1e-6)
      }
    }
  }
}
