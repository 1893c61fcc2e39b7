import ArgumentParser
import Platform
import Terminal

/// A command whose arguments name files.
protocol FileCommand: ParsableCommand {
  /// Its options.
  static var words: OptionWords { get }
}

extension FileCommand {
  /// - Throws: two of the files are standard input.
  func checkStandardInput(_ files: [String]) throws {
    guard let (first, second) = InputFile.contested(files) else { return }
    let both = first == second ? "\(first) is given twice" : "\(first) and \(second) are one stream"
    throw ValidationError("\(both): standard input can be only one of the files")
  }
}

/// The entry point of `convolve`: parses arguments, and exits with a code of sysexits.h.
@main
enum Convolve {
  static let name = "convolve"

  /// The commands by name. A file of such a name is given as ./find.
  static let commands: [String: any FileCommand.Type] = [
    "2d": ConvolveImages.self, "design": DesignKernel.self, "find": Find.self, "inspect": Inspect.self,
  ]

  static func main() {
    CommandProcess.begin(name)
    let arguments = systemArguments
    if arguments.count == 2, arguments[0] == "--generate-completion-script", let shell = CompletionShell(rawValue: arguments[1]) {
      print(AllCommands.script(for: shell))
    } else if let first = arguments.first, let command = commands[first] {
      run(command, Array(arguments.dropFirst()), name: "\(name) \(first)")
    } else {
      run(ConvolveFiles.self, arguments, name: name)
    }
  }

  private static func run<Command: FileCommand>(_ type: Command.Type, _ arguments: [String], name: String) {
    do {
      var command = try type.parse(type.words.separated(arguments, of: name))
      try command.run()
    } catch let failure as Failure {
      onOneLine(failure).end(command: Self.name)
    } catch {
      if type.exitCode(for: error) == .success { type.exit(withError: error) }
      onOneLine(.usage(type.message(for: error), help: name)).end(command: Self.name)
    }
  }

  /// Prints one line on standard error, or one for each fault.
  static func report(_ failure: Failure) { onOneLine(failure).print(command: name) }

  /// With names that begin no line.
  private static func onOneLine(_ failure: Failure) -> Failure {
    Failure(failure.status, failure.message.printableLine, faults: failure.faults?.map(\.printableLine))
  }
}
