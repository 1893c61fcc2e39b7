import ArgumentParser
import Platform
import Terminal

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
    do {
      var command = try Convolvectl.parseAsRoot(arguments())
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch let failure as Failure {
      failure.end(command: name)
    } catch {
      if Convolvectl.exitCode(for: error) == .success { Convolvectl.exit(withError: error) }
      Failure.usage(Convolvectl.message(for: error), help: name).end(command: name)
    }
  }

  /// The command's name first, then options, then what is none: a negative number, a file whose name begins with a dash.
  private static func arguments() throws(Failure) -> [String] {
    let given = systemArguments
    if given.contains("--generate-completion-script") || given.first?.hasPrefix("---") == true { return given }
    let separated = try words.separated(given, of: name)
    guard let end = separated.firstIndex(of: "--") else { return separated }
    let (options, operands) = (separated[..<end], separated[(end + 1)...])
    guard let command = operands.first else { return Array(options) }
    if command == "help" { return [command] + operands.dropFirst() + options }
    return [command] + options + ["--"] + operands.dropFirst()
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
