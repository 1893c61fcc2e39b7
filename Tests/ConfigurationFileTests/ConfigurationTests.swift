import ConfigurationFile
import Foundation
import PCM
import TestSupport
import Testing
import Vector

@Suite("A valid configuration")
struct ConfigurationTests {
  @Test("needs a rate, two devices and filters: everything else has a default")
  func defaults() throws {
    let configuration = try ConfigurationText(
      yaml: """
        rate: 48000
        capture: { device: hw:0 }
        playback: { device: hw:1 }
        filters:
          - { name: left, from: 0, to: 1, kernel: room.wav }
        """, folder: "/etc/convolved"
    ).configuration()
    let expected = Configuration(
      rate: 48000, block: 256, precision: .float64,
      capture: Configuration.Device(device: "hw:0", format: nil, channels: 2, periods: 3),
      playback: Configuration.Device(device: "hw:1", format: nil, channels: 2, periods: 3),
      filters: [
        Configuration.Filter(
          name: "left", from: 0, to: 1, kernels: ["/etc/convolved/room.wav"], channel: 0, gain: 0, delay: 0, line: 5, kernelLine: 5)
      ],
      fade: 20, output: Configuration.OutputSettings(volume: 0, ceiling: nil, isDithered: false),
      control: Configuration.Control(socket: nil, mode: 0o660))
    #expect(configuration == expected)
  }

  @Test("gives every value that it states")
  func everyValue() throws {
    let configuration = try ConfigurationText(yaml: everything, folder: "/music").configuration()
    let expected = Configuration(
      rate: 44100, block: 64, precision: .float32,
      capture: Configuration.Device(device: "hw:Loopback,1", format: .s24packed, channels: 3, clock: .resampled),
      playback: Configuration.Device(device: "hw:DAC", format: nil, channels: 1, periods: 5),
      filters: [
        Configuration.Filter(
          name: "L.1_a-b", from: 2, to: 0, kernels: ["/music/kernels/room-44100-44100.wav"], channel: 7, gain: -3.5, delay: 480,
          resample: false, line: 9, kernelLine: 12, ratedKernels: ["/music/kernels/room-44100-44100.wav"]),
        Configuration.Filter(name: "tone", from: 0, to: 0, kernels: ["taps:0.5,1"], gain: nil, resample: true, line: 17, kernelLine: 17),
        Configuration.Filter(name: "through", from: 1, to: 0, kernels: ["dirac"], gain: 1e-3, resample: true, line: 18, kernelLine: 18),
        Configuration.Filter(
          name: "else", from: 1, to: 0, kernels: ["/srv/{x}.wav"], gain: -3, bypass: .mute, resample: true, line: 19, kernelLine: 19),
      ],
      fade: 0.5, output: Configuration.OutputSettings(volume: -20.5, ceiling: -1.5, isDithered: true),
      control: Configuration.Control(socket: "/music/control.sock", mode: 0o600))
    #expect(configuration == expected)
  }

  @Test("with `rate: auto` it is that of any rate that is asked for, paths included")
  func auto() throws {
    let yaml = everything.replacing("rate: 44100", with: "rate: auto").replacing("-{rate}-", with: "-")
    let text = ConfigurationText(yaml: yaml, folder: "/k")
    for rate in [44_100, 96_000] {
      let configuration = try text.configuration(sourceRate: rate)
      #expect(configuration.rate == rate && configuration.followsSource)
      #expect(configuration.filters[0].kernels == ["/k/kernels/room-\(rate).wav"])
    }
    #expect(try !ConfigurationText(yaml: everything, folder: "").configuration(sourceRate: 96_000).followsSource)
  }

  @Test("is the same with CR LF, a byte order mark, comments and a document start")
  func linesAndMarks() throws {
    let plain = try ConfigurationText(yaml: minimal, folder: "/k").configuration()
    #expect(try ConfigurationText(yaml: minimal.replacing("\n", with: "\r\n"), folder: "/k").configuration() == plain)
    #expect(try ConfigurationText(yaml: "\u{FEFF}" + minimal, folder: "/k").configuration() == plain)
    #expect(try ConfigurationText(yaml: minimal + "# the end\n...\n", folder: "/k").configuration() == plain)
    let later = try ConfigurationText(yaml: "# first\n---\n" + minimal, folder: "/k").configuration()
    #expect(later.filters[0].line == plain.filters[0].line + 2)
  }

  @Test("takes relative paths from its own folder", arguments: [("/k", "/k/a.wav"), ("/", "/a.wav"), ("", "a.wav"), ("k/", "k/a.wav")])
  func folders(folder: String, kernel: String) throws {
    #expect(try ConfigurationText(yaml: minimal, folder: folder).configuration().filters[0].kernels == [kernel])
  }

  @Test("is read from a file, and its paths start from the file's folder")
  func file() throws {
    let folder = try ScratchFolder()
    try minimal.write(toFile: folder.file("convolved.yaml"), atomically: false, encoding: .utf8)
    #expect(try ConfigurationText(path: folder.file("convolved.yaml")).configuration().filters[0].kernels == [folder.file("a.wav")])
  }

  @Test("has no ceiling and no dither where they are none")
  func none() throws {
    #expect(
      try ConfigurationText(yaml: minimal + "output: { ceiling: none, dither: none }", folder: "").configuration().output
        == Configuration.OutputSettings())
  }

  @Test("allows the mode with and without quotes", arguments: ["\"0660\"", "0660", "660", "'660'"])
  func mode(text: String) throws {
    #expect(try ConfigurationText(yaml: minimal + "control: { mode: \(text) }", folder: "").configuration().control.mode == 0o660)
  }
}
