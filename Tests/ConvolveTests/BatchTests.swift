import Foundation
import TestSupport
import Testing

@Suite("A batch of files")
struct BatchTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let script = """
      import os, sys, wave
      os.chdir(sys.argv[1])
      for name in 'a.wav', 'b.wav', 'hall.wav', 'a.b.c.wav', '-h.wav', '--x.wav', '{stem}.wav', 'noext':
          with wave.open(name, 'wb') as f: f.setparams((1, 2, 48_000, 0, 'NONE', '')), f.writeframes(b'\\x10' * 40)
      os.mkdir('sub'), os.link('a.wav', 'sub/link.wav'), os.mkdir('there')
      open('sub/a.wav', 'wb').write(open('b.wav', 'rb').read())
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
  }

  @Test("500 files of hostile names, some at fault; a disk that is full in the middle; one that may not be read")
  func hostile() throws {
    let seed = UInt32.random(in: 0...UInt32.max)
    let checked = try run(
      Location.python, [Location.package + "/Tests/Reference/batch.py", Location.program("convolve"), folder.path, "\(seed)"])
    #expect(checked.status == 0 && checked.output.isEmpty, "seed \(seed): \(checked.output)\(checked.error)")
  }

  @Test(
    "goes where -o says",
    arguments: [
      ("a.wav b.wav hall.wav -o out/", ["out/a.wav", "out/b.wav"]), ("a.wav b.wav hall.wav -o there", ["there/a.wav", "there/b.wav"]),
      ("a.wav hall.wav -o there", ["there/a.wav"]), ("a.wav b.wav hall.wav -o w-{stem}.flac", ["w-a.flac", "w-b.flac"]),
      ("a.b.c.wav a.wav hall.wav -o new/{stem}-{ext}.aiff", ["new/a-wav.aiff", "new/a.b.c-wav.aiff"]),
      ("a.wav {stem}.wav hall.wav -o there/{name}.{ext}", ["there/a.wav.wav", "there/{stem}.wav.wav"]),
      ("a.wav b.wav hall.wav -o {{{stem}}}.wav", ["{a}.wav", "{b}.wav"]),
      ("-h.wav --x.wav hall.wav -o there", ["there/--x.wav", "there/-h.wav"]),
      ("-o there -- -h.wav hall.wav", ["there/-h.wav"]), ("a.wav hall.wav -o {x}.wav", ["{x}.wav"]),
      ("a.wav -h.wav -o -out.wav", ["-out.wav"]), ("a.wav hall.wav b.wav hall.wav -o there", ["there/a.wav", "there/b.wav"]),
    ])
  func places(line: String, expected: [String]) throws {
    let before = Set(try folder.files())
    let completed = try inside(line)
    #expect(completed.status == 0, "\(completed)")
    #expect(Set(try folder.files()).subtracting(before).sorted() == expected.sorted())
    let note = line.contains("hall.wav b.wav") ? "convolve: hall.wav is the kernel: it is passed over as an input\n" : ""
    #expect(completed.error == note)
  }

  @Test(
    "is refused as a whole where an output is an input or another output, before anything is written",
    arguments: [
      ("a.wav b.wav hall.wav -o .", 64, "./a.wav, which is a.wav, is read"), ("a.wav b.wav hall.wav -o {stem}.wav", 64, "a.wav is read"),
      ("b.wav sub/link.wav hall.wav -o a.{ext}", 64, "a.wav, which is sub/link.wav, is read"),
      ("a.wav sub/a.wav hall.wav -o there", 64, "there/a.wav would be written twice, for a.wav and for sub/a.wav"),
      ("a.wav a.wav hall.wav -o there", 64, "written twice"), ("a.wav b.wav hall.wav -o hall.{ext}", 64, "is read"),
      ("a.wav b.wav hall.wav -o x.wav", 64, "x.wav is one file, for 2 inputs (a.wav, b.wav) and the kernel hall.wav"),
      ("a.wav b.wav hall.wav -o fresh", 64, "fresh: there is no such folder, and 2 inputs need one: write fresh/, which is made"),
      ("a.wav hall.wav -o fresh", 64, "fresh: its name does not say what to write: let it end in .wav"),
      ("a.wav b.wav hall.wav -o {foo}{stem}.wav", 64, "{foo} is unknown: a template has {stem}, {name} and {ext}"),
      ("a.wav b.wav hall.wav -o {basename}.wav", 64, "{basename} is unknown: a template has {stem}, {name} and {ext}"),
      ("a.wav b.wav hall.wav -o there/{base}", 64, "{base} is unknown: a template has {stem}, {name} and {ext}"),
      ("a.wav b.wav hall.wav -o {}.wav", 64, "{} is unknown"),
      ("a.wav hall.wav -o {basename}", 64, "{basename} is unknown: a template has"),
      ("a.wav b.wav hall.wav -o x.wav", 64, "a template with {stem}, {name} or {ext}"),
      ("a.wav b.wav hall.wav -o {{stem}}.wav", 64, "{stem}.wav would be written twice"),
      ("a.wav b.wav hall.wav -o -", 64, "one file, for 2 inputs"),
      ("a.wav - hall.wav -o there", 64, "- has no name"), ("hall.wav ./hall.wav hall.wav -o there", 64, "every input is the kernel"),
      ("a.wav b.wav none.wav -o out/", 66, "none.wav: there is no such file"), ("a.wav b.wav hall.wav -o deep/er/", 73, "make it first"),
      ("a.wav b.wav hall.wav -o there --json", 64, "--json"), ("a.wav b.wav hall.wav -x -o there", 64, "-x: there is no such file"),
      ("a.wav -none.wav hall.wav -o there", 66, "-none.wav: there is no such file"),
      ("...wav hall.wav -o there/deep/{stem}/dry.wav", 64, "...wav: {stem} is \"..\" in its name, which leads to another folder"),
      ("sub/...wav a.wav hall.wav -o {stem}/{name}", 64, "{stem} is \"..\" in its name"),
      ("a.wav ..wav hall.wav -o there/{stem}/{name}", 64, "..wav: {stem} is \".\" in its name"),
      ("noext hall.wav -o {ext}/{name}.wav", 64, "noext: {ext} is nothing in its name"),
      ("noext hall.wav -o there/{ext}..{ext}/{name}.wav", 64, "noext: {ext}{ext} is \"..\" in its name"),
    ])
  func refusals(line: String, status: Int32, text: String) throws {
    let before = try folder.files()
    let completed = try inside(line)
    #expect(completed.status == status && completed.error.contains(text), "\(completed)")
    #expect(completed.error.split(separator: "\n").count == 1 && completed.output.isEmpty, "\(completed)")
    #expect(try folder.files() == before)
  }

  @Test(
    "An input that is no file of sound is at fault, and not the output that has its name",
    arguments: ["-o new/", "-o there", "-o new-{stem}"])
  func inputs(output: String) throws {
    try "Some notes\n".write(toFile: folder.file("notes.txt"), atomically: true, encoding: .utf8)
    for (input, text) in [
      ("sub", "sub: it is a folder: name a file"), ("sub/", "sub/: it is a folder"),
      ("notes.txt", "notes.txt: it is text, and no sound file"),
      ("none", "none: there is no such file"), ("noext", "noext: from its name comes"),
    ] {
      for line in ["\(input) a.wav hall.wav \(output)", "\(input) hall.wav \(output)"] {
        let completed = try inside(line)
        #expect(completed.error.contains("convolve: \(text)"), "\(line): \(completed)")
        #expect([64, 65, 66].contains(completed.status) && !completed.error.hasPrefix("convolve: new/\(input)"), "\(completed)")
      }
    }
    let named = try inside("noext b.wav hall.wav -o there")
    let said = "convolve: noext: from its name comes there/noext: its name does not say what to write: let it end in .wav"
    #expect(named.status == 64 && named.error.hasPrefix(said), "\(named)")
    #expect(named.error.contains("or give -o a template that ends so: 'wet/{stem}.wav'"), "\(named)")
    #expect(!contents(folder.file("there/b.wav")).isEmpty)
  }

  @Test("A word that is an option and a file as well is neither in silence", arguments: ["-v", "--json", "--mode=same", "-h", "--help"])
  func ambiguous(word: String) throws {
    try FileManager.default.copyItem(atPath: folder.file("a.wav"), toPath: folder.file(word))
    for line in word == "--json" ? ["inspect \(word) a.wav"] : ["\(word) a.wav hall.wav -o there", "a.wav \(word) hall.wav -o there"] {
      let completed = try inside(line)
      #expect(completed.status == 64 && completed.error.contains("\(word) is an option, and a file here: write ./\(word)"), "\(completed)")
    }
    #expect(try folder.files().allSatisfy { !$0.hasPrefix("there/") })
  }

  @Test("--dry-run tells each result and the sum, and makes nothing")
  func dry() throws {
    let before = try folder.files()
    let completed = try inside("a.wav b.wav noext none.wav hall.wav -o new/ --dry-run")
    let lines = completed.output.split(separator: "\n").map(String.init)
    #expect(
      lines.prefix(2) == ["result: new/a.wav: 16-bit PCM, 48000 Hz, 39 frames", "result: new/b.wav: 16-bit PCM, 48000 Hz, 39 frames"])
    #expect(lines.count == 4 && lines[2].hasPrefix("memory: about ") && lines[3].hasPrefix("time:   about "), "\(completed)")
    #expect(completed.status == 66 && completed.error.contains("2 of 4 inputs failed, for the reasons above; 2 would be written"))
    #expect(try folder.files() == before)
  }

  @Test("The bar counts the files, and fits a terminal of 40 columns")
  func bar() throws {
    let script = """
      import sys, wave
      for name in 'abcdefgh':
          with wave.open(f'{sys.argv[1]}/{name}.wav', 'wb') as f: f.setparams((2, 2, 48_000, 0, 'NONE', '')), f.writeframes(bytes(5_000_000))
      """
    try #require(try run(Location.python, ["-c", script, folder.path]).status == 0)
    let dialogue = try Dialogue(
      Location.program("convolve"), "abcdefgh".map { "\($0).wav" } + ["box:3000", "-o", "there", "--jobs", "1", "--method", "direct"],
      folder: folder.path, size: (40, 10))
    #expect(dialogue.finish() == 0)
    let bars = dialogue.shown.split(separator: "\r").filter { $0.contains("left") }
    #expect(bars.count > 2 && bars.allSatisfy { $0.split(separator: "\u{1B}")[0].count < 40 }, "\(dialogue.shown.debugDescription)")
    #expect(bars.allSatisfy { $0.firstMatch(of: /convolve: [1-8]\/8 +\d+ % \[#* *\] \d+:\d\d left/) != nil }, "\(bars)")
    #expect(dialogue.shown.hasSuffix("\r\u{1B}[K"))
  }

  private func inside(_ line: String) throws -> Completed {
    let words = line.split(separator: " ").map { "'\($0)'" }.joined(separator: " ")
    return try run("/bin/sh", ["-c", "cd '\(folder.path)' && exec '\(Location.program("convolve"))' \(words)"])
  }
}

extension ScratchFolder {
  /// Paths of all files in it.
  fileprivate func files() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0 != "new" && $0 != "out" }.sorted()
  }
}
