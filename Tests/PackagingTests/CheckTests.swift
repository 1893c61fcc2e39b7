import Foundation
import TestSupport
import Testing

/// What `convolved --check` says of the files that people bring.
@Suite struct CheckTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try Reference.run("kernel_files.py", [folder.path])
  }

  @Test("Twelve faults of kernels are told at once, each with its line, beside an unknown key and missing files")
  func allFaults() throws {
    let bad = [
      "taps:", "taps:,", "taps:1,,2", "taps:inf", "taps:1;2", "taps:0x10", "box:0", "box:-1", "box:16777217", "box:", "dirac:2", "",
    ]
    let filters = bad.enumerated().map { index, kernel in "  - { name: f\(index), from: 0, to: 0, kernel: \"\(kernel)\" }" }
    let last = ["  - { name: last, from: 0, to: 0, kernels: [] }", "  - { name: gone, from: 0, to: 0, kernels: [a.wav, b.wav], gian: 3 }"]
    let completed = try check(head + (filters + last).joined(separator: "\n") + "\n")
    #expect(completed.status == 65)
    let lines = completed.error.split(separator: "\n").map { $0.drop { $0 != "/" } }
    // The head has four lines.
    for (index, kernel) in bad.enumerated() {
      let fault = lines.filter { $0.contains(".yaml:\(5 + index): ") }
      #expect(fault.count == 1 && (kernel.isEmpty || fault[0].contains(kernel)), "\(kernel): \(fault)")
    }
    #expect(lines.count { $0.contains(".yaml:17: ") && $0.contains("an empty list") } == 1)
    #expect(lines.count { $0.contains(".yaml:18: ") && ($0.contains("a.wav: there is no such") || $0.contains("b.wav: there is")) } == 2)
    #expect(lines.count { $0.contains("did you mean `gain`") } == 1, "\(completed.error)")
    #expect(lines.count == 16, "\(completed.error)")
  }

  @Test("A kernel that has not the rate in its name is a fault of its line")
  func rateInName() throws {
    let completed = try check(head.replacing("rate: 48000", with: "rate: auto") + filter("room-{rate}.wav"))
    #expect(completed.status == 65)
    #expect(completed.error.contains(".yaml:5: ") && completed.error.contains("room-48000.wav has 44100 Hz"), "\(completed.error)")
    #expect(completed.error.contains("for 48000 Hz"))
  }

  private static let names = [
    "my room.wav", "Kölner Raum.wav", "room #1.wav", "it's.wav", "a: b.wav", "100%.wav", "room {L}.wav", "-6dB.wav", "部屋.wav",
  ]

  @Test("Any name is read in quotes", arguments: names)
  func quoted(name: String) throws {
    try copy("room.wav", name)
    #expect(try check(head + filter("\"\(name)\"")).status == 0)
  }

  @Test("A name without quotes is read, or the fault speaks of quotes", arguments: names)
  func plain(name: String) throws {
    try copy("room.wav", name)
    let completed = try check(head + "  - name: f\n    from: 0\n    to: 0\n    kernel: \(name)\n")
    switch name {
    case "room #1.wav": #expect(completed.error.contains("/room: there is no such file: ") && completed.error.contains("quotes"))
    case "a: b.wav": #expect(completed.error.contains(":8: not YAML") && completed.error.contains("quotes"), "\(completed.error)")
    default: #expect(completed.status == 0, "\(completed.error)")
    }
  }

  @Test("Nobody expands ~ and $HOME, and that is said", arguments: ["~/room.wav", "$HOME/room.wav"])
  func shell(name: String) throws {
    let completed = try check(head + filter(name))
    #expect(completed.status == 65 && completed.error.contains("~ and $HOME are not expanded"), "\(completed.error)")
  }

  @Test(
    "What cannot be read is a fault with its cause, and nothing hangs",
    arguments: [
      ("fifo.wav", "not a regular file"), ("empty.wav", "it is empty"), ("secret.wav", "may not read it"), ("folder.wav", "a folder"),
      ("missing.wav", "no such file"), ("/dev/zero", "not a regular file"), ("/dev/null", "not a regular file"),
      ("/proc/self/mem", "Input/output error"),
    ])
  func unreadable(name: String, cause: String) throws {
    mkfifo(folder.file("fifo.wav"), 0o644)
    try Data().write(to: URL(fileURLWithPath: folder.file("empty.wav")))
    try copy("room.wav", "secret.wav")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: folder.file("secret.wav"))
    try FileManager.default.createDirectory(atPath: folder.file("folder.wav"), withIntermediateDirectories: true)
    let completed = try check(head + filter(name), asNobody: true)
    #expect(completed.status == 65, "\(completed.status)")
    #expect(completed.error.contains(name) && completed.error.contains(cause), "\(completed.error)")
  }

  @Test("The delay of each output is told")
  func delays() throws {
    let filters = filter("minimum.wav") + "  - { name: woofer, from: 0, to: 1, kernel: linear.wav }\n"
    let completed = try check(
      head.replacing("playback: { device: \"hw:DAC\", channels: 1", with: "playback: { device: \"hw:DAC\", channels: 2") + filters)
    #expect(
      completed.output.contains("delays: output 0 0 frames, output 1 4096 frames (85.33 ms)"), "\(completed.output) \(completed.error)")
  }

  @Test("Of aligned outputs, the delay before it is told too")
  func aligned() throws {
    let filters = filter("minimum.wav") + "  - { name: woofer, from: 0, to: 1, kernel: linear.wav }\nalign: peaks\n"
    let completed = try check(
      head.replacing("playback: { device: \"hw:DAC\", channels: 1", with: "playback: { device: \"hw:DAC\", channels: 2") + filters)
    #expect(
      completed.output.contains(
        "delays before `align`: output 0 0 frames, output 1 4096 frames (85.33 ms)\ndelays: every output 4096 frames (85.33 ms)\n"),
      "\(completed.output) \(completed.error)")
  }

  @Test("A kernel in a lossy coding is named")
  func lossy() throws {
    let completed = try check(head + filter("a-law.wav"))
    #expect(completed.status == 0 && completed.error.contains("a-law.wav holds A-Law, a lossy coding"), "\(completed.error)")
  }

  @Test(
    "Advice for a file without a header can be followed",
    arguments: [("k.dbl", "f64le"), ("k.bin", "f32le"), ("k.pcm", "f32le"), ("k.raw", "s32le")])
  func raw(name: String, format: String) throws {
    let completed = try check(head + filter(name))
    #expect(completed.status == 65 && completed.error.contains("ffmpeg -f \(format) "), "\(completed.error)")
    let start = try #require(completed.error.range(of: "ffmpeg -f")).lowerBound
    let command = completed.error[start...].components(separatedBy: " makes a WAV")[0].replacing("RATE", with: "48000")
    let converted = try run("/bin/sh", ["-c", command.replacing("ffmpeg", with: "ffmpeg -v error -nostdin")])
    #expect(converted.status == 0, "\(command): \(converted.error)")
    #expect(try check(head + filter(name + ".wav")).status == 0)
  }

  private var head: String {
    "rate: 48000\ncapture: { device: \"hw:Loopback,1\", channels: 1 }\nplayback: { device: \"hw:DAC\", channels: 1 }\nfilters:\n"
  }

  private func filter(_ kernel: String) -> String {
    let quoted = kernel.hasPrefix("\"") ? kernel : "\"\(kernel)\""
    return "  - { name: tweeter, from: 0, to: 0, kernel: \(quoted) }\n"
  }

  private func copy(_ name: String, _ other: String) throws {
    try FileManager.default.copyItem(atPath: folder.file(name), toPath: folder.file(other))
  }

  private func check(_ yaml: String, asNobody: Bool = false) throws -> Completed {
    let path = folder.file("convolved.yaml")
    try Data(yaml.utf8).write(to: URL(fileURLWithPath: path))
    let command = ["timeout", "20", Location.program("convolved"), "--check", "--config", path]
    // Only root becomes another user, and only root reads everything.
    if asNobody, geteuid() == 0 { return try run("/usr/bin/setpriv", ["--reuid", "65534", "--clear-groups"] + command) }
    return try run("/usr/bin/env", command)
  }
}
