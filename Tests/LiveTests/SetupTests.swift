import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Setup")
  struct Setup {
    /// Its devices; its daemon runs where a test starts it.
    private let rig: Rig
    private let folder: ScratchFolder
    private let program = Location.program("convolvectl")
    private var written: String { folder.file("convolved.yaml") }

    init() throws {
      rig = try Rig(format: .s32, filters: ["name: left, from: 0, to: 0, kernel: dirac"], cable: "rate_max 96000")
      folder = rig.folder
      try FileManager.default.removeItem(atPath: written)
      rig.environment["XDG_RUNTIME_DIR"] = folder.path
      try kernel("mono.wav", channels: 1)
      try kernel("stereo.wav", channels: 2)
      try kernel("room-44100.wav", channels: 1, rate: 44100)
      try kernel("room-48000.wav", channels: 1)
      try "0.5\n0.25\n".write(toFile: folder.file("taps.txt"), atomically: true, encoding: .utf8)
    }

    @Test("the list tells rates, channels and formats, and which devices are busy", .timeLimit(.minutes(1)))
    func list() throws {
      let free = try setup("--list")
      #expect(free.status == 0)
      let offers = free.output.components(separatedBy: "  capture\n     8000 to 96000 Hz, 1 to 64 channels, S32_LE FLOAT_LE ")
      #expect(offers.count == 3, "once to capture from, once to play to: \(free.output)")
      try setUp("--kernel", "taps.txt")
      try start()
      let held = try setup("--list")
      #expect(held.status == 0 && held.output.contains("  capture\n     busy: "), "\(held.output)")
      #expect(rig.stop() == 0)
    }

    @Test("options alone write what the daemon runs, and takes over when they write another", .timeLimit(.minutes(1)))
    func options() throws {
      let first = try setUp("--kernel", "stereo.wav", "--block", "64")
      #expect(first.output.contains("load: ") && first.output.contains("no daemon answers at "))
      #expect(first.output.contains(": start it: "))
      #expect(!first.error.contains("clip"), "\(first.error)")
      let before = try String(contentsOfFile: written, encoding: .utf8)
      #expect(before.contains("\nrate: 48000\nblock: 64\n"), "\(before)")
      try start()
      #expect((try rig.status()["worstCase"] as? [Double])?.allSatisfy { $0 <= 0 && $0 > -3 } ?? false)
      let second = try setUp("--kernel", "mono.wav", "--block", "64", "--gain", "-30", "--force")
      #expect(second.output.contains("capture is busy") && second.output.hasSuffix("the daemon has taken it over\n"), "\(second)")
      #expect(try String(contentsOfFile: written + ".bak", encoding: .utf8) == before)
      let filters = try #require(rig.status()["filters"] as? [[String: Any]])
      #expect(filters.map { $0["gain"] as? Double } == [-30, -30])
      #expect(filters.allSatisfy { ($0["kernel"] as? String)?.hasSuffix("/mono.wav") ?? false })
      let third = try setUp("--kernel", "mono.wav", "--config", folder.file("other.yaml"))
      #expect(third.output.contains("has another configuration: end it, and start one with this: "), "\(third.output)")
      #expect(rig.stop() == 0)
    }

    @Test("the control socket of what is replaced stays, and what the daemon cannot take over is said", .timeLimit(.minutes(1)))
    func control() throws {
      try setUp("--kernel", "dirac")
      let control = "control: { socket: \"\(folder.file("convolved.sock"))\", mode: \"0600\" }\n"
      let before = try String(contentsOfFile: written, encoding: .utf8)
      try (before + control).write(toFile: written, atomically: true, encoding: .utf8)
      try start()
      let taken = try setUp("--kernel", "taps:0.5", "--force")
      #expect(taken.output.hasSuffix("the daemon has taken it over\n"), "\(taken)")
      #expect(try String(contentsOfFile: written, encoding: .utf8).hasSuffix(control))
      let other = control.replacing("0600", with: "0640")
      try (before + other).write(toFile: written, atomically: true, encoding: .utf8)
      let refused = try setUp("--kernel", "taps:0.5", "--force")
      let said = "\(written) is written, but the daemon goes on as it was: `control` cannot change while the daemon runs"
      #expect(refused.output.contains(said) && !refused.output.contains("nothing was changed"), "\(refused)")
      #expect(try String(contentsOfFile: written, encoding: .utf8).hasSuffix(other))
      let elsewhere = control.replacing("convolved.sock", with: "elsewhere.sock")
      try (before + elsewhere).write(toFile: written, atomically: true, encoding: .utf8)
      let alone = try setUp("--kernel", "taps:0.5", "--force")
      #expect(alone.output.contains("no daemon answers at \(folder.file("elsewhere.sock")): start it"), "\(alone)")
      #expect(rig.stop() == 0)
    }

    @Test("questions are asked again until their answers can be used", .timeLimit(.minutes(1)))
    func questions() throws {
      try "rate: 1\n".write(toFile: written, atomically: true, encoding: .utf8)
      let dialogue = try Dialogue(program, ["setup", "--config", written], environment: rig.environment, folder: folder.path)
      try dialogue.answer("Replace it?", "perhaps")
      try dialogue.answer("answer y or n", "y")
      try dialogue.answer("capture device (number or name)", "99")
      try dialogue.answer("99: the capture devices are 1 to ", "nowhere")
      try dialogue.answer("capture device nowhere is not there", "capture")
      try dialogue.answer("playback device (number or name)", "playback")
      try dialogue.answer("kernel file", "none.wav")
      try dialogue.answer("/none.wav: there is no such file", "convolved.yaml")
      try dialogue.answer("kernel file", "taps.txt")
      try dialogue.answer("kernel file of channel 1", "stereo.wav")
      try dialogue.answer("stereo.wav has 2 channels: one is wanted here", "taps:1,0.5")
      try dialogue.answer("rate in Hz, or auto [48000]", "fast")
      try dialogue.answer("fast: give a whole number of Hz", "192000")
      try dialogue.answer("192000 Hz does not suit all", "96000")
      #expect(dialogue.finish() == 0, "\(dialogue.shown)")
      let text = try String(contentsOfFile: written, encoding: .utf8)
      #expect(text.contains("\nrate: 96000\n") && text.contains("kernel: \"taps.txt\"") && text.contains("kernel: \"taps:1,0.5\""))
      #expect(try String(contentsOfFile: written + ".bak", encoding: .utf8) == "rate: 1\n")
    }

    @Test("no answer leaves everything as it was", .timeLimit(.minutes(1)), arguments: ["\u{4}", "n"])
    func noAnswer(answer: String) throws {
      try "rate: 1\n".write(toFile: written, atomically: true, encoding: .utf8)
      let dialogue = try Dialogue(program, ["setup", "--config", written], environment: rig.environment, folder: folder.path)
      try dialogue.answer("Replace it?", answer)
      #expect(dialogue.finish() == (answer == "n" ? 73 : 64), "\(dialogue.shown)")
      #expect(try String(contentsOfFile: written, encoding: .utf8) == "rate: 1\n")
      #expect(!FileManager.default.fileExists(atPath: written + ".bak"))
    }

    @Test(
      "what cannot be used is refused in one line, and nothing is written", .timeLimit(.minutes(1)),
      arguments: [
        (["--block", "64"], 64, "give --kernel: standard input is no terminal"),
        (["--kernel", "none.wav"], 66, "/none.wav: there is no such file"),
        (["--kernel", "room-{rate}.flac"], 66, "there is no file for any rate, such as "),
        (["--kernel", "asound.conf"], 65, "asound.conf"), (["--kernel", "taps:1,x"], 64, "\"x\" is not a number"),
        (["--kernel", "stereo.wav", "--kernel", "mono.wav", "--kernel", "mono.wav"], 65, "has 2 channels, for 3"),
        (["--kernel", "stereo.wav", "--channels", "3"], 65, "has 2 channels, for 3"),
        (["--kernel", "dirac", "--kernel", "dirac", "--kernel", "dirac", "--channels", "2"], 64, "3 kernels for 2 channels"),
        (["--kernel", "mono.wav", "--rate", "44100"], 65, "44100 Hz does not suit all"),
        (["--kernel", "mono.wav", "--kernel", "room-44100.wav"], 65, "no rate suits all"),
        (["--kernel", "mono.wav", "--channels", "0"], 64, "give 1 to 64"),
        (["--kernel", "box:4000000"], 65, "has 4000000 taps, more than 2097152"),
        (["--kernel", "huge.csv"], 65, "has 1099511627776 bytes, more than the 134217728 of the longest kernel"),
        (["--kernel", "mono.wav", "--block", "1000000"], 65, "`block`"),
        (["--kernel", "mono.wav", "--capture", "nowhere"], 66, "nowhere is not there"),
        (["--kernel", "mono.wav", "--config", "/nowhere/at/all.yaml"], 73, "create it first"),
      ])
    func refusals(options: [String], status: Int32, message: String) throws {
      // Takes no room on the medium.
      _ = FileManager.default.createFile(atPath: folder.file("huge.csv"), contents: nil)
      try #require(truncate(folder.file("huge.csv"), 1 << 40) == 0)
      let refused = try setup(completed(options))
      #expect(refused.status == status && refused.error.contains(message), "\(refused)")
      #expect(refused.error.split(separator: "\n").count == 1, "\(refused.error)")
      #expect(!FileManager.default.fileExists(atPath: written))
    }

    @Test("a configuration in use is not replaced without --force, comments are", .timeLimit(.minutes(1)))
    func replacing() throws {
      try "# nothing yet\n\n  # rate: 48000\n".write(toFile: written, atomically: true, encoding: .utf8)
      #expect(try setUp("--kernel", "dirac").status == 0)
      let before = try String(contentsOfFile: written, encoding: .utf8)
      let refused = try setup(completed(["--kernel", "taps:0.5"]))
      #expect(refused.status == 73 && refused.error.contains("--force replaces it"), "\(refused)")
      #expect(try String(contentsOfFile: written, encoding: .utf8) == before)
    }

    @Test("the configuration, or what is kept of another one, takes no kernel's place", .timeLimit(.minutes(1)))
    func kernelKept() throws {
      try "1\n0.5\n".write(toFile: folder.file("k.txt"), atomically: true, encoding: .utf8)
      try FileManager.default.linkItem(atPath: folder.file("k.txt"), toPath: folder.file("hard.yaml"))
      try "0.25\n".write(toFile: folder.file("old.yaml.bak"), atomically: true, encoding: .utf8)
      try "rate: 48000\n".write(toFile: folder.file("old.yaml"), atomically: true, encoding: .utf8)
      let place = try ScratchFolder(in: "/dev/shm")
      for (config, kernel) in [
        ("k.txt", "k.txt"), ("./k.txt", "minimum:k.txt"), ("hard.yaml", "k.txt"), ("old.yaml", "old.yaml.bak"),
        (place.file("k.txt"), "k.txt"),
      ] {
        let refused = try setup(completed(["--kernel", kernel, "--config", config, "--force"]))
        #expect(refused.status == 64 && refused.error.contains("would take its place: nothing was written"), "\(config): \(refused)")
      }
      #expect(try String(contentsOfFile: folder.file("k.txt"), encoding: .utf8) == "1\n0.5\n")
      #expect(try String(contentsOfFile: folder.file("old.yaml.bak"), encoding: .utf8) == "0.25\n")
      #expect(!FileManager.default.fileExists(atPath: place.file("k.txt")))
    }

    @Test("any name of a kernel is written so that it is read back", .timeLimit(.minutes(1)))
    func names() throws {
      let name = "a \"b\" #\\ é: {x} - y.txt"
      try "1\n".write(toFile: folder.file(name), atomically: true, encoding: .utf8)
      try setUp("--kernel", name)
      try setUp("--kernel", "room-{rate}.wav", "--rate", "44100", "--force")
      #expect(try String(contentsOfFile: written, encoding: .utf8).contains("rate: 44100\n"))
      #expect(try String(contentsOfFile: written, encoding: .utf8).contains("kernel: \"room-{rate}.wav\""))
      let following = try setUp("--kernel", "room-{rate}.wav", "--rate", "auto", "--force")
      #expect(following.output.contains("rate: the source's; there are kernels for 44100, 48000 Hz"), "\(following.output)")
      #expect(try String(contentsOfFile: written, encoding: .utf8).contains("\nrate: auto\n"))
    }

    @Test("kernels that a service cannot read are copied beside the configuration", .timeLimit(.minutes(1)))
    func copies() throws {
      let place = try ScratchFolder(in: "/dev/shm")
      let config = place.file("convolved.yaml")
      let copied = try setUp("--kernel", "room-{rate}.wav", "--config", config)
      #expect(copied.output.contains("copied \(try resolved("room-48000.wav")) to \(place.file("room-48000.wav"))"), "\(copied.output)")
      #expect(FileManager.default.contentsEqual(atPath: folder.file("room-44100.wav"), andPath: place.file("room-44100.wav")))
      let checked = try run(Location.program("convolved"), ["--check", "--config", config], environment: rig.environment)
      #expect(checked.status == 0, "\(checked.error)")
      try kernel("room-48000.wav", channels: 1, gain: 0.25)
      let other = try setup(completed(["--kernel", "room-{rate}.wav", "--config", config, "--force"]))
      #expect(other.status == 73 && other.error.contains("is another kernel than"), "\(other)")
    }

    @Test("what a service reads is readable under any umask, what is in a home stays private, what is replaced keeps its permissions")
    func permissions() throws {
      let place = try ScratchFolder(in: "/dev/shm")
      let config = place.file("convolved.yaml")
      func mode(_ path: String) throws -> Int? { try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int }
      #expect(try setup(completed(["--kernel", "room-48000.wav", "--config", config]), umask: "077").status == 0)
      #expect(try mode(config) == 0o644 && mode(place.file("room-48000.wav")) == 0o644)
      chmod(config, 0o640)
      #expect(try setup(completed(["--kernel", "dirac", "--config", config, "--force"]), umask: "077").status == 0)
      #expect(try mode(config) == 0o640)
      #expect(try setup(completed(["--kernel", "room-48000.wav"]), umask: "077").status == 0)
      #expect(try mode(written) == 0o600)
    }

    // MARK: Parts

    private func setup(_ options: String...) throws -> Completed { try setup(options) }

    private func setup(_ options: [String], umask: String = "022") throws -> Completed {
      // In the folder of the kernels.
      let words = (["exec", program, "setup"] + options).map { "'\($0.replacingOccurrences(of: "'", with: "'\\''"))'" }
      return try run(
        "/bin/sh", ["-c", "umask \(umask) && cd '\(folder.path)' && \(words.joined(separator: " "))"], environment: rig.environment)
    }

    @discardableResult
    private func setUp(_ options: String...) throws -> Completed {
      let done = try setup(completed(options))
      #expect(done.status == 0, "\(done)")
      return done
    }

    /// With the devices and the place, as far as these are not said.
    private func completed(_ options: [String]) -> [String] {
      [("--capture", "capture"), ("--playback", "playback"), ("--config", written)]
        .filter { !options.contains($0.0) }.flatMap { [$0.0, $0.1] } + options
    }

    /// The daemon, on what was written. Its socket is where it is without `control`.
    private func start() throws {
      try FileManager.default.createSymbolicLink(atPath: rig.socket, withDestinationPath: folder.file("convolved.sock"))
      try rig.start()
    }

    private func resolved(_ name: String) throws -> String { URL(fileURLWithPath: folder.file(name)).resolvingSymlinksInPath().path }

    /// Taps of 16 bits whose magnitudes sum up to more than 1.
    private func kernel(_ name: String, channels: Int, rate: Int = 48000, gain: Double = 1) throws {
      var generator = SeededGenerator(seed: UInt64(name.count))
      let taps = (0..<64 * channels).map { _ in Int16(Double.random(in: -30000...30000, using: &generator) * gain) }
      var bytes = Data("RIFF".utf8)
      func add<Number: FixedWidthInteger>(_ value: Number) { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
      add(UInt32(36 + 2 * taps.count))
      bytes += Data("WAVEfmt ".utf8)
      add(UInt32(16)); add(UInt16(1)); add(UInt16(channels)); add(UInt32(rate)); add(UInt32(rate * 2 * channels))
      add(UInt16(2 * channels)); add(UInt16(16))
      bytes += Data("data".utf8)
      add(UInt32(2 * taps.count))
      taps.forEach(add)
      try bytes.write(to: URL(fileURLWithPath: folder.file(name)))
    }
  }
}
