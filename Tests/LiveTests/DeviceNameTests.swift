import ControlAPI
import ControlCalling
import Foundation
import TestSupport
import Testing

extension LiveTests {
  /// What a device's name may do: by a request nothing but pick a device, in the file no command either.
  @Suite("Device names", .ownThread)
  struct DeviceNames {
    private func rig() throws -> Rig {
      let rig = try Rig(format: .s32, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" }, speed: 4)
      let devices = """
        pcm.recorder { type file slave.pcm playback file "\(rig.folder.file("recorded"))" format raw }
        pcm.commanded { type file slave.pcm playback file "|tee \(rig.folder.file("ran"))" format raw }
        pcm.within { type plug slave.pcm { type file slave.pcm playback file "\(rig.folder.file("recorded"))" } }
        pcm.two { type asym playback "twoSlave" capture.pcm capture }
        pcm_slave.twoSlave { pcm recorder }
        pcm.several { type multi slaves.a { pcm recorder channels 2 } bindings.0 { slave a channel 0 } }
        pcm.other recorder
        pcm.chosen { @args [ TYPE ] @args.TYPE { type string } type $TYPE slave.pcm playback file "\(rig.folder.file("recorded"))" }
        pcm.circle { type plug slave.pcm circle }
        pcm.good { type asym playback.pcm "plug:'playback'" capture.pcm { type plug slave { pcm capture rate 48000 } } }

        """
      let path = rig.folder.file("asound.conf")
      try (try String(contentsOfFile: path, encoding: .utf8) + "\n" + devices).write(toFile: path, atomically: true, encoding: .utf8)
      return rig
    }

    /// The configuration with another playback device, and how the daemon finds it.
    private func check(_ name: String, _ rig: Rig) throws -> Completed {
      let file = try String(contentsOfFile: rig.folder.file("convolved.yaml"), encoding: .utf8)
      let quoted = "'" + name.replacing("'", with: "''") + "'"
      try file.replacing("device: playback", with: "device: \(quoted)")
        .write(toFile: rig.folder.file("other.yaml"), atomically: true, encoding: .utf8)
      return try rig.control("check", rig.folder.file("other.yaml"))
    }

    @Test("by a request are those of devices that the system defines, and that write no file")
    func requested() async throws {
      let rig = try rig()
      try rig.start()
      let touched = rig.folder.file("touched")
      for name in [
        "hw:CARD=Loopback,DEV=1", "plughw:1,0", "hdmi:CARD=PCH,DEV=0", "dmix:CARD=DAC", "null", "jack", "default", "plug:capture",
        "pipewire:NODE=alsa_output.pci-0000_00_1f.3.analog-stereo", "shm:socket,capture", "good", "nowhere", "playback",
      ] {
        let checked = try check(name, rig)
        #expect(checked.status == 0, "\(name): \(checked)")
      }
      for (name, reason) in [
        ("file:'|touch \(touched)',raw", "NAME or NAME:ARGUMENTS"), ("tee:playback,'|touch \(touched)',raw", "NAME or NAME:ARGUMENTS"),
        ("plug:{SLAVE=\"file:'|touch \(touched)',raw\"}", "NAME or NAME:ARGUMENTS"), ("hw:", "NAME or"), (":0", "NAME or"),
        ("plug:hw:0", "NAME or"), ("/dev/dsp", "NAME or"), ("\u{e4}", "NAME or"), (String(repeating: "a", count: 129), "128 bytes"),
        ("file:recorded,raw", "type file"), ("file:FILE=recorded", "type file"), ("tee:playback,recorded,raw", "type file"),
        ("file", "type file"), ("plug:tee", "type file"), ("plug:SLAVE=recorder", "type file"), ("recorder", "type file"),
        ("commanded", "type file"), ("within", "type file"), ("two", "type file"), ("several", "type file"), ("other", "type file"),
        ("pcm.recorder", "type file"), ("shm:socket,recorder", "type file"), ("chosen:file", "type file"), ("circle", "more than 64"),
        ("hdmi:CARD=None,FILE=recorder", "type file"),
      ] {
        let refused = try check(name, rig)
        #expect(refused.status == 65 && refused.error.contains("other.yaml:5: playback: `device` is \""), "\(name): \(refused)")
        #expect(refused.error.contains(reason) && refused.error.split(separator: "\n").count == 1, "\(name): \(refused)")
        let error = await #expect(throws: ControlError.self) {
          try await ControlClient(path: rig.socket).replaceConfiguration(
            [UInt8](Data(contentsOf: URL(fileURLWithPath: rig.folder.file("other.yaml")))))
        }
        if case .problem(let problem) = error { #expect(problem.status == 422 && problem.faults?.first?.line == 5) }
      }
      #expect(try check("chosen:plug", rig).status == 0)
      #expect(try rig.status()["state"] as? String == "running" && rig.status()["changes"] as? Int == 0)
      #expect(!FileManager.default.fileExists(atPath: touched))
      #expect(rig.stop() == 0)
    }

    @Test("of the file are its owner's: they come by a request too, and setup takes none")
    func file() async throws {
      let rig = try rig()
      try rig.edit("device: playback", "device: recorder")
      try rig.start()
      let file = try String(contentsOfFile: rig.folder.file("convolved.yaml"), encoding: .utf8)
      let report = try await ControlClient(path: rig.socket).replaceConfiguration(Array((file + "fade: 7\n").utf8))
      #expect(report.filters == 2)
      // What serves one end serves that end alone.
      let swapped = Array(file.replacing("device: capture", with: "device: recorder").utf8)
      await #expect(throws: ControlError.self) { try await ControlClient(path: rig.socket).replaceConfiguration(swapped) }
      #expect(rig.stop() == 0)
      let options = ["setup", "--kernel", "dirac", "--playback", "playback", "--config", rig.folder.file("new.yaml")]
      for name in ["recorder", "file:'|touch \(rig.folder.file("ran"))',raw"] {
        let refused = try run(Location.program("convolvectl"), options + ["--capture", name], environment: rig.environment)
        #expect(refused.status == 64 && refused.error.contains("\"\(name)\": it "), "\(refused)")
      }
      #expect(!FileManager.default.fileExists(atPath: rig.folder.file("new.yaml")))
      #expect(!FileManager.default.fileExists(atPath: rig.folder.file("ran")))
    }

    @Test("run no command, even in the file: the daemon says so, and plays again when it is gone")
    func commands() throws {
      let rig = try rig()
      try rig.edit("device: playback", "device: commanded")
      try rig.start(waitingFor: "waiting")
      try rig.wait(forCause: "playback device commanded must not run a command: take `file \"|...\"` out of its definition")
      #expect(!FileManager.default.fileExists(atPath: rig.folder.file("ran")))
      try rig.edit("device: commanded", "device: playback")
      #expect(try rig.control("reload").status == 0)
      try rig.wait(for: "running")
      let frames = randomFrames(.s32, count: 24000, channels: 2, seed: 4)
      #expect(try rig.playUndisturbed(frames).bytes.range(of: frames) != nil)
      #expect(rig.stop() == 0)
    }

    @Test("lead to descriptors that no program would inherit, as those of clients are")
    func descriptors() async throws {
      let rig = try rig()
      try rig.start()
      let client = RawClient(path: rig.socket)
      let connection = try client.open()
      defer { close(connection) }
      _ = try rig.status()
      let folder = "/proc/\(try #require(rig.processIdentifier))/"
      var count = 0
      for name in try FileManager.default.contentsOfDirectory(atPath: folder + "fdinfo") where Int(name)! > STDERR_FILENO {
        // It may be closed meanwhile.
        guard let text = try? String(contentsOfFile: folder + "fdinfo/" + name, encoding: .utf8) else { continue }
        let flags = text.split(separator: "\n").first { $0.hasPrefix("flags:") }?.split(separator: "\t").last
        let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "fd/" + name)) ?? "gone"
        #expect(try #require(flags.flatMap { Int($0, radix: 8) }) & Int(O_CLOEXEC) != 0, "\(name): \(target)")
        count += 1
      }
      #expect(count > 5)
      #expect(rig.stop() == 0)
    }
  }
}
