import Foundation
import TestSupport
import Testing

@Suite("Documentation")
struct DocumentationTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test(
    "Every example runs, and prints what it says",
    arguments: [
      ("docs/convolve.md", "", "python 1 yaml 2 console 47 sh 3 pycon 37"), ("docs/inspect.md", "", "console 3"),
      ("docs/numpy.md", "", "python 1 console 8"), ("README.md", "Files", "sh 9"),
      ("docs/measurement-software.md", "", "yaml 1 console 13 sh 1"), ("docs/migration.md", "", "yaml 2 console 11 sh 5 text 3"),
      ("docs/equaliser.md", "", "yaml 3 console 10 sh 11 text 2"),
    ])
  func examples(document: String, section: String, count: String) throws {
    // All but the guide itself use its inputs.
    if document != "docs/convolve.md" { try makeInputs() }
    try Reference.run("guide_files.py", [folder.path])
    let found = try run(document, section)
    #expect(found == count)
    // What the guides convert keeps every tap.
    try Reference.run("converted_taps.py", [folder.path, document])
    try comparePictures(of: document)
  }

  @Test("The members of both documents are those that docs/inspect.md names, in their order")
  func members() throws {
    try makeInputs()
    let text = try String(contentsOfFile: Location.package + "/docs/inspect.md", encoding: .utf8)
    let sections = text.components(separatedBy: "\n## ")
    let find = try convolve(["find", folder.file("bits.npy"), "taps:0", "--json"]).output
    let inspect = try convolve(["inspect", folder.file("take.wav"), "--json"]).output
    #expect(named(in: sections[1]) == written(in: find) && named(in: sections[1]).count == 12)
    #expect(named(in: sections[2]) == written(in: inspect) && named(in: sections[2]).count == 29)
  }

  /// Runs the examples in `folder`. Returns how many there were of each kind.
  private func run(_ document: String, _ section: String) throws -> String {
    let script = Location.package + "/Tests/Reference/documentation.py"
    let programs = URL(fileURLWithPath: Location.program("convolve")).deletingLastPathComponent().path
    let completed = try TestSupport.run(
      Location.python, [script, Location.package + "/" + document, section, folder.path, programs],
      environment: [
        "OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "", "XDG_CACHE_HOME": Location.package + "/.build/cache",
      ])
    #expect(completed.status == 0, "\(document):\n\(completed.error)")
    return String(completed.output.split(separator: "\n").last ?? "")
  }

  /// The pictures that a document shows are those that its examples draw.
  private func comparePictures(of document: String) throws {
    let text = try String(contentsOfFile: Location.package + "/" + document, encoding: .utf8)
    for picture in text.matches(of: /!\[[^\]]*\]\(pictures\/([^)]+)\)/) {
      let (name, kept) = (String(picture.output.1), Location.package + "/docs/pictures/" + picture.output.1)
      let isLike = try Drawing(kept).isLike(Drawing(folder.file(name)))
      #expect(isLike, "docs/pictures/\(name) is not what \(document) draws: run its command, and commit what it writes")
      #expect(try FileManager.default.attributesOfItem(atPath: kept)[.size] as? Int ?? .max < 60_000, "\(name) is large")
    }
  }

  /// What the guide begins with, and the array of which docs/inspect.md speaks.
  private func makeInputs() throws {
    let guide = try String(contentsOfFile: Location.package + "/docs/convolve.md", encoding: .utf8)
    let script = try #require(guide.firstMatch(of: /```python\n(?s)(.+?)```/)).1
    let recording = "/usr/share/sounds/alsa/Front_Center.wav"
    let more = "np.save('bits.npy', [1, 1, 1, 0, 1, 1])\nimport shutil; shutil.copy('\(recording)', 'speech.wav')"
    let completed = try TestSupport.run(
      Location.python, ["-c", "import os, sys; os.chdir(sys.argv[1])\n\(script)\n\(more)", folder.path])
    try #require(completed.status == 0, "\(completed.error)")
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
