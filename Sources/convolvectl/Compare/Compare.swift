import ArgumentParser
import ControlAPI
import ControlCalling
import Glibc
import Numbers
import Terminal

struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two presets by ear, at equal level and latency, with keys of the terminal.",
    discussion: """
      a and b play the presets, the louder one attenuated to the level of the other (K-weighted pink noise) and the earlier one \
      delayed. x plays one of them, by chance: 1 says that it is a, 2 that it is b, and the next one is drawn. q or Ctrl-C ends, and \
      tells how many were right, and how often guessing does as well. What was heard last stays: convolvectl preset NAME plays one at \
      its own level.
      """)

  @Argument(help: ArgumentHelp("A preset.", valueName: "a"))
  var first: String

  @Argument(help: ArgumentHelp("Another.", valueName: "b"))
  var second: String

  @Option(help: ArgumentHelp("Of the draw, to have the same again.", valueName: "number"), transform: wholeArgument)
  var seed: UInt64?

  @OptionGroup var target: Target

  func run() async throws {
    guard first != second else { throw Failure(.usage, "\(first) and \(second) are the same preset: name two") }
    // Both are tried before anything is said, and the first one is heard.
    let uses = [try await play(second), try await play(first)]
    for use in uses.reversed() { Self.tell("\(use.preset == first ? "a" : "b")  \(use.text)") }
    Self.tell("keys: a, b, x; 1: x is a, 2: x is b; q: end")
    let trials = ABXTrials()
    let keys = Keys { number in
      Self.tell(trials.text)
      // As Ctrl-C ends it, and as a shell tells of other signals.
      Glibc.exit(number == SIGINT ? 0 : 128 + number)
    }
    // Whatever ends it, the answers that were given count.
    defer {
      keys.restore()
      Self.tell(trials.text)
    }
    try await ask(trials, keys)
  }

  private func ask(_ trials: ABXTrials, _ keys: Keys) async throws(Failure) {
    var chance = SplitMix64(seed: seed ?? .random(in: 0 ... .max))
    var isFirst = Bool.random(using: &chance)
    while let key = await keys.next() {
      switch key {
      case "a": Self.tell("a"); _ = try await play(first)
      case "b": Self.tell("b"); _ = try await play(second)
      case "x": Self.tell("x"); _ = try await play(isFirst ? first : second)
      case "1", "2":
        let isRight = (key == "1") == isFirst
        Self.tell("\(trials.add(isRight: isRight)): \(isRight ? "right" : "wrong"), it was \(isFirst ? "a" : "b")")
        isFirst = Bool.random(using: &chance)
      default: continue
      }
    }
  }

  private func play(_ name: String) async throws(Failure) -> PresetUse {
    let request = PresetActivation(match: .presets([first, second]))
    return try await target.call { client throws(ControlError) in try await client.activatePreset(name, request) }
  }

  private static func tell(_ line: String) {
    print(line.printable)
    CommandProcess.checkOutput()
  }
}

extension PresetUse {
  fileprivate var text: String {
    let level = trim == 0 ? "at its own level" : "\(decimal(trim, places: 2)) dB"
    return "\(preset), \(level)\(delayFrames == 0 ? "" : ", delayed by \(quantity(delayFrames, "frame"))")".brief
  }
}
