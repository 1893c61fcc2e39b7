import Foundation
import TestSupport
import Testing

/// What Package.swift declares is what the sources import: Tests/imports.py.
@Suite("Imports")
struct ImportTests {
  private func imports(_ arguments: [String] = [], environment: [String: String] = [:]) throws -> Completed {
    try run(Location.python, [Location.package + "/Tests/imports.py"] + arguments, environment: environment)
  }

  @Test("The sources import what Package.swift declares, for each processor", arguments: ["x86_64", "aarch64"])
  func declared(architecture: String) throws {
    let completed = try imports(environment: ["CONVOLVED_ARCHITECTURE": architecture])
    #expect(completed.status == 0 && completed.output.isEmpty, "\(completed)")
  }

  @Test("The graph of docs/design.md is that of the sources")
  func documented() throws {
    let design = try String(contentsOfFile: Location.package + "/docs/design.md", encoding: .utf8)
    let graph = try imports(["--graph"]).output
    #expect(!graph.isEmpty)
    #expect(
      design.contains("<!-- imports: begin -->\n" + graph + "<!-- imports: end -->\n"),
      "docs/design.md shows another graph: run `make graph`")
  }

  /// Targets that a scratch copy has besides, before all others or after them, with what they declare and import, and
  /// the lines expected. END is the number of lines of the package's own Package.swift.
  struct Fault: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var first = false
    var targets: [(name: String, declared: [String], imported: [String])]
    var lines: [String]
  }

  private static let faults = [
    Fault(
      testDescription: "imported, not declared", targets: [("Extra", [], ["Terminal"])],
      lines: ["Sources/Extra/Extra.swift:2: Extra imports Terminal, which it does not declare"]),
    Fault(
      testDescription: "declared, not imported", targets: [("Extra", ["Terminal", "Plot"], ["Plot"])],
      lines: ["Package.swift:END+1: Extra declares Terminal, which it does not import"]),
    Fault(
      testDescription: "upward", first: true, targets: [("Extra", ["Terminal"], ["Terminal"])],
      lines: ["Package.swift:END+1: Extra depends on Terminal, which stands below it"]),
    Fault(
      testDescription: "circle", targets: [("Extra", ["Other"], ["Other"]), ("Other", ["Extra"], ["Extra"])],
      lines: [
        "Package.swift:END+1: Extra depends on Other, which stands below it",
        "Sources/Extra/Extra.swift:2: circle of imports: Extra → Other → Extra",
      ]),
  ]

  @Test("Each fault is named with its target, its module and its place", arguments: faults)
  func found(_ fault: Fault) throws {
    let folder = try ScratchFolder()
    for name in ["Package.swift", "Sources", "Tests"] {
      try FileManager.default.copyItem(atPath: Location.package + "/" + name, toPath: folder.file(name))
    }
    var manifest = try String(contentsOfFile: folder.file("Package.swift"), encoding: .utf8)
    let end = manifest.split(separator: "\n", omittingEmptySubsequences: false).count - 1
    for target in fault.targets {
      let place = fault.first ? "package.targets.startIndex" : "package.targets.endIndex"
      manifest += "package.targets.insert(.target(name: \(quoted(target.name)), dependencies: ["
      manifest += target.declared.map { ".byName(name: \(quoted($0)))" }.joined(separator: ", ") + "]), at: \(place))\n"
      let sources = folder.file("Sources/" + target.name)
      try FileManager.default.createDirectory(atPath: sources, withIntermediateDirectories: true)
      let text = "// import PCM\n" + target.imported.map { "@preconcurrency package import \($0)\n" }.joined()
      try Data(text.utf8).write(to: URL(fileURLWithPath: sources + "/\(target.name).swift"))
    }
    try Data(manifest.utf8).write(to: URL(fileURLWithPath: folder.file("Package.swift")))
    let completed = try imports([folder.path])
    #expect(completed.status == 1, "\(completed)")
    let lines = completed.output.split(separator: "\n")
    #expect(lines.count == fault.lines.count, "\(completed)")
    for (line, expected) in zip(lines, fault.lines) {
      #expect(line.hasPrefix(expected.replacing("END+1", with: "\(end + 1)")))
    }
  }

  private func quoted(_ name: String) -> String { "\"\(name)\"" }
}
