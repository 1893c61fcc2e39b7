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
    arguments: ["convolve inspect dirac", "convolved --check", "convolvectl status"])
  func files(line: String) throws {
    let words = line.split(separator: " ", maxSplits: 1)
    let completed = try run("/bin/sh", ["-c", "ulimit -n 4 && exec '\(Location.program(String(words[0])))' \(words[1])"])
    #expect(completed.status == 71 && completed.output.isEmpty, "\(completed)")
    #expect(completed.error.hasPrefix("\(words[0]): the system allows it 4 open files, and it needs 16: "), "\(completed)")
  }
}
