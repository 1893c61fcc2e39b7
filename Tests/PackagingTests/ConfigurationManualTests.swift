import ConfigurationFile
import Foundation
import TestSupport
import Testing

@Suite("convolved.yaml(5)")
struct ConfigurationManualTests {
  /// Each mapping holds a key that nobody knows, so that all that are known are named.
  private static let unknown = """
    zzz: 0
    rate: 48000
    capture: { device: a, zzz: 0 }
    playback: { device: b, zzz: 0 }
    filters: [{ name: a, from: 0, to: 0, zzz: 0 }, { name: b, from: 0, to: 0, kernel: { file: a, zzz: 0 } }]
    output: { zzz: 0 }
    control: { zzz: 0 }
    """

  /// The keys that are read, by the mapping that they stand in.
  private func known() throws -> [String: Set<String>] {
    let error = try #require(throws: ConfigurationError.self) { try ConfigurationText(yaml: Self.unknown, folder: "").configuration() }
    guard case .invalid(_, let faults) = error else { return [:] }
    let parts = faults.compactMap { $0.message.wholeMatch(of: /(?:(\w+): )?`zzz` is unknown: the keys here are (.*)/) }
    return Dictionary(uniqueKeysWithValues: parts.map { (String($0.1 ?? ""), Set($0.2.split(separator: ", ").map(String.init))) })
  }

  @Test(
    "has every key, and no other",
    arguments: [
      ("The file", [""]), ("capture and playback", ["capture", "playback"]), ("filters", ["filters"]), ("output", ["output"]),
      ("kernel", ["kernel"]), ("control", ["control"]),
    ])
  func keys(title: String, mappings: [String]) throws {
    let page = try ManualPage("convolved.yaml.5")
    let part = try #require(page.subsection(title))
    let known = try known()
    let expected = try mappings.reduce(into: Set<String>()) { $0.formUnion(try #require(known[$1])) }
    #expect(part.keys == expected)
    #expect(known.count == 7)
  }

  @Test("shows configurations that are valid")
  func examples() throws {
    let examples = try ManualPage("convolved.yaml.5").displays
    #expect(examples.count == 3)
    for example in examples {
      #expect(throws: Never.self, "\(example)") { try ConfigurationText(yaml: example, folder: "").configuration() }
    }
  }

  @Test("the installed configuration is valid once its signs of a comment are taken away")
  func installed() throws {
    let text = try String(contentsOfFile: Location.package + "/packaging/convolved.yaml", encoding: .utf8)
    #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("#") })
    let filled = text.replacing(/(?m)^#(?=\w|  - )/, with: "")
    let configuration = try ConfigurationText(yaml: filled, folder: "/etc/convolved").configuration()
    #expect(configuration.filters.count == 2)
  }
}
