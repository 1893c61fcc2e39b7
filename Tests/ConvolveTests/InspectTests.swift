import Foundation
import TestSupport
import Testing

@Suite("convolve inspect")
struct InspectTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try Reference.run("inspect_files.py", [folder.path, "61"])
  }

  @Test("Figures are NumPy's: |H| by numpy.fft within 0.01 dB, the norms to rounding")
  func figures() throws {
    let expected = try #require(try object(contents(folder.file("expected.json"))) as? [String: [[String: Any]]])
    #expect(expected.count == 3)
    let files = expected.keys.sorted()
    let documents = try inspect(files.map(folder.file))
    #expect(documents.map { $0["file"] as? String } == files.map(folder.file))
    for (document, file) in zip(documents, files) {
      let channels = try #require(document["channels"] as? [[String: Any]])
      #expect(channels.count == expected[file]!.count && document["channelCount"] as? Int == channels.count)
      for (channel, wanted) in zip(channels, expected[file]!) {
        for (name, value) in wanted {
          #expect(agrees(try #require(channel[name]), value, tolerance(name)), "\(file), \(name): \(channel[name]!), not \(value)")
        }
      }
    }
  }

  private func tolerance(_ name: String) -> Double {
    switch name {
    case "largestGainDB", "safeGainForSinesDB": 0.01
    case "largestGainCyclesPerSample": 1.0 / 65_536
    default: 1e-9
    }
  }

  private func agrees(_ a: Any, _ b: Any, _ tolerance: Double) -> Bool {
    if let a = a as? NSNumber, let b = b as? NSNumber { return abs(a.doubleValue - b.doubleValue) <= tolerance }
    return (a as? String) == (b as? String) && (a is NSNull) == (b is NSNull)
  }

  @Test("Times and frequencies are in ms and Hz where the rate is known, null where not")
  func units() throws {
    let documents = try inspect([folder.file("room.wav"), folder.file("linear.npy")])
    #expect(documents[0]["sampleRateHz"] as? Int == 44_100 && documents[1]["sampleRateHz"] is NSNull)
    #expect(documents[0]["layout"] as? String == "WAV, 64-bit float, 2 channels, 3000 taps, 44100 Hz")
    let (timed, bare) = (try channel(documents[0]), try channel(documents[1]))
    func number(_ name: String) throws -> Double { try #require(timed[name] as? Double) }
    #expect(abs(try number("peakMilliseconds") - number("peakTap") / 44.1) < 1e-9)
    #expect(abs(try number("largestGainHz") - number("largestGainCyclesPerSample") * 44_100) < 1e-6)
    for name in ["peakMilliseconds", "largestGainHz", "groupDelayMilliseconds"] { #expect(bare[name] is NSNull, "\(name)") }
  }

  @Test("A kernel of zeros has no levels and no phase")
  func silent() throws {
    let figures = try channel(try inspect(["taps:0,0,0"])[0])
    for name in ["peakDB", "l1NormDB", "l2NormDB", "largestGainDB", "gainAtDCDB", "safeGainDB", "minimumPhaseDifferenceDB"] {
      #expect(figures[name] is NSNull, "\(name)")
    }
    #expect(figures["leadingZeroTaps"] as? Int == 3 && figures["isMinimumPhase"] as? Bool == false)
    #expect(try convolve(["inspect", "taps:0,0,0"]).output.contains("all 3 taps are 0"))
    #expect(try convolve(["inspect", "taps:0"]).output.contains("its only tap is 0"))
    #expect(try convolve(["inspect", "taps:0,1,1"]).output.contains("zeros         1 tap before, 0 after"))
  }

  @Test("The text tells the figures of every channel and draws three charts of each, no line longer than a terminal's")
  func text() throws {
    let completed = try convolve(["inspect", folder.file("room.wav"), "taps:0.25,0.5,0.25"])
    #expect(completed.status == 0 && completed.error.isEmpty)
    let lines = completed.output.split(separator: "\n").map(String.init)
    let charts = ["Impulse response:", "Magnitude:", "Phase without the peak's delay:"]
    for chart in charts { #expect(lines.filter { $0.contains(chart) }.count == 3, "\(chart)") }
    #expect(lines.filter { $0.hasPrefix("channel ") } == ["channel 0", "channel 1", "channel 0"])
    #expect(lines.allSatisfy { $0.count <= 80 || $0.contains("room.wav: ") })
    #expect(lines.contains("  phase         linear (symmetric), group delay 1 tap"))
    #expect(lines.contains { $0.contains("⣿") } && lines.contains("  gain at 0 Hz  0.00 dB"))
  }

  @Test("A tap is drawn where it lies, in characters and in the plot")
  func drawn() throws {
    let plot = folder.file("plot.svg")
    let lines = try convolve(["inspect", "taps:0,0,1,0,0", "--plot", plot]).output.split(separator: "\n").map(Array.init)
    let title = try #require(lines.firstIndex { String($0).contains("Impulse response: ") })
    // Only the middle one of 63 columns reaches the top, behind a margin of 9.
    let top = lines[title + 1].indices.filter { lines[title + 1][$0] != "\u{2800}" && lines[title + 1][$0] != " " }
    #expect(top.filter { $0 > 8 } == [40], "\(String(lines[title + 1]))")
    // The axis is 710 wide from 70 on: the other taps are dots on the ground.
    let document = String(decoding: contents(plot), as: UTF8.self)
    let path = try #require(document.split(separator: "\n").first { $0.hasPrefix("<path") })
    #expect(path.matches(of: /M(\d+) [\d.]+V/).map { $0.output.1 } == ["425"] && path.matches(of: /h\.1/).count == 4, "\(path)")
  }

  @Test("The plot is a document of one curve for each channel in each of three charts")
  func plot() throws {
    let plot = folder.file("plot.svg")
    let completed = try convolve(["inspect", folder.file("room.wav"), "box:8", "--json", "--plot", plot])
    #expect(completed.status == 0 && completed.error.isEmpty, "\(completed.error)")
    let script = """
      import sys, xml.etree.ElementTree as tree
      root = tree.parse(sys.argv[1]).getroot()
      paths = [e.get('d') for e in root.iter('{http://www.w3.org/2000/svg}path')]
      print(root.tag, len(paths), all(paths), any('nan' in path or 'inf' in path for path in paths))
      print([e.text for e in root.iter('{http://www.w3.org/2000/svg}text') if e.text.endswith('box:8')])
      """
    let read = try run(Location.python, ["-c", script, plot])
    #expect(read.output.hasPrefix("{http://www.w3.org/2000/svg}svg 9 True False\n"), "\(read.output)\(read.error)")
    #expect(read.output.contains("room.wav, box:8', 'box:8'"), "\(read.output)")
  }

  @Test("Of several files those that can be read are told, the others named, one line each")
  func several() throws {
    let completed = try convolve(["inspect", folder.file("missing.wav"), "dirac", "taps:1,inf", "--json"])
    #expect(completed.status == 66)
    let lines = completed.error.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains("missing.wav: there is no such file") && lines[1].contains("tap 1 is inf"))
    let documents = try #require(try object(Array(completed.output.utf8)) as? [[String: Any]])
    #expect(documents.map { $0["file"] as? String } == ["dirac"])
  }

  @Test("Standard input and files without a header are kernels too")
  func otherSources() throws {
    let program = Location.program("convolve")
    let piped = try run("/bin/sh", ["-c", "cat '\(folder.file("room.wav"))' | '\(program)' inspect - --json"])
    let document = try #require(try object(Array(piped.output.utf8)) as? [[String: Any]])[0]
    #expect(document["tapCount"] as? Int == 3_000 && document["file"] as? String == "standard input")
    let raw = folder.file("kernel.raw")
    try Data([0, 64, 0, 192]).write(to: URL(fileURLWithPath: raw))
    let figures = try channel(try inspect([raw, "--kernel-format", "s16"])[0])
    #expect(figures["peakValue"] as? Double == 0.5 && figures["symmetry"] as? String == "antisymmetric")
  }

  private func inspect(_ arguments: [String]) throws -> [[String: Any]] {
    let completed = try convolve(["inspect"] + arguments + ["--json"])
    try #require(completed.status == 0 && completed.error.isEmpty, "\(completed.error)")
    return try #require(try object(Array(completed.output.utf8)) as? [[String: Any]])
  }

  private func channel(_ document: [String: Any]) throws -> [String: Any] {
    try #require((document["channels"] as? [[String: Any]])?.first)
  }

  private func object(_ bytes: [UInt8]) throws -> Any { try JSONSerialization.jsonObject(with: Data(bytes)) }
}
