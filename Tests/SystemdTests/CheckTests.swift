import Foundation
import TestSupport
import Testing

/// What `convolved --check` says, without devices.
@Suite("convolved --check")
struct CheckTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let script = """
      import os, sys, wave
      os.chdir(sys.argv[1])
      for name, channels in ('mono', 1), ('stereo', 2):
          with wave.open(name + '.wav', 'wb') as f: f.setparams((channels, 2, 48_000, 0, 'NONE', '')), f.writeframes(b'\\x10' * 40 * channels)
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
  }

  @Test("A kernel file of one channel serves whatever `channel` says, as the manual has it")
  func mono() throws {
    let checked = try check(["kernel: mono.wav, channel: 0", "kernel: mono.wav, channel: 1", "kernels: [mono.wav, stereo.wav], channel: 1"])
    #expect(checked.status == 0, "\(checked)")
    let refused = try check(["kernel: stereo.wav, channel: 2"])
    #expect(refused.status == 65 && refused.error.contains("stereo.wav has 2 channels, 0 to 1, and not channel 2"), "\(refused)")
  }

  @Test("What is exact has a line for outputs of which the same is to be said, and hundredths of a dB at most")
  func exactness() throws {
    let gains = ["kernel: stereo.wav, gain: auto", "kernel: stereo.wav, gain: -30.374157626152353", "kernel: dirac"]
    let checked = try check(gains, format: "S16_LE")
    let lines = checked.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let first = try #require(lines.firstIndex { $0.hasPrefix("exact: ") })
    #expect(
      lines[first].hasPrefix("exact: output 0 no: the gain of f0, -7.99 dB, is no power of two; samples lie within 2^-"), "\(lines)")
    #expect(lines[first + 1].hasPrefix("exact: output 1 no: the gain of f1, -30.37 dB, is no power of two; "), "\(lines)")
    #expect(Array(lines[(first + 2)...]) == ["exact: output 2 always, grid 2^-15", ""], "\(lines)")
    let short = try check(["kernel: dirac", "kernel: dirac"], format: "S16_LE")
    #expect(short.output.contains("\nexact: always, grid 2^-15\n"), "\(short)")
  }

  @Test("Taps up to the largest float64 have a bound, and steps as far as readers of JSON keep them")
  func loud() throws {
    let kernels = ["taps:1e8", "taps:1e28", "taps:1e300", "taps:1e308,1e308", "taps:1.7976931348623157e308"]
    let filters = kernels.map { "kernel: \"\($0)\", gain: -1" } + ["kernel: \"taps:1e308\", gain: 60"]
    let checked = try check(filters, format: "S16_LE", playback: "S16_LE")
    let lines = checked.output.split(separator: "\n").filter { $0.hasPrefix("exact: ") }
    #expect(checked.status == 0 && lines.count == 6, "\(checked)")
    #expect(lines.first?.hasSuffix("samples differ by at most one step, at ties") == true, "\(lines)")
    #expect(lines.dropFirst(2).allSatisfy { $0.contains("samples lie within 2^") }, "\(lines)")
    let stacked = try check(["kernels: [\"taps:1e300\", \"taps:1e300\", \"taps:1e300\"]"], format: "S16_LE")
    #expect(stacked.status == 65 && stacked.error.contains("louder than float64 holds"), "\(stacked)")
  }

  @Test("A kernel that its user may not read is about that user, and says what helps")
  func forbidden() throws {
    chmod(folder.file("mono.wav"), 0)
    try write(["kernel: mono.wav"], format: "auto")
    // root may read anything else.
    let rights = getuid() == 0 ? "setpriv --bounding-set=-dac_override,-dac_read_search" : ""
    let line = "exec \(rights) '\(Location.program("convolved"))' --check --config '\(folder.file("c.yaml"))'"
    let checked = try run("/bin/sh", ["-c", line], environment: ["ALSA_CONFIG_PATH": "/dev/null"])
    #expect(checked.status == 65, "\(checked)")
    let message = "mono.wav: the user \(NSUserName()) may not read it: allow that user the file and its folders"
    #expect(checked.error.contains(message), "\(checked)")
  }

  @Test("Warnings come after what is found, also in one file")
  func order() throws {
    try write(["kernel: dirac"], format: "auto")
    let line = "'\(Location.program("convolved"))' --check --config '\(folder.file("c.yaml"))' 2>&1"
    let both = try run("/bin/sh", ["-c", line], environment: ["ALSA_CONFIG_PATH": "/dev/null"]).output
    let (found, warned) = (try #require(both.range(of: "exact: ")), try #require(both.range(of: "convolved: warning: ")))
    #expect(found.lowerBound < warned.lowerBound, "\(both)")
  }

  @Test("Words become kernels: their length, their faults with file and line, and files without a header")
  func words() throws {
    try "Preamp: -6 dB\nFilter 1: ON PK Fc 100 Hz Gain 6 dB Q 1,4\n".write(toFile: folder.file("eq.txt"), atomically: true, encoding: .utf8)
    try "Filter 1: ON PK Fc 100 Hz Gain 6 dB Q 0\nsecret\n".write(toFile: folder.file("bad.txt"), atomically: true, encoding: .utf8)
    try [0.5, 0.25].withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: folder.file("k.dbl"))) }
    let checked = try check([
      "kernel: { eq: eq.txt, phase: linear, taps: 4095 }", "kernel: eq:eq.txt", "kernel: { lowpass: LR4, at: 2000 }",
      "kernel: { file: k.dbl, format: f64, rate: 48000 }",
    ])
    #expect(checked.status == 0, "\(checked)")
    for part in [
      "f0: input 0 to output 0, made at 48000 Hz: ", ", time 0 at tap ", "f1: input 1 to output 1, made at 48000 Hz: ",
      "f3: input 3 to output 3, raw, 64-bit float, 2 taps, 48000 Hz",
      "begin before their time 0",
    ] {
      #expect(checked.output.contains(part), "\(part): \(checked)")
    }
    // Where kernels end is for `convolve inspect`.
    #expect(!checked.output.contains("of the largest gain are left"), "\(checked)")
    let refused = try check([
      "kernel: eq:bad.txt", "kernel: { highpass: BW2, at: 30 kHz }", "kernel: { file: k.dbl, format: f64, rate: 44100 }",
      "kernel: eq:none.txt",
    ])
    #expect(refused.status == 65 && !refused.error.contains("secret"), "\(refused)")
    for part in [
      "bad.txt: line 1: Q is above 0", "bad.txt: line 2: this is no filter", "highpass:BW2@30 kHz: ",
      "k.dbl has 44100 Hz, the stream runs at 48000 Hz",
      "none.txt: there is no such file",
    ] {
      #expect(refused.error.split(separator: "\n").count { $0.contains(part) } == 1, "\(part): \(refused)")
    }
    #expect(refused.error.split(separator: "\n").allSatisfy { !$0.contains("line 1: ") || !$0.contains("line 2: ") }, "\(refused)")
  }

  @Test("With rate: auto words need no file for each rate, and a filter that only high rates can have is there for these")
  func followed() throws {
    try write(["kernel: { lowpass: LR4, at: 2000 }", "kernel: { highpass: BW2, at: 30 kHz }"], format: "auto")
    let text = try String(contentsOfFile: folder.file("c.yaml"), encoding: .utf8).replacing("rate: 48000", with: "rate: auto")
    try text.write(toFile: folder.file("c.yaml"), atomically: true, encoding: .utf8)
    let checked = try run(
      Location.program("convolved"), ["--check", "--config", folder.file("c.yaml")], environment: ["ALSA_CONFIG_PATH": "/dev/null"])
    #expect(
      checked.status == 0 && checked.output.contains("there are kernels for 88200, 96000, 176400, 192000, 352800, 384000 Hz"), "\(checked)")
  }

  private func write(_ kernels: [String], format: String, playback: String = "auto") throws {
    let channels = kernels.count
    let filters = kernels.enumerated().map { "  - { name: f\($0), from: \($0), to: \($0), \($1) }" }.joined(separator: "\n")
    try """
    rate: 48000
    capture: { device: none, format: \(format), channels: \(channels), clock: shared }
    playback: { device: none, format: \(playback), channels: \(channels) }
    filters:
    \(filters)
    """.write(toFile: folder.file("c.yaml"), atomically: true, encoding: .utf8)
  }

  private func check(_ kernels: [String], format: String = "auto", playback: String = "auto") throws -> Completed {
    try write(kernels, format: format, playback: playback)
    return try run(
      Location.program("convolved"), ["--check", "--config", folder.file("c.yaml")], environment: ["ALSA_CONFIG_PATH": "/dev/null"])
  }
}
