import ConfigurationFile
import ControlAPI
import FilterKernels
import Foundation
import Logging
import Service
import TestSupport
import Testing

@Suite("Taps without a header that a request names")
struct RawKernelRuleTests {
  /// A folder with a configuration file in one of its own, and a secret beside it.
  private struct Place {
    let folder: ScratchFolder
    let file: ConfigurationText

    var secret: String { folder.file("secret") }
    var named: String { folder.file("named.bin") }

    init() throws {
      folder = try ScratchFolder()
      try FileManager.default.createDirectory(atPath: folder.file("own"), withIntermediateDirectories: false)
      for name in ["secret", "named.bin", "own/below.bin", "own-not"] {
        try Data("root:x:0:0".utf8).write(to: URL(fileURLWithPath: folder.file(name)))
      }
      try FileManager.default.createSymbolicLink(atPath: folder.file("own/link.bin"), withDestinationPath: folder.file("secret"))
      let yaml = """
        rate: 48000
        capture: { device: none }
        playback: { device: none }
        filters:
          - { name: f, from: 0, to: 0, kernel: { file: \(folder.file("named.bin")), format: s16, skip: 2, take: 3 } }
        """
      try Data(yaml.utf8).write(to: URL(fileURLWithPath: folder.file("own/c.yaml")))
      file = try ConfigurationText(path: folder.file("own/c.yaml"))
    }

    var reader: KernelReader { KernelReader(rawRule: RawKernelRule(file, rates: [48_000])) }
  }

  @Test("are those below the configuration's folder, and those that it names")
  func rule() throws {
    let place = try Place()
    let own = place.folder.file("own")
    for name in [
      "s16:\(own)/below.bin", "s16+2/1:\(own)/below.bin", "s16:\(own)/../own/below.bin", "s16+2/3:\(place.named)",
      "s16@44100+2/3:\(place.named)",
    ] {
      #expect(try place.reader.kernel(name).channels[0].count > 0, "\(name)")
    }
    for name in [
      "s16:\(place.secret)", "s16+0/1:\(place.secret)", "s16:\(own)/../secret", "s16:\(own)/link.bin", "s16:\(own)-not",
      "s16:\(place.named)", "s16+4/3:\(place.named)", "s16+2/2:\(place.named)", "s32+2/2:\(place.named)", "minimum:s16:\(place.secret)",
      "s16:/proc/self/status",
    ] {
      let fault = #expect(throws: KernelFault.self, "\(name)") { try place.reader.kernel(name) }
      let remedy = "(convolvectl load FILTER s\(name.contains("s32") ? 32 : 16):FILE)"
      #expect(fault.map { $0.message.contains(remedy) && !$0.isAbsent } == true, "\(name): \(fault?.message ?? "")")
      // Whoever owns the configuration file names any.
      if !name.contains("minimum"), !name.contains("/proc") { #expect(throws: Never.self) { try KernelReader().kernel(name) } }
    }
    let missing = #expect(throws: KernelFault.self) { try place.reader.kernel("s16:\(own)/missing.bin") }
    #expect(missing?.isAbsent == true)
  }

  @Test("are no others by a change of filters, by a configuration or by a check of one, and nothing changes")
  func requests() async throws {
    let place = try Place()
    let daemon = try Daemon(place.file, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    for name in ["s16+0/1:\(place.secret)", "minimum:s16+0/1:\(place.secret)"] {
      let problem = await #expect(throws: Problem.self) {
        var change = FilterChange()
        change.kernel = name
        _ = try await daemon.changeFilters(["f": change])
      }
      #expect(problem.map { $0.status == 422 && $0.detail.contains("convolvectl load") } == true)
    }
    func upload(_ kernel: String, rate: String = "48000") -> ConfigurationUpload {
      let text = String(decoding: place.file.bytes, as: UTF8.self)
      let head = text.components(separatedBy: "filters:")[0].replacingOccurrences(of: "rate: 48000", with: "rate: \(rate)")
      return ConfigurationUpload(bytes: Array((head + "filters: [{ name: f, from: 0, to: 0, kernel: \(kernel) }]").utf8), folder: "/")
    }
    for rate in ["48000", "auto"] {
      for kernel in ["{ file: \(place.secret), format: s16, skip: 0, take: 1 }", "\"s16+0/1:\(place.secret)\""] {
        for isCheck in [true, false] {
          let sent = upload(kernel, rate: rate)
          let problem = await #expect(throws: Problem.self) {
            _ = try await isCheck ? daemon.checkConfiguration(sent) : daemon.replaceConfiguration(by: sent)
          }
          #expect(problem.map { $0.status == 422 && $0.detail.contains("convolvectl load") } == true, "\(problem?.detail ?? "")")
        }
      }
    }
    #expect(await daemon.status(takingPeaks: false).differsFromFile == false)
    _ = try await daemon.checkConfiguration(upload("{ file: \(place.named), format: s16, skip: 2, take: 3 }"))
    await daemon.stop()
  }
}
