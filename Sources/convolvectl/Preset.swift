import ArgumentParser
import ControlAPI
import ControlCalling
import Numbers
import Terminal

struct Preset: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List presets; switch to one; save the filters in force as one; delete one.",
    usage: """
      convolvectl preset [--json]
      convolvectl preset <name> [--match <names>] [--trim <dB>]
      convolvectl preset save <name> | delete <name> | use <name>
      """,
    discussion: """
      A preset holds a kernel, gain and delay for every filter, ready for a switch by one cross-fade, and over restarts. The level is \
      the gain of K-weighted pink noise. Match attenuates to the quietest of the named presets and delays to the latest, or of all.
      """)

  @Argument(help: ArgumentHelp("A preset's name; or save, delete or use, and a name.", valueName: "name"))
  var words: [String] = []

  @Option(help: ArgumentHelp("Presets that it is to be as loud and as late as, with commas, or all.", valueName: "names"))
  var match: String?

  @Option(help: ArgumentHelp("-120 to 0 dB, on all outputs.", valueName: "dB"), transform: Decibels.attenuation)
  var trim: Decibels?

  @Flag(help: "The list as the JSON document that the daemon sends.")
  var json = false

  @OptionGroup var target: Target

  private enum Action {
    case list
    case use(String)
    case save(String)
    case delete(String)
  }

  private func action() throws(Failure) -> Action {
    switch (words.first, words.count) {
    case (nil, _): return .list
    case ("save", 2): return .save(words[1])
    case ("delete", 2): return .delete(words[1])
    case ("use", 2): return .use(words[1])
    case ("save", 1), ("delete", 1), ("use", 1): throw Failure(.usage, "\(words[0]): name the preset, as in: preset \(words[0]) room")
    case (let name?, 1): return .use(name)
    default: throw Failure(.usage, "\(words.joined(separator: " ")): give a name, or save, delete or use and a name")
    }
  }

  func run() async throws {
    let action = try action()
    let isUse = if case .use = action { true } else { false }
    guard isUse || match == nil && trim == nil else {
      throw Failure(.usage, "--match and --trim are for switching: preset <name> --match <names>")
    }
    let isList = if case .list = action { true } else { false }
    guard isList || !json else { throw Failure(.usage, "--json is for the list of all presets: preset --json") }
    switch action {
    case .list: try await list()
    case .use(let name): try await use(name)
    case .save(let name):
      let report = try await target.call { client throws(ControlError) in try await client.savePreset(name) }
      print("saved: \(report.text)".printable)
    case .delete(let name):
      let list = try await target.call { client throws(ControlError) in try await client.deletePreset(name) }
      print("deleted: \(quantity(list.presets.count, "preset")) left")
    }
  }

  private func list() async throws {
    let (bytes, list) = try await target.call { client throws(ControlError) in
      let answer = try await client.presets()
      return (answer.body, try client.decoded(answer, as: PresetList.self))
    }
    let text = json ? String(decoding: bytes, as: UTF8.self) : list.text
    print(text.printable, terminator: text.hasSuffix("\n") ? "" : "\n")
  }

  private func use(_ name: String) async throws {
    var request = PresetActivation(trim: trim?.value)
    request.match = match.map { $0 == "all" ? .all : .presets($0.split(separator: ",").map(String.init)) }
    let use = try await target.call { [request] client throws(ControlError) in try await client.activatePreset(name, request) }
    let trim = use.trim == 0 ? "" : ", trim \(decimal(use.trim, places: 2)) dB"
    let delay = use.delayFrames == 0 ? "" : ", delayed by \(quantity(use.delayFrames, "frame"))"
    print("\(use.preset): \(quantity(use.filters.count, "filter"))\(trim)\(delay)".brief.printable)
  }
}

extension PresetReport {
  fileprivate var text: String {
    let level = level.map { ", level \(decimal($0, places: 1)) dB" } ?? ""
    let peak = peakFrames.map { ", main peak after \(quantity($0, "frame"))" } ?? ""
    return "\(name), \(rate) Hz, \(quantity(filters, "filter"))\(level)\(peak)".brief
  }
}

extension PresetList {
  fileprivate var text: String {
    guard !presets.isEmpty else { return "no presets: `convolvectl preset save <name>` makes one of the filters in force" }
    let rows =
      [["", "preset", "saved", "rate", "filters", "level", "main peak", ""]]
      + presets.map { preset in
        [
          preset.active ? "*" : "", preset.name, preset.saved, "\(preset.rate) Hz", "\(preset.filters)",
          preset.level.map { decimal($0, places: 1) + " dB" } ?? "", preset.peakFrames.map { quantity($0, "frame") } ?? "",
          preset.refusal ?? "",
        ]
      }
    return aligned(rows).joined(separator: "\n")
  }
}
