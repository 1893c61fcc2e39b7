import Foundation
import TestSupport
import Testing

/// Programs that check for themselves and say what is wrong.
@Suite("C library")
struct ProgramTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func program(_ name: String) throws -> CProgram {
    try CProgram("Tests/CAPITests/Programs/\(name).c", in: folder)
  }

  @Test("every function takes good arguments, and refuses each bad one with its error and a message that says which")
  func arguments() throws {
    let completed = try program("arguments").run()
    #expect(completed.status == 0, "\(completed)")
    let version = try run(Location.program("convolved"), ["--version"]).output
    #expect(completed.output == version, "library and programs are of one version")
  }

  @Test("random matrices in both precisions, of both types of sample, with changes and resets, are the sums they should be")
  func sums() throws {
    let program = try program("sums")
    for seed in 1...3 {
      let completed = try program.run("\(seed)", "150")
      #expect(completed.status == 0, "seed \(seed): \(completed)")
      print(completed.output, terminator: "")
    }
  }

  @Test("kernels change while another thread processes, which neither allocates nor locks nor calls the system")
  func realTime() throws {
    let report = folder.file("counts.json")
    let completed = try program("realtime").run(
      "7", environment: ["LD_PRELOAD": Location.cable + "/libcounter.so", "COUNTED_THREAD": "audio", "COUNTER_FILE": report])
    #expect(completed.status == 0, "\(completed)")
    // The last line is the program's own: its children end before it.
    let line = try #require(String(contentsOfFile: report, encoding: .utf8).split(separator: "\n").last)
    var counts = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(counts.removeValue(forKey: "threads") as? Int ?? 0 > 0)
    for (name, count) in counts where name != "pid" && name != "swift" { #expect(count as? Int == 0, "\(name)") }
    #expect(counts.count > 6)
  }

  @Test("convolvers that come and go leave no memory behind, and too little memory is an error")
  func memory() throws {
    // Without caches of its own, what malloc has given away is what the program holds.
    let completed = try program("memory").run("11", environment: ["GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"])
    #expect(completed.status == 0, "\(completed)")
    print(completed.output, terminator: "")
  }
}
