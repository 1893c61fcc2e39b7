import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Command")
  struct Command {
    private let filters = ["name: left, from: 0, to: 0, kernel: \"taps:0.5,0.25\""]
    private let convolved = Location.program("convolved")

    @Test("--check says what will run, and a missing device is a warning")
    func check() throws {
      let rig = try Rig(format: .s16, filters: filters)
      let checked = try run(convolved, ["--config", rig.folder.file("convolved.yaml"), "--check"], environment: rig.environment)
      #expect(checked.status == 0)
      #expect(checked.output.contains("left: input 0 to output 0, list, 2 taps\ndelays: output 0 0 frames, output 1 silent\nplan: "))
      let load = try #require(
        checked.output.firstMatch(of: /load: ([0-9.]+) % of [0-9.]+ ms, measured in float64; ([0-9.]+) % predicted\n/))
      #expect(Double(load.1)! < 20 && Double(load.2)! < 20)
      #expect(checked.error == "")
      let without = try run(
        convolved, ["--config", rig.folder.file("convolved.yaml"), "--check"], environment: ["ALSA_CONFIG_PATH": "/dev/null"])
      #expect(without.status == 0)
      #expect(without.error.contains("warning: capture device capture is not there"))
    }

    @Test("every fault of configuration and kernels is reported at once, each with its line")
    func faults() throws {
      let rig = try Rig(format: .s16, filters: filters)
      let path = rig.folder.file("convolved.yaml")
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: rig.folder.file("broken.wav")))
      let stereo =
        "import sys, wave\nwith wave.open(sys.argv[1], 'wb') as f: f.setparams((2, 2, 44_100, 0, 'NONE', '')), f.writeframes(bytes(8))"
      try #require(try run(Location.python, ["-c", stereo, rig.folder.file("stereo.wav")]).status == 0)
      let made = try run(Location.python, [Location.package + "/Tests/Reference/room.py", rig.folder.file("room.wav")])
      try #require(made.status == 0)
      try """
      rate: 44100
      capture: { device: a }
      playback: { device: b }
      filters:
        - { name: one, from: 0, to: 0, kernel: missing.wav }
        - { name: two, from: 0, to: 1, kernel: broken.wav }
        - { name: three, from: 1, to: 1, kernel: room.wav }
        - { name: four, from: 1, to: 1, kernel: "taps:1,nan" }
        - { name: five, from: 1, to: 1, kernel: stereo.wav, channel: 3 }

      """.write(toFile: path, atomically: true, encoding: .utf8)
      let checked = try run(convolved, ["--config", path, "--check"])
      #expect(checked.status == 65)
      let lines = checked.error.split(separator: "\n").map(String.init)
      #expect(lines.count == 5, "\(checked.error)")
      let expected = [
        ":5: filters: one: ", ":6: filters: two: ", ":7: filters: three: ", ":8: filters: `kernel` is at fault: taps:1,nan: ",
        ":9: filters: five: ",
      ]
      for (line, start) in zip(lines, expected) { #expect(line.contains(start)) }
      #expect(checked.error.contains("room.wav has 48000 Hz, the stream runs at 44100 Hz"))
      #expect(checked.error.contains("has 2 channels, 0 to 1, and not channel 3"))
    }

    @Test("bad configurations end with one line and the right code")
    func codes() throws {
      let folder = try ScratchFolder()
      let missing = try run(convolved, ["--config", folder.file("none.yaml")])
      #expect(missing.status == 66 && missing.error.split(separator: "\n").count == 1, "\(missing.error)")
      #expect(missing.error.contains("let `convolvectl setup` write one"), "\(missing.error)")
      try "rate: fast\n".write(toFile: folder.file("bad.yaml"), atomically: true, encoding: .utf8)
      #expect(try run(convolved, ["--config", folder.file("bad.yaml")]).status == 65)
      #expect(try run(convolved, ["--nonsense"]).status == 64)
    }

    @Test("a socket in use is refused, and the daemon that has it goes on")
    func socketInUse() throws {
      let rig = try Rig(format: .s16, filters: filters)
      try rig.start()
      let second = try run(convolved, ["--config", rig.folder.file("convolved.yaml")], environment: rig.environment)
      #expect(second.status == 73)
      #expect(second.error.contains("in use"), "\(second.error)")
      #expect(try rig.status()["state"] as? String == "running")
      #expect(rig.stop(with: SIGINT) == 0)
      #expect(!FileManager.default.fileExists(atPath: rig.socket))
    }

    @Test("an upload that cannot be used changes nothing and says why")
    func badUploads() throws {
      let rig = try Rig(format: .s16, filters: filters)
      try rig.start()
      let file = { (name: String, text: String) throws in
        try text.write(toFile: rig.folder.file(name), atomically: true, encoding: .utf8)
        return rig.folder.file(name)
      }
      let made = try run(
        Location.python, ["-c", "import numpy as n, sys; n.save(sys.argv[1], n.ones((2, 2)))", rig.folder.file("deep.npy")])
      try #require(made.status == 0)
      let bad = [
        (try file("nan.txt", "1\nnan\n"), 65), (try file("empty.txt", ""), 65), (rig.folder.file("deep.npy"), 65),
        (rig.folder.file("none.wav"), 66),
      ]
      for (path, status) in bad {
        let answer = try rig.control("load", "left", path)
        #expect(answer.status == status, "\(path): \(answer.error)")
        #expect(answer.error.split(separator: "\n").count == 1)
      }
      let unknown = try rig.control("load", "middle", try file("one.txt", "1\n"))
      #expect(unknown.status == 65 && unknown.error.contains("there is no filter middle: there are left"), "\(unknown.error)")
      let status = try rig.status()
      #expect(status["changes"] as? Int == 0 && status["differsFromFile"] as? Bool == false)
    }

    @Test("the demonstration plays through, and sums up what it did")
    func demonstration() throws {
      let standstills = try Standstills()
      for attempt in 1...3 {
        let folder = try ScratchFolder()
        let demo = try run(convolved, ["--demo"], environment: ["TMPDIR": folder.path])
        #expect(demo.status == 0, "\(demo.error)")
        // It keeps time without a device.
        if !demo.output.contains("\nxruns      0\n"), standstills.count() > 0 {
          print("attempt \(attempt): the machine stood still, and there were xruns: again")
          continue
        }
        for line in [
          "block      256 frames, 5.3 ms", "taps       65536 a channel, float64", "changes    6, cross-faded",
          "latency    768 frames, 16.0 ms",
        ] {
          #expect(demo.output.contains(line), "\(demo.output)")
        }
        let written = demo.output.split(separator: "\n").last?.replacingOccurrences(of: "What was played: ", with: "") ?? ""
        #expect(FileManager.default.fileExists(atPath: written))
        return
      }
      try standstills.skip("three demonstrations had xruns")
    }

    @Test("the demonstration says how to steer it while it plays, in a file too")
    func steering() throws {
      let folder = try ScratchFolder()
      let line = """
        '\(convolved)' --demo > log &
        for _ in {1..300}; do grep -q 'convolvectl --socket' log && break; sleep 0.1; done; kill $!; wait; cat log
        """
      let shown = try run("/bin/bash", ["-c", "cd '\(folder.path)'; \(line)"], environment: ["TMPDIR": folder.path])
      #expect(shown.output.contains("It can be steered while it plays:  convolvectl --socket "), "\(shown)")
    }
  }
}
