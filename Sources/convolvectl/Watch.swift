import ArgumentParser
import ControlAPI
import ControlCalling
import Glibc
import Terminal

struct Watch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show levels, load, xruns and state as they change; q or Ctrl-C ends.",
    discussion: "Where standard output is no terminal, what happens is printed line by line.")
  @OptionGroup var target: Target

  /// Until the daemon ends the connection, which is a failure, or the user ends the program.
  func run() async throws {
    let screen = isatty(STDOUT_FILENO) == 1 && isatty(STDIN_FILENO) == 1 ? Screen() : nil
    defer { screen?.restore() }
    var view = WatchView()
    try await target.call { client throws(ControlError) in
      try await client.events { event in
        if let screen {
          view.take(event)
          screen.show(view.lines(columns: screen.columns).map(\.printable))
        } else if let line = view.line(event) {
          print(line.printable)
          CommandProcess.checkOutput()
        }
        return true
      }
    }
  }
}
