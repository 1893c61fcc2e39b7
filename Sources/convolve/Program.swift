import ArgumentParser
import Glibc
import Terminal

/// `convolve`: arguments in, exit code out.
@main
enum Program {
  static let name = "convolve"

  static func main() {
    do {
      try ConvolveFiles.parse().run()
    } catch let failure as Failure {
      end(failure)
    } catch {
      let askedForHelp = ConvolveFiles.exitCode(for: error) == .success
      if askedForHelp { ConvolveFiles.exit(withError: error) }
      let message = ConvolveFiles.message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
      end(Failure(.usage, "\(message.hasSuffix(".") ? String(message.dropLast()) : message): see \(name) --help"))
    }
  }

  private static func end(_ failure: Failure) -> Never {
    failure.print(command: name)
    exit(failure.status.rawValue)
  }
}
