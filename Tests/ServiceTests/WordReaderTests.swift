import AudioFile
import ConfigurationFile
import FilterKernels
import Filters
import Foundation
import Platform
import TestSupport
import Testing

@Suite("Words that a configuration names")
struct WordReaderTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try "PK Fc 1000 Hz Gain 6 dB Q 1\nsecret\n".write(toFile: folder.file("bad.txt"), atomically: true, encoding: .utf8)
    try "Preamp: -3 dB\nPK Fc 1000 Hz Gain 6 dB Q 1\n".write(toFile: folder.file("eq.txt"), atomically: true, encoding: .utf8)
    try AudioWriter(encoding: .double, sampleRate: 44_100).write([[1, 0.5], [0, 1], [0.25, 0]], path: folder.file("three.wav"))
  }

  private func text(_ kernel: String, rate: String = "auto", _ more: String = "") -> ConfigurationText {
    let yaml = """
      rate: \(rate)
      capture: { device: none }
      playback: { device: none }
      filters: [{ name: left, from: 0, to: 0, kernel: \(kernel)\(more) }]
      """
    return ConfigurationText(yaml: yaml, folder: folder.path)
  }

  @Test("are made for each rate, from what the file holds when it is read")
  func rates() throws {
    let rated = try RatedFilters(text("{ eq: eq.txt }"))
    #expect(rated.rates.count == 9 && rated.first.filters[0].layout.hasPrefix("made at 48000 Hz: "))
    let (low, high) = (try rated.filters(at: 44_100).filters[0], try rated.filters(at: 192_000).filters[0])
    #expect(low.response.count * 3 < high.response.count && high.layout.hasPrefix("made at 192000 Hz: "))
    try "Preamp: -6 dB\n".write(toFile: folder.file("eq.txt"), atomically: true, encoding: .utf8)
    #expect(try RatedFilters(text("{ eq: eq.txt }")).first.filters[0].response.count == 1)
  }

  @Test("that only some rates can have are there for these, and no other rate mends a bad text")
  func served() throws {
    #expect(try RatedFilters(text("{ highpass: BW2, at: 30 kHz }")).rates.min() == 88_200)
    for (kernel, part) in [
      ("eq:bad.txt", "line 2: this is no filter"), ("eq:none.txt", "there is no such file"), ("minimum:-", "standard input"),
    ] {
      let error = #expect(throws: ConfigurationError.self) { try RatedFilters(text("\"\(kernel)\"")) }
      #expect(error.map { "\($0)".contains(part) && !"\($0)".contains("secret") } == true, "\(String(describing: error))")
    }
  }

  @Test("of a kernel that is resampled have the wanted channel, and are refused without it or at another rate")
  func channels() throws {
    let resampled = try RatedFilters(text("minimum:three.wav", rate: "48000", ", channel: 1, resample: true")).first.filters[0]
    #expect(resampled.response.count > 1 && resampled.leadFrames == 0)
    let same = try RatedFilters(text("invert:three.wav", rate: "44100", ", channel: 2")).first.filters[0]
    #expect(same.response.taps.prefix(2) == [-0.25, 0])
    for (more, part) in [("", "three.wav has 44100 Hz, the stream runs at 48000 Hz"), (", resample: true, channel: 3", "not channel 3")] {
      let error = #expect(throws: ConfigurationError.self) { try RatedFilters(text("minimum:three.wav", rate: "48000", more)) }
      #expect(error.map { "\($0)".contains(part) } == true, "\(String(describing: error))")
    }
  }

  @Test("and are missing by thousands are listed as far as anybody reads, at any rate")
  func many() throws {
    let filters = (0..<500).map { number in
      "  - { name: f\(number), from: 0, to: 0, kernels: [\((0..<60).map { "k\(number)-\($0)" }.joined(separator: ", "))] }"
    }
    for rate in ["auto", "48000"] {
      let yaml = "rate: \(rate)\ncapture: { device: none }\nplayback: { device: none }\nfilters:\n" + filters.joined(separator: "\n")
      let start = threadNanoseconds()
      let error = #expect(throws: ConfigurationError.self) { try RatedFilters(ConfigurationText(yaml: yaml, folder: folder.path)) }
      guard case .invalid(_, let faults) = error else { continue }
      #expect(faults.count == 1_001 && faults[1_000].message.hasPrefix("more faults were found than are listed"), "\(faults.count)")
      #expect(threadNanoseconds() - start < 5_000_000_000)
    }
  }

  @Test("of a kernel of many channels are made for the wanted one alone, and refused without it")
  func wanted() throws {
    let reader = KernelReader()
    func use(_ channel: Int) -> KernelReader.Use { KernelReader.Use(rate: 44_100, resample: false, channel: channel) }
    let (words, body) = ("invert:\(folder.file("three.wav"))", try Data(contentsOf: URL(fileURLWithPath: folder.file("three.wav"))))
    for (channel, taps) in [(0, [-1.0, -0.5]), (1, [0, -1]), (2, [-0.25, 0])] {
      #expect(try reader.kernel(words, use(channel)).channels == [taps])
      #expect(try reader.kernel("invert:sent.wav", of: [UInt8](body), use(channel)).channels == [taps])
    }
    for make in [{ try reader.kernel(words, use(3)) }, { try reader.kernel("invert:sent.wav", of: [UInt8](body), use(3)) }] {
      let fault = #expect(throws: KernelFault.self) { try make() }
      #expect(fault?.message.contains("3 channels, 0 to 2, and not channel 3") == true && fault?.isAbsent == false)
    }
  }

  @Test("that were sent with their file are made anew at another rate")
  func sent() throws {
    let (configuration, body) = (text("dirac"), Array("Preamp: -3 dB\nPK Fc 1000 Hz Gain 6 dB Q 1\n".utf8))
    let rated = try RatedFilters(configuration)
    var present = rated.first
    let sent = SentKernel(source: .made(words: "eq:sent.txt", from: body), channel: 0)
    present.change(kernels: [try #require(try present.replacement(for: "left", sent, in: configuration, reader: KernelReader()))])
    #expect(present.filters[0].kernelName == "eq:sent.txt" && present.filters[0].layout.hasPrefix("made at 48000 Hz: "))
    var next = try rated.filters(at: 96_000)
    #expect(next.take(editsOf: present, in: configuration).isEmpty && next.filters[0].layout.hasPrefix("made at 96000 Hz: "))
    let named = SentKernel(source: .named("lowpass:LR4@2000"), channel: 0)
    #expect(try present.replacement(for: "left", named, in: configuration, reader: KernelReader())?.kernelName == "lowpass:LR4@2000")
    let wrong = SentKernel(source: .named("lowpass:LR4@2000"), channel: 1)
    #expect(throws: KernelFault.self) { try present.replacement(for: "left", wrong, in: configuration, reader: KernelReader()) }
  }

  @Test("Filter lines are told where the configuration or a request holds them, up to 4,096 bytes, and nothing of files")
  func equalisers() throws {
    let lines = "PK Fc 100 Hz Gain 3 dB Q 1; HSC Fc 8 kHz Gain 2 dB Q 0.7"
    #expect(try RatedFilters(text("\"eq:\(lines)\"")).first.filters[0].equaliser == lines)
    #expect(try RatedFilters(text("{ eq: eq.txt }")).first.filters[0].equaliser == nil)
    #expect(try RatedFilters(text("\"invert:eq:\(lines)\"")).first.filters[0].equaliser == nil)
    let body = [UInt8]("Preamp: -3 dB\n\(lines)\n".utf8)
    let long = String(repeating: "PK Fc 100 Hz Gain 3 dB Q 1; ", count: 200)
    let sent: [(SentKernel.Source, String?)] = [
      (.named("eq:\(lines)"), lines), (.named("eq:eq.txt"), nil), (.named("eq:\(long)"), nil), (.named("dirac"), nil),
      (.made(words: "eq:sent.txt", from: body), String(decoding: body, as: UTF8.self)),
      (.made(words: "response:sent.txt", from: body), nil),
      (.made(words: "eq:sent.txt", from: [0xFF]), nil), (.made(words: "eq:sent.txt", from: [UInt8](long.utf8)), nil),
    ]
    for (source, told) in sent { #expect(LiveFilter.equaliser(SentKernel(source: source, channel: 0)) == told) }
  }
}
