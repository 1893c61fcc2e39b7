import Foundation
import Platform
import TestSupport
import Testing

@Suite("Control groups")
struct ControlGroupTests {
  /// Files as the system has them, below a folder.
  private func write(_ files: [String: String], _ folder: ScratchFolder) throws {
    for (name, text) in files {
      let path = folder.file(name)
      try FileManager.default.createDirectory(atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try text.write(toFile: path, atomically: false, encoding: .utf8)
    }
  }

  private func groups(_ own: String, _ files: [String: String]) throws -> [ControlGroup] {
    let folder = try ScratchFolder()
    try write(files.merging(["own": own]) { $1 }, folder)
    return ControlGroup.own(process: folder.file("own"), root: folder.path)
  }

  @Test("limit memory from the process' own up, of either version, less what is only cached")
  func nested() throws {
    let statistics = "anon 5\nfile 900\ninactive_file 300\nactive_file 200\n"
    let second = try groups(
      "0::/a/b c\n",
      [
        "a/b c/memory.max": "1000\n", "a/b c/memory.current": "700\n", "a/b c/memory.stat": statistics, "a/memory.max": "max\n",
        "memory.max": "5000\n", "memory.current": "100\n",
      ])
    #expect(second == [ControlGroup(limit: 1000, used: 200), ControlGroup(limit: 5000, used: 100)])
    let first = try groups(
      "9:name=systemd:/\n4:memory:/a/b\n0::/x\n",
      [
        "memory/a/b/memory.limit_in_bytes": "800\n", "memory/a/b/memory.usage_in_bytes": "90\n",
        "memory/a/b/memory.stat": "inactive_file 1\ntotal_inactive_file 30\ntotal_active_file 10\n",
        "memory/memory.limit_in_bytes": "9223372036854771712\n", "x/memory.max": "1\n",
      ])
    #expect(first == [ControlGroup(limit: 800, used: 50)])
    // Nothing that can be read is no limit, and what is cached is never more than what is used.
    #expect(try groups("", [:]).isEmpty && groups("0::/../..\n", [:]).isEmpty && groups("0::/a\n", ["a/memory.max": "no\n"]).isEmpty)
    #expect(try groups("0::/\n", ["memory.max": "7", "memory.stat": statistics]) == [ControlGroup(limit: 7, used: 0)])
  }

  @Test("bound what a command takes, and what a configuration may")
  func real() throws {
    let folder = try ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"].compactMap { root -> String? in
      let own = try String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8).split(separator: "\n")
      let key = root.hasSuffix("memory") ? ":memory:" : "0::"
      guard let line = own.first(where: { $0.contains(key) }), let path = line.split(separator: ":", maxSplits: 2).last else { return nil }
      let folder = "\(root)\(path)/convolved-test-\(getpid())"
      guard mkdir(folder, 0o755) == 0 else { return nil }
      let limit = folder + (root.hasSuffix("memory") ? "/memory.limit_in_bytes" : "/memory.max")
      if (try? "300000000\n".write(toFile: limit, atomically: false, encoding: .utf8)) != nil { return folder }
      rmdir(folder)
      return nil
    }.first
    guard let folder else { try Test.cancel("no control group can be made here") }
    defer { rmdir(folder) }
    func inGroup(_ command: String) throws -> Completed {
      try run("/bin/sh", ["-c", "echo $$ > '\(folder)/cgroup.procs' && exec \(command)"])
    }
    let convolve = try inGroup("'\(Location.program("convolve"))' inspect box:16000000")
    #expect(convolve.status == 65 && convolve.error.contains(" MB are free"), "\(convolve)")
    let scratch = try ScratchFolder()
    try """
    rate: 48000
    capture: { device: "null" }
    playback: { device: "null" }
    filters: [ { name: a, from: 0, to: 0, kernel: dirac } ]

    """.write(toFile: scratch.file("c.yaml"), atomically: true, encoding: .utf8)
    let daemon = try inGroup("'\(Location.program("convolved"))' --check --config '\(scratch.file("c.yaml"))'")
    #expect(daemon.output.contains(" MB at most, of the 75 MB that a configuration may take here"), "\(daemon)")
  }
}
