import Foundation
import TestSupport
import Testing

@Suite("The three executables")
struct StyleTests {
  static let commands =
    ["convolve", "convolve 2d", "convolve design", "convolve find", "convolve inspect", "convolved", "convolvectl"]
    + [
      "status", "watch", "load", "set", "mute", "unmute", "volume", "bypass", "ceiling", "dither", "reload", "check", "verify", "setup",
      "import", "web-token",
    ].map { "convolvectl \($0)" }

  @Test("each have help and version, with every command", arguments: commands)
  func help(command: String) throws {
    let version = try run(Location.program("convolve"), ["--version"]).output
    #expect(try program(command, "--version").output == version && version.contains("."))
    for option in ["--help", "-h"] {
      let help = try program(command, option)
      #expect(help.status == 0 && help.error.isEmpty && help.output.contains("USAGE: \(command) "), "\(help)")
    }
  }

  @Test("refuse what they do not know in one line, with the way to the help", arguments: commands)
  func unknown(command: String) throws {
    let name = String(command.prefix { $0 != " " })
    for option in ["--nonsense", "--hall", "-x"] {
      let refused = try program(command, option)
      #expect(refused.status == 64 && refused.output.isEmpty, "\(refused)")
      #expect(refused.error.hasPrefix("\(name): ") && refused.error.contains(option), "\(refused)")
      #expect(refused.error.hasSuffix(": see \(command) --help\n"), "\(refused)")
      #expect(refused.error.filter { $0 == "\n" }.count == 1, "\(refused)")
    }
  }

  @Test(
    "lead a configuration that stands alone to its option",
    arguments: ["--check room.yaml", "room.yaml", "--check -- room.yaml", "--check --socket x room.yaml"])
  func alone(options: String) throws {
    let refused = try program("convolved", options)
    let text = "room.yaml: it stands alone, and is no option: name a configuration with --config room.yaml: see convolved --help"
    #expect(refused.status == 64 && refused.error == "convolved: \(text)\n", "\(refused)")
    let twice = try program("convolved", "--config a.yaml \(options)")
    #expect(twice.status == 64 && twice.error.contains("room.yaml: it stands alone, and is no option: --config names one"), "\(twice)")
    // What is said can be done.
    let led = try program("convolved", "--check --config room.yaml")
    #expect(led.status == 66 && led.error.contains("room.yaml"), "\(led)")
  }

  @Test(
    "refuse an option that has no effect beside another",
    arguments: [
      ("convolved", "--check --demo"), ("convolved", "--demo --config x"), ("convolved", "--check --socket x"),
      ("convolve find a b", "--equal --threshold 0.5"), ("convolve inspect a", "--json --no-charts"), ("convolve a b -o c.wav", "-q -v"),
      ("convolvectl status", "--socket a --instance b"), ("convolvectl setup", "--list --force"),
    ])
  func contradictions(command: String, options: String) throws {
    let refused = try program(command, options)
    #expect(refused.status == 64 && refused.error.contains("exclude each other"), "\(refused)")
    #expect(refused.error.filter { $0 == "\n" }.count == 1, "\(refused)")
  }

  @Test(
    "know the options by which words are told from files",
    arguments: ["convolve", "convolve 2d", "convolve design", "convolve find", "convolve inspect", "convolved"])
  func words(command: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let folder = try ScratchFolder()
    for option in try CommandHelp(words[0], Array(words.dropFirst())).options {
      // An option that were not known would be taken for a file, of which there is one of this name.
      try Data().write(to: URL(fileURLWithPath: folder.file(option)))
      let line = "cd '\(folder.path)' && '\(Location.program(words[0]))' \(words.dropFirst().joined(separator: " ")) \(option) 1"
      let refused = try run("/bin/sh", ["-c", line])
      #expect(refused.status == 64 && refused.error.contains("\(option) is an option, and a file here"), "\(command): \(refused)")
    }
  }

  @Test("have each option that a message or a document names")
  func named() throws {
    let options = try texts().flatMap(Self.namedOptions)
    #expect(options.count > 100)
    for (command, named) in Dictionary(grouping: options, by: \.command) {
      let help = try program(command, "--help").output
      for option in Set(named.map(\.option)) { #expect(help.contains(option), "\(command) \(option)") }
    }
  }

  /// Of sources and documents.
  private func texts() throws -> [String] {
    let files = ["Sources", "docs"].flatMap { folder in
      (FileManager.default.enumerator(atPath: "\(Location.package)/\(folder)")?.allObjects as? [String] ?? []).map { "\(folder)/\($0)" }
    }
    let texts = files.filter { $0.hasSuffix(".swift") || $0.hasSuffix(".md") || $0.hasPrefix("docs/man/") }
    return try (texts + ["README.md", "SECURITY.md"]).map { try String(contentsOfFile: "\(Location.package)/\($0)", encoding: .utf8) }
  }

  /// The options on each command line within a text.
  private static func namedOptions(_ text: String) -> [(command: String, option: String)] {
    text.matches(of: /\b(convolvectl|convolved|convolve) ([^\n`";|)]*)/).flatMap { line -> [(command: String, option: String)] in
      let words = line.output.2.split(separator: " ").map(String.init)
      let whole = "\(line.output.1) \(words.first ?? "")"
      let isWhole = commands.contains(whole)
      // convolvectl does nothing without a command.
      guard isWhole || line.output.1 != "convolvectl" else { return [] }
      return line.output.2.matches(of: /(?:^|\s)(--[a-z][a-z-]+)/).map { (isWhole ? whole : String(line.output.1), String($0.output.1)) }
    }
  }

  private func program(_ command: String, _ options: String) throws -> Completed {
    let words = (command + " " + options).split(separator: " ").map(String.init)
    return try run(Location.program(words[0]), Array(words.dropFirst()))
  }
}
