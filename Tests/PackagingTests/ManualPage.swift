import Foundation
import TestSupport

/// A manual page in mdoc, as far as tests ask.
struct ManualPage {
  let path: String
  private let lines: [Substring]

  init(_ name: String) throws {
    path = Location.package + "/docs/man/" + name
    lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
  }

  private init(path: String, lines: [Substring]) { (self.path, self.lines) = (path, lines) }

  /// The part from the line that `begins` to the next line that `ends`.
  private func part(from begins: (Substring) -> Bool, to ends: (Substring) -> Bool) -> ManualPage? {
    guard let first = lines.firstIndex(where: begins) else { return nil }
    let end = lines[(first + 1)...].firstIndex(where: ends) ?? lines.endIndex
    return ManualPage(path: path, lines: Array(lines[first..<end]))
  }

  func section(_ title: String) -> ManualPage? { part(from: { $0 == ".Sh \(title)" }, to: { $0.hasPrefix(".Sh ") }) }

  func subsection(_ title: String) -> ManualPage? {
    part(from: { $0 == ".Ss \(title)" }, to: { $0.hasPrefix(".Ss ") || $0.hasPrefix(".Sh ") })
  }

  /// What is said of a command in a list of them.
  func command(_ name: String) -> ManualPage? {
    part(from: { $0 == ".It Cm \(name)" || $0.hasPrefix(".It Cm \(name) ") }, to: { $0.hasPrefix(".It Cm ") })
  }

  /// Titles of its subsections.
  var subsections: [String] { lines.filter { $0.hasPrefix(".Ss ") }.map { String($0.dropFirst(4)) } }

  /// The commands that it lists.
  var commands: [String] { lines.filter { $0.hasPrefix(".It Cm ") }.map { String($0.split(separator: " ")[2]) } }

  /// Options as they are typed: `--mode`, `-o`.
  var options: Set<String> { Set(words(of: "Fl").map { "-" + $0 }) }

  /// Words that are typed as they stand.
  var literals: Set<String> { Set(words(of: "Cm")) }

  /// Keys that it has an entry for.
  var keys: Set<String> {
    Set(ManualPage(path: path, lines: lines.filter { $0.hasPrefix(".It ") }).words(of: "Ic"))
  }

  /// Blocks that are shown as they are.
  var displays: [String] {
    lines.split { $0.hasPrefix(".Bd -literal") }.dropFirst().map { $0.prefix { $0 != ".Ed" }.joined(separator: "\n") + "\n" }
  }

  /// What follows a macro, up to the next one.
  private func words(of macro: String) -> [String] {
    let macros: Set<String> = ["Ar", "Cm", "Fl", "Ic", "Li", "Ns", "Oc", "Oo", "Op", "Pa", "Sq", "Xr"]
    return lines.filter { $0.hasPrefix(".") }.flatMap { line in
      var (current, found) = ("", [String]())
      for word in line.dropFirst().split(separator: " ").map(String.init) {
        if macros.contains(word) {
          current = word
        } else if current == macro, word.contains(where: { $0.isLetter || $0.isNumber }) {
          found.append(word)
        }
      }
      return found
    }
  }
}
