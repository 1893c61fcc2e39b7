import ArgumentParser
import Glibc
import Platform
import Terminal

/// `convolvectl`: arguments in, exit code out.
@main
enum Main {
  static let name = "convolvectl"

  static func main() async {
    do {
      // A space before it makes a negative number a value: no option begins with a digit.
      let arguments = CommandLine.arguments.dropFirst().map { $0.hasPrefix("-") && Double($0) != nil ? " " + $0 : $0 }
      var command = try Convolvectl.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch let failure as Failure {
      end(failure)
    } catch {
      if Convolvectl.exitCode(for: error) == .success { Convolvectl.exit(withError: error) }
      let message = Convolvectl.message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
      end(Failure(.usage, "\(message.hasSuffix(".") ? String(message.dropLast()) : message): see \(name) --help"))
    }
  }

  private static func end(_ failure: Failure) -> Never {
    failure.print(command: name)
    exit(failure.status.rawValue)
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
      Dither.self, Reload.self, CheckConfiguration.self, Verify.self, Setup.self,
    ])

  /// Given before a command's name, it is that command's as well.
  @OptionGroup var target: Target
}
