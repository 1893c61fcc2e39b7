import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Guides", .serialized)
  struct Guides {
    private let rig: Rig
    private let folder: ScratchFolder
    private let cables: ScratchFolder

    /// The sound cards of which the documents speak: each is a cable, whose first device plays and whose second captures.
    init() throws {
      rig = try Rig(format: .s32, filters: ["name: left, from: 0, to: 0, kernel: dirac"], clock: .monotonic)
      (folder, cables) = (rig.folder, try ScratchFolder(in: "/dev/shm"))
      let card = """

        pcm.!hw {
          @args [ CARD DEV ]
          @args.CARD { type string }
          @args.DEV { type integer default 0 }
          type cable
          path { @func concat strings [ "\(cables.path)/" $CARD ] }
        }
        defaults.pcm.rate_converter "linear"

        """
      let devices = try String(contentsOfFile: folder.file("asound.conf"), encoding: .utf8)
      try (devices + card).write(toFile: folder.file("asound.conf"), atomically: true, encoding: .utf8)
      try Reference.run("guide_files.py", [folder.path])
      try FileManager.default.copyItem(atPath: "/usr/share/sounds/alsa/Front_Center.wav", toPath: folder.file("speech.wav"))
    }

    @Test(
      "every live example runs", .timeLimit(.minutes(1)),
      arguments: [
        ("README.md", "Live + Control", "yaml 2 sh 15"), ("docs/loopback.md", "", "yaml 1 asound 1 sh 5"),
        ("docs/pipewire-jack.md", "", "yaml 2 sh 2"), ("docs/rates.md", "", "yaml 1 sh 2"),
        ("docs/control-api.md", "Prometheus", "sh 1"), ("docs/presets.md", "", "yaml 1 sh 8"),
      ])
    func examples(document: String, section: String, count: String) throws {
      // This one speaks to a daemon that runs.
      if section == "Prometheus" { try rig.start() }
      let script = Location.package + "/Tests/Reference/documentation.py"
      let programs = URL(fileURLWithPath: Location.program("convolved")).deletingLastPathComponent().path
      let completed = try run(
        Location.python, [script, Location.package + "/" + document, section, folder.path, programs], environment: rig.environment)
      #expect(completed.status == 0, "\(document):\n\(completed.error)\n\(backgroundLog)")
      #expect(completed.output.split(separator: "\n").last.map(String.init) == count)
    }

    private var backgroundLog: String { (try? String(contentsOfFile: folder.file("background0.log"), encoding: .utf8)) ?? "" }
  }
}
