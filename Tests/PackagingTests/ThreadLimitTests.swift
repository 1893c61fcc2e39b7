import TestSupport
import Testing

/// Where a thread cannot be had, since the stack that is asked for is larger than all memory that is allowed.
@Suite("Without threads")
struct ThreadLimitTests {
  private let limits = "ulimit -S -s 16000000 && ulimit -v 8000000"

  @Test("convolve works alone")
  func convolve() throws {
    let folder = try ScratchFolder()
    try Reference.run("wav_files.py", ["make", folder.path, "33"])
    let line = "'\(Location.program("convolve"))' s16-1.wav kernel-65-1.wav --jobs 2 -o"
    let completed = try run(
      "/bin/sh", ["-c", "cd '\(folder.path)' && \(line) two.wav && \(limits) && timeout 20 \(line) one.wav && cmp one.wav two.wav"])
    #expect(completed.status == 0 && completed.error.isEmpty, "\(completed)")
  }

  @Test("those that answer end at once, and say what is wanting", arguments: ["convolved --check", "convolvectl status"])
  func tasks(line: String) throws {
    let words = line.split(separator: " ")
    let completed = try run("/bin/sh", ["-c", "\(limits) && exec timeout 20 '\(Location.program(String(words[0])))' \(words[1])"])
    #expect(completed.status == 71 && completed.output.isEmpty, "\(completed)")
    #expect(completed.error.hasPrefix("\(words[0]): the system gives it fewer than "), "\(completed)")
  }

  @Test(
    "or open files, all end at once, and say what is wanting",
    arguments: [
      ("convolve inspect dirac", 4, 16), ("convolved --check", 4, 160), ("convolved --demo", 64, 160), ("convolvectl status", 4, 16),
    ])
  func files(line: String, allowed: Int, needed: Int) throws {
    let words = line.split(separator: " ", maxSplits: 1)
    let program = Location.program(String(words[0]))
    let completed = try run("/bin/sh", ["-c", "ulimit -n \(allowed) && exec timeout 20 '\(program)' \(words[1])"])
    #expect(completed.status == 71 && completed.output.isEmpty, "\(completed)")
    #expect(completed.error.hasPrefix("\(words[0]): the system allows it \(allowed) open files, and it needs \(needed): "), "\(completed)")
  }

  @Test("or open files by the soft limit alone, the daemon raises that")
  func softFiles() throws {
    let folder = try ScratchFolder()
    let line = "'\(Location.program("convolved"))' --check --config '\(folder.file("missing.yaml"))'"
    let completed = try run("/bin/sh", ["-c", "ulimit -S -n 32 && exec timeout 20 \(line)"])
    #expect(completed.status == 66, "\(completed)")
  }
}
