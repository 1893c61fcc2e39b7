import Foundation
import TestSupport
import Testing

@Suite("docs/inspect.md")
struct DocumentationTests {
  private let text: String
  private let folder: ScratchFolder

  init() throws {
    text = try String(contentsOfFile: Location.package + "/docs/inspect.md", encoding: .utf8)
    folder = try ScratchFolder()
    let script = """
      import os, sys, wave, numpy as np
      os.chdir(sys.argv[1]), np.save('bits.npy', [1, 1, 1, 0, 1, 1])
      clap = 2 * np.rint(np.random.default_rng(62).standard_normal(900) * np.exp(-np.arange(900) / 200) * 4000)
      take = np.zeros(48_000)
      take[12_000:12_900] += clap
      take[36_000:36_900] -= clap / 2
      for name, samples in ('clap.wav', clap), ('take.wav', take):
          with wave.open(name, 'wb') as f:
              f.setparams((1, 2, 48_000, 0, 'NONE', '')), f.writeframes(samples.astype('<i2').tobytes())
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
  }

  @Test("Each example prints what it says")
  func examples() throws {
    let blocks = text.components(separatedBy: "```console\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    #expect(blocks.count == 3)
    for block in blocks {
      let (command, output) = (block.prefix { $0 != "\n" }, block.drop { $0 != "\n" }.dropFirst())
      let line = command.replacing("$ convolve", with: "'\(Location.program("convolve"))'", maxReplacements: 1)
      let completed = try run("/bin/sh", ["-c", "cd '\(folder.path)' && \(line)"])
      #expect(completed.status == 0 && completed.error.isEmpty, "\(completed.error)")
      #expect(completed.output.hasPrefix(output), "\(completed.output)")
    }
  }

  @Test("The members of both documents are those that it names, in their order")
  func members() throws {
    let sections = text.components(separatedBy: "\n## ")
    let (bits, take) = (folder.file("bits.npy"), folder.file("take.wav"))
    let find = try convolve(["find", bits, "taps:0", "--json"]).output
    let inspect = try convolve(["inspect", take, "--json"]).output
    #expect(named(in: sections[1]) == written(in: find) && named(in: sections[1]).count == 12)
    #expect(named(in: sections[2]) == written(in: inspect) && named(in: sections[2]).count == 28)
  }

  /// What stands in backquotes in the first column of a section's table.
  private func named(in section: String) -> [String] {
    section.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { line in
      line.split(separator: "|")[0].split(separator: "`").filter { $0.first?.isLetter ?? false }.map(String.init)
    }
  }

  private func written(in json: String) -> [String] {
    json.split(separator: "\n").compactMap { line in
      let words = line.split(separator: "\"")
      return words.count > 1 && words[0].allSatisfy { $0 == " " } && words[1 + 1].hasPrefix(":") ? String(words[1]) : nil
    }
  }
}
