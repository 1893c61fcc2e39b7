import ArgumentParser
import ControlAPI
import ControlCalling
import Glibc
import Terminal

struct Watch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show levels, load, xruns, volume and state as they change; q or Ctrl-C ends.",
    discussion: """
      Where standard output is no terminal, or TERM is dumb, what happens is printed line by line. A daemon that ends is waited for. \
      Colours: not with NO_COLOR set; ASCII where the locale is not UTF-8.
      """)
  @OptionGroup var target: Target

  private static let pause = Duration.milliseconds(500)

  /// Until the user ends the program, or no daemon answers the first time.
  func run() async throws {
    let isTerminal = isatty(STDOUT_FILENO) == 1 && isatty(STDIN_FILENO) == 1 && !TerminalKind.isDumb
    let screen = isTerminal ? Screen() : nil
    defer { screen?.restore() }
    var (view, isReached, isLost) = (WatchView(), false, false)
    while true {
      do throws(Failure) {
        try await target.call { client throws(ControlError) in
          try await client.events { event in
            (isReached, isLost) = (true, false)
            if let screen {
              view.take(event)
              screen.show(view.lines(on: .current))
            } else if let line = view.line(event) {
              tell(line)
            }
            return true
          }
        }
      } catch {
        guard isReached, error.status == .unavailable else { throw error }
        view.lose(error.message)
        if let screen {
          screen.show(view.lines(on: .current))
        } else if !isLost {
          tell("\(error.message); waiting for the daemon to return")
        }
        isLost = true
        try? await Task.sleep(for: Self.pause)
      }
    }
  }

  private func tell(_ line: String) {
    print(
      isatty(STDOUT_FILENO) == 1 && !TerminalKind.isUnicode
        ? line.split(separator: "\n").map { String($0).printableASCII }.joined(separator: "\n") : line.printable)
    CommandProcess.checkOutput()
  }
}
