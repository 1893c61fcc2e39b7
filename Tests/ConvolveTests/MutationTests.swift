import Foundation
import TestSupport
import Testing

@Suite("Mutations of valid files")
struct MutationTests {
  private let files: ValidFiles

  init() throws { files = try ValidFiles() }

  @Test("The command reads them, or ends with one line, its code and no output")
  func some() throws { try mutate(seeds: 0..<300) }

  @Test("So with very many", .enabled(if: Soak.cases > 0, "set CONVOLVED_SOAK"), arguments: 0..<10)
  func soak(part: Int) throws { try mutate(seeds: 10_000 + 1_000 * part..<11_000 + 1_000 * part) }

  private func mutate(seeds: Range<Int>) throws {
    var successes = 0
    for seed in seeds {
      let command = try MutatedCommand(files, seed: UInt64(seed))
      let words = ["-c", Self.script, "sh", command.mutated, Location.program("convolve")] + command.arguments
      let completed = try run("/bin/sh", words)
      let what = "seed \(seed): \(command.description): status \(completed.status), \(completed.error.prefix(300))"
      let left = try FileManager.default.contentsOfDirectory(atPath: command.outputFolder.path)
      if completed.status == 0 {
        successes += 1
        #expect(left == command.outputs, "\(what)")
        #expect(completed.output.isEmpty || command.verb.prints, "\(what)")
        if command.verb == .convolve { try expectReadable(command, what) }
      } else {
        #expect(Self.failures.contains(completed.status) && left.isEmpty, "\(what), left \(left)")
        #expect(completed.error.hasPrefix("convolve: ") && completed.error.filter(\.isNewline).count == 1, "\(what)")
        #expect(completed.output.isEmpty, "\(what)")
      }
    }
    print("\(successes) of \(seeds.count) mutations were read")
    // Mutations that are all refused, or none, would not test much.
    #expect(successes > seeds.count / 20 && successes < seeds.count * 19 / 20)
  }

  private func expectReadable(_ command: MutatedCommand, _ what: String) throws {
    let again = command.outputFolder.file("again-" + command.outputs[0])
    let completed = try convolve([command.outputFolder.file(command.outputs[0]), "dirac", "-o", again, "--quiet"])
    #expect(completed.status == 0, "\(what), and its output: \(completed.error)")
  }

  /// The mutated file is on standard input too. No header makes the command take 2 GiB or 20 seconds.
  private static let script = "exec < \"$1\"; shift; exec prlimit --as=2147483648 timeout --signal=KILL 20 \"$@\""

  /// Usage, bad data, no input, cannot create, input/output.
  private static let failures: Set<Int32> = [64, 65, 66, 73, 74]
}
