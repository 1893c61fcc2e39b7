import ArgumentParser
import ControlAPI
import ControlCalling
import Numbers
import Platform
import Terminal

struct SetFilters: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change gain, delay or kernel of filters in one step; return when that is heard.",
    discussion: """
      After a filter's name come its changes: gain=DB, delay=FRAMES, kernel=FILE (or taps:0.5,1, box:8, diff, dirac), channel=NUMBER. \
      Several filters change together, as in: set left gain=-3 delay=480 right gain=-3
      """)

  @Argument(help: ArgumentHelp("A filter's name, then its changes.", valueName: "name | key=value"))
  var words: [String]

  @OptionGroup var target: Target

  func run() async throws {
    let changes = try parsed()
    let list = try await target.call { client throws(ControlError) in try await client.changeFilters(changes) }
    for filter in list.filters where changes[filter.name] != nil {
      print("\(filter.name): gain \(decimal(filter.gain, places: 2)) dB, delay \(filter.delay) frames, \(filter.layout)".printable)
    }
  }

  private func parsed() throws(Failure) -> [String: FilterChange] {
    var changes: [String: FilterChange] = [:]
    var name: String?
    for word in words {
      guard let equals = word.firstIndex(of: "=") else {
        try checkChange(of: name, changes)
        name = word
        continue
      }
      guard let name else { throw Failure(.usage, "\(word): a filter's name comes first, as in: set left gain=-3") }
      try changes[name, default: FilterChange()].set(word[..<equals], to: String(word[word.index(after: equals)...]))
    }
    try checkChange(of: name, changes)
    return changes
  }

  private func checkChange(of name: String?, _ changes: [String: FilterChange]) throws(Failure) {
    guard let name, changes[name] == nil else { return }
    throw Failure(.usage, "\(name): nothing is to be changed: give gain=DB, delay=FRAMES or kernel=FILE")
  }
}

extension FilterChange {
  fileprivate mutating func set(_ key: Substring, to value: String) throws(Failure) {
    switch key {
    case "gain":
      guard let number = Double(value), number.isFinite else {
        throw Failure(.usage, "gain=\(value): it must be a number, in dB")
      }
      gain = number
    case "delay":
      guard let number = Int(value) else { throw Failure(.usage, "delay=\(value): it must be a whole number, of frames") }
      delay = number
    case "channel":
      guard let number = Int(value) else { throw Failure(.usage, "channel=\(value): it must be a whole number, from 0") }
      channel = number
    // From the root, since the daemon has a folder of its own.
    case "kernel": kernel = resolvedPath(value) ?? value
    default: throw Failure(.usage, "\(key)=\(value): the keys are gain, delay, kernel and channel")
    }
  }
}
