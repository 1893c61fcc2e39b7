import ConfigurationFile
import Testing

@Suite("A configuration with very long parts")
struct LengthTests {
  /// A value that repeats a part.
  struct Case: Sendable, CustomTestStringConvertible {
    var start, part: String
    var count: Int
    var end: String
    /// What the fault begins with, and what stands in it.
    var fault, detail: String

    var testDescription: String { "\(start)\(count) x \(part)\(end)" }
  }

  @Test(
    "holds neither names nor lists that are longer than any, and of them only the beginning is said",
    arguments: [
      Case(start: "kernel: \"", part: "{rate}", count: 700, end: "\"", fault: "is ", detail: "as a path 4200 bytes: a path has 4095"),
      Case(start: "kernel: \"", part: "x", count: 4_096, end: "\"", fault: "is ", detail: "as a path 4096 bytes: a path has 4095"),
      Case(start: "kernel: \"", part: "x", count: 900_000, end: "\"", fault: "is ", detail: "900000 bytes: 65536 are the most"),
      Case(start: "kernel: \"taps:", part: "1,", count: 30_000, end: "x\"", fault: "is at fault: taps:1,1", detail: "is not a number"),
      Case(start: "kernel: \"box:", part: "1", count: 60_000, end: "\"", fault: "is at fault: box:111", detail: "a moving average has"),
      Case(start: "kernels: [", part: "dirac, ", count: 65, end: "]", fault: "has 65 kernels: 64 are the most", detail: "beforehand"),
    ])
  func tooLong(value: Case) throws {
    let entry = value.start + String(repeating: value.part, count: value.count) + value.end
    let text = ConfigurationText(yaml: minimal + "  - { name: more, from: 0, to: 1, \(entry) }\n", folder: "")
    let error = #expect(throws: ConfigurationError.self) { try text.configuration() }
    guard case .invalid(_, let faults) = error else { return }
    let key = value.start.prefix { $0 != ":" }
    #expect(faults.count == 1 && faults[0].message.hasPrefix("filters: `\(key)` \(value.fault)"), "\(faults.map(\.message))")
    #expect(faults.allSatisfy { $0.message.contains(value.detail) && $0.message.utf8.count < 300 }, "\(faults.map(\.message))")
  }

  @Test("has paths of kernels that are not too many bytes in all, with their folder")
  func paths() throws {
    let kernels = [String](repeating: "a", count: 60).joined(separator: ", ")
    let filters = (0..<100).map { "  - { name: more\($0), from: 0, to: 1, kernels: [\(kernels)] }\n" }.joined()
    func text(folder: String) -> ConfigurationText { ConfigurationText(yaml: minimal + filters, folder: folder) }
    #expect(try text(folder: "/" + String(repeating: "a", count: 2_000)).configuration().filters.count > 100)
    let long = "/" + String(repeating: "a", count: 3_800)
    let error = #expect(throws: ConfigurationError.self) { try text(folder: long).configuration() }
    guard case .invalid(_, let faults) = error else { return }
    #expect(faults.count == 1 && faults[0].message.contains("more than 16777216 bytes"), "\(faults.map(\.message))")
  }
}
