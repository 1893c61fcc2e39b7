import ArgumentParser
import Terminal

/// The entry point of `convolve`: parses arguments, and exits with a code of sysexits.h.
@main
enum Convolve {
  static let name = "convolve"

  /// The commands by name. A file of such a name is given as ./find.
  static let commands: [String: any ParsableCommand.Type] = ["2d": ConvolveImages.self, "find": Find.self, "inspect": Inspect.self]

  static func main() {
    CommandProcess.begin(name)
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.count == 2, arguments[0] == "--generate-completion-script", let shell = CompletionShell(rawValue: arguments[1]) {
      print(AllCommands.script(for: shell))
    } else if let first = arguments.first, let command = commands[first] {
      run(command, Array(arguments.dropFirst()), name: "\(name) \(first)")
    } else {
      run(ConvolveFiles.self, arguments, name: name)
    }
  }

  private static func run<Command: ParsableCommand>(_ type: Command.Type, _ arguments: [String], name: String) {
    do {
      var command = try type.parse(arguments)
      try command.run()
    } catch let failure as Failure {
      Failure(failure.status, failure.message.printableLine).end(command: Self.name)
    } catch {
      let askedForHelp = type.exitCode(for: error) == .success
      if askedForHelp { type.exit(withError: error) }
      let message = type.message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
      Failure(.usage, "\(message.hasSuffix(".") ? String(message.dropLast()) : message): see \(name) --help").end(command: Self.name)
    }
  }

  /// Prints one line on standard error.
  static func report(_ failure: Failure) { Failure(failure.status, failure.message.printableLine).print(command: name) }
}
