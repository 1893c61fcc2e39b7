import Glibc
import Numbers
import Terminal

/// Asks on the terminal, if standard input is one.
struct Questions {
  let isTerminal = isatty(STDIN_FILENO) == 1

  /// Where nothing can be asked, what is missing is an error.
  func require(_ options: [(name: String, isMissing: Bool)]) throws(Failure) {
    let missing = options.filter(\.isMissing).map(\.name)
    guard !isTerminal && !missing.isEmpty else { return }
    throw Failure(
      .usage, "give \(missing.joined(separator: ", ")): standard input is no terminal, so nothing is asked; setup --list shows the devices")
  }

  /// Asks until the answer can be used: what is wrong with one is said, and it is asked again.
  ///
  /// - Parameters:
  ///   - option: what would have answered.
  ///   - standard: the answer that an empty line stands for; nil: there is none.
  func ask<Answer>(
    _ question: String, option: String, default standard: String?, _ read: (String) throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    while true {
      print(question.printableLine + (standard.map { $0.isEmpty ? "" : " [\($0)]" } ?? ""), terminator: ": ")
      fflush(nil)
      guard let line = readLine() else { throw Failure(.usage, "no answer, so nothing was written: \(option) would give it") }
      let answer = line.trimmed.isEmpty ? standard : String(line.trimmed)
      guard let answer else { continue }
      do throws(Failure) {
        return try read(answer)
      } catch {
        print("  \(error.message.printable)")
      }
    }
  }

  static func yes(_ answer: String) throws(Failure) -> Bool {
    switch answer.lowercased() {
    case "y", "yes": return true
    case "n", "no": return false
    default: throw Failure(.usage, "\(answer): answer y or n")
    }
  }
}
