import Foundation
import TestSupport

/// What a program says of itself by `--experimental-dump-help`.
struct CommandHelp: Decodable {
  var commandName: String
  var subcommands: [CommandHelp]?
  private var arguments: [Argument]?

  private struct Argument: Decodable {
    var allValues: [String]?
    var names: [Name]?
    var shouldDisplay: Bool

    struct Name: Decodable {
      var kind: String
      var name: String
    }
  }

  private struct Tool: Decodable { var command: CommandHelp }

  init(_ program: String, _ arguments: [String] = []) throws {
    let dumped = try run(Location.program(program), arguments + ["--experimental-dump-help"])
    self = try JSONDecoder().decode(Tool.self, from: Data(dumped.output.utf8)).command
  }

  /// Options as they are typed: `--mode`, `-o`.
  var options: Set<String> {
    Set(shown.flatMap { $0.names ?? [] }.map { ($0.kind == "long" ? "--" : "-") + $0.name })
  }

  /// Words of which a value is chosen.
  var values: Set<String> { Set(shown.flatMap { $0.allValues ?? [] }) }

  private var shown: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }
}
