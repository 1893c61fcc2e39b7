import ArgumentParser
import AudioFile
import Platform
import Terminal
import WordKernels

/// `convolvectl`: arguments in, exit code out.
@main
enum Main {
  static let name = "convolvectl"

  /// The options of all commands.
  private static let words = OptionWords(
    flags: ["--json", "--resample", "--force", "--list", "--partial"],
    values: [
      "--socket", "--instance", "--channel", "--seconds", "--seed", "--config", "--capture", "--playback", "--kernel", "--rate", "--block",
      "--channels", "--gain", "-o", "--output", "--match", "--trim", "--file",
    ], names: ["-o": "--output"])

  static func main() { CommandProcess.run(name, threads: 2) { await parseAndRun() } }

  private static func parseAndRun() async {
    let given = systemArguments
    let called = Self.called(by: given)
    do {
      var command = try Convolvectl.parseAsRoot(arguments(given, of: called))
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch let failure as Failure {
      failure.end(command: name)
    } catch {
      if Convolvectl.exitCode(for: error) == .success { Convolvectl.exit(withError: error) }
      Failure.usage(Convolvectl.message(for: error), help: called).end(command: name)
    }
  }

  private static let commands = Convolvectl.configuration.subcommands.map { $0._commandName }

  /// The command whose help explains what was typed: `convolvectl volume`.
  private static func called(by given: [String]) -> String {
    var rest = given[...]
    while let word = rest.popFirst() {
      if commands.contains(word) { return "\(name) \(word)" }
      if words.values.contains(word) { rest = rest.dropFirst() }
    }
    return name
  }

  /// The command's name first, then options, then what is none: a negative number, a file whose name begins with a dash.
  private static func arguments(_ given: [String], of called: String) throws(Failure) -> [String] {
    if given.contains("--generate-completion-script") || given.first?.hasPrefix("---") == true { return given }
    let separated = try words.separated(given, of: called)
    guard let end = separated.firstIndex(of: "--") else { return separated }
    let (options, operands) = (separated[..<end], separated[(end + 1)...])
    guard let command = operands.first else { return Array(options) }
    if command == "help" { return [command] + operands.dropFirst() + options }
    guard commands.contains(command) || OptionWords.askForHelp(options) else {
      throw .usage("\(command): there is no such command: the commands are \(commands.joined(separator: ", "))", help: name)
    }
    if !OptionWords.askForHelp(options), let hint = Self.hint(Array(operands)) { throw .usage(hint, help: "\(name) \(command)") }
    return [command] + options + ["--"] + operands.dropFirst()
  }
}

extension Main {
  /// Commands that take a file by an option alone.
  private static let fileOptions = ["setup": "--config", "web-token": "--file"]

  /// What operands that are too many were meant as; nil: that is not known.
  ///
  /// - Parameter operands: the command's name first.
  private static func hint(_ operands: [String]) -> String? {
    if let option = fileOptions[operands[0]], operands.count > 1 {
      return "\(operands[1]): it stands alone, and is no option: name a file with \(option) \(Conversion.quoted(operands[1]))"
    }
    guard operands[0] == "load", operands.count > 3, !KernelName.isFile(operands[2]) else { return nil }
    let (filter, words) = (operands[1], operands[2...].joined(separator: " "))
    return "\(operands[3]): words with blanks are one, in quotes: \(name) load \(Conversion.quoted(filter)) \(Conversion.quoted(words))"
  }
}

struct Convolvectl: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Main.name, abstract: "Controls a running convolved.",
    discussion:
      "Volume and mute are remembered; what else is changed lasts until a reload or a restart, which return to the configuration.",
    version: version,
    subcommands: [
      ShowStatus.self, Watch.self, LoadKernel.self, SetFilters.self, Mute.self, Unmute.self, Volume.self, Bypass.self, Ceiling.self,
      Dither.self, Preset.self, Compare.self, ShowResponse.self, Reload.self, CheckConfiguration.self, Verify.self, Setup.self,
      ImportConfiguration.self, WebToken.self,
    ])

  /// Given before a command's name, it is that command's as well.
  @OptionGroup var target: Target
}
