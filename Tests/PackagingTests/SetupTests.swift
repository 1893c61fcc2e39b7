import ConfigurationFile
import Foundation
import TestSupport
import Testing

/// `convolvectl setup` with ALSA's device `null`, which is there without a sound card.
@Suite("Setup without a sound card")
struct SetupTests {
  private let folder: ScratchFolder
  private var written: String { folder.file("my room.yaml") }
  private var socket: String { folder.file("own.sock") }

  init() throws { folder = try ScratchFolder() }

  @Test(
    "The last line starts a daemon as it is printed, which the same setup then reaches", .timeLimit(.minutes(2)),
    arguments: ["runtime", "socket", "control"])
  func start(kind: String) throws {
    let options = kind == "socket" ? ["--socket", folder.file("my.sock")] : []
    let environment = ["XDG_RUNTIME_DIR": kind == "runtime" ? folder.path : ""]
    if kind == "control" {
      // A file at fault is replaced, and its daemon stays where it was.
      try "rate: 1\ncontrol: { socket: own.sock, mode: \"0600\" }\n".write(toFile: written, atomically: true, encoding: .utf8)
    }
    let first = try setup(options + ["--force"], environment)
    let command = try #require(first.output.split(separator: "\n").last?.components(separatedBy: ": start it: ").last)
    #expect(!command.contains("systemctl") && !command.contains("; then"), "\(first.output)")
    let daemon = try background(command, environment)
    defer {
      daemon.terminate()
      daemon.waitUntilExit()
    }
    let sockets = ["runtime": folder.file("convolved.sock"), "socket": folder.file("my.sock"), "control": socket]
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: sockets[kind]!) { usleep(100_000) }
    let second = try setup(options + ["--force", "--gain", "-3"], environment)
    #expect(second.output.hasSuffix("the daemon has taken it over\n"), "\(second)")
    let place = ["--config", folder.file("other.yaml")] + (kind == "control" ? ["--socket", socket] : [])
    let other = try setup(options + place, environment)
    #expect(other.output.contains("has another configuration: end it, and start one with this: "), "\(other)")
    #expect(other.output.contains("convolved --config \(folder.file("other.yaml"))"), "\(other)")
  }

  @Test("Where a socket has no place, the line names one, and how it is reached")
  func noPlace() throws {
    let alone = try setup([], ["XDG_RUNTIME_DIR": ""])
    let line = try #require(alone.output.split(separator: "\n").last)
    #expect(line.hasPrefix("no daemon answers at /run/convolved/convolved.sock: start it: "), "\(line)")
    #expect(
      line.hasSuffix("convolved --config '\(written)' --socket /tmp/convolved.sock; then convolvectl --socket /tmp/convolved.sock status"),
      "\(line)")
  }

  @Test("Where its daemon is controlled is kept of a file with any other fault, and that daemon is asked")
  func control() throws {
    let sound = "rate: 48000\ncapture: { device: a }\nplayback: { device: b }\nfilters: [{ name: a, from: 0, to: 0, kernel: dirac }]\n"
    for before in [sound, "", "rate: 1\n", "blok: 3\nfilters: []\n", sound.replacing("filters", with: "filtres")] {
      let text = before + "control: { socket: \"\(socket)\" }\n"
      try text.write(toFile: written, atomically: true, encoding: .utf8)
      let done = try setup(["--force"], ["XDG_RUNTIME_DIR": folder.path])
      #expect(done.status == 0 && done.output.contains("no daemon answers at \(socket): start it: "), "\(before): \(done)")
      #expect(try ConfigurationText(path: written).configuration().control.socket == socket, "\(before)")
      #expect(try String(contentsOfFile: written + ".bak", encoding: .utf8) == text)
    }
    // What is at fault itself is not kept.
    try "control: { socket: [] }\n".write(toFile: written, atomically: true, encoding: .utf8)
    #expect(try setup(["--force"], ["XDG_RUNTIME_DIR": folder.path]).status == 0)
    #expect(try ConfigurationText(path: written).configuration().control.socket == nil)
  }

  @Test(
    "A kernel of any name is written in escapes, and read back",
    arguments: ["a\u{2028}b.txt", "\u{2028}", " \u{2029} .txt", "\u{FEFF}a.txt", "a\u{202E}b.txt", "a \u{2028} b.txt"])
  func names(name: String) throws {
    try "0.5\n".write(toFile: folder.file(name), atomically: true, encoding: .utf8)
    let done = try setup(["--kernel", folder.file(name)], [:], kernel: [])
    #expect(done.status == 0, "\(done)")
    let text = try ConfigurationText(path: written)
    let controls = String(decoding: text.bytes, as: UTF8.self).unicodeScalars.filter {
      [.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory) && $0 != "\n"
    }
    #expect(controls.isEmpty, "\(controls)")
    #expect(try text.configuration().filters[0].kernels.map { $0.split(separator: "/").last.map(String.init) } == [name])
  }

  // MARK: Parts

  private func setup(_ options: [String], _ environment: [String: String], kernel: [String] = ["--kernel", "dirac"]) throws -> Completed {
    let place = options.contains("--config") ? [] : ["--config", written]
    return try run(
      Location.program("convolvectl"), ["setup", "--capture", "null", "--playback", "null"] + kernel + place + options,
      environment: environment)
  }

  private func background(_ command: String, _ environment: [String: String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exec \(command)"]
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }
}
