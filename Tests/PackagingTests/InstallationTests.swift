import Foundation
import Platform
import TestSupport
import Testing

@Suite("Installation")
struct InstallationTests {
  private let folder: ScratchFolder
  private let configuration = "etc/convolved/convolved.yaml"

  init() throws { folder = try ScratchFolder() }

  @Test("The bill of materials lists what was resolved, and another one is refused")
  func bill() throws {
    let bill = Location.package + "/packaging/bill.py"
    let checked = try run("/usr/bin/env", ["python3", bill, "convolved", Location.library, "--check"])
    #expect(checked.status == 0 && checked.error.isEmpty, "\(checked)")
    let state = String(decoding: FileManager.default.contents(atPath: Location.library + "/workspace-state.json") ?? Data(), as: UTF8.self)
    let other = state.replacing(/"version" : "2\.[0-9.]+"/, with: "\"version\" : \"2.0.0\"")
    try #require(other != state)
    try Data(other.utf8).write(to: URL(fileURLWithPath: folder.file("workspace-state.json")))
    let refused = try run("/usr/bin/env", ["python3", bill, "convolved", folder.path, "--check"])
    #expect(refused.status == 1 && refused.error.contains("swift-nio@2.0.0") && refused.error.contains("make bill"), "\(refused)")
  }

  private func install(_ argument: String, below root: String? = nil, prefix: String = "/opt/sound") throws {
    let build = URL(fileURLWithPath: Location.program("convolved")).deletingLastPathComponent().path
    let completed = try run(
      Location.package + "/packaging/install.sh", [argument == "install" ? build : argument],
      environment: ["DESTDIR": root ?? folder.path, "PREFIX": prefix])
    try #require(completed.status == 0, "\(completed)")
  }

  /// Paths of all files, below the folder.
  private func files() throws -> Set<String> {
    let found = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return Set(found.filter { !isFolder($0) })
  }

  private func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: folder.file(path), isDirectory: &isFolder) && isFolder.boolValue
  }

  @Test("has commands and a library of one version")
  func versions() throws {
    let header = try String(contentsOfFile: Location.package + "/Sources/CConvolved/include/convolved.h", encoding: .utf8)
    #expect(header.contains("#define CONVOLVED_VERSION \"\(Platform.version)\"\n"))
  }

  @Test("puts everything where it is looked for, and takes everything away")
  func installed() throws {
    try install("install")
    let files = try files()
    let expected: Set = [
      "opt/sound/bin/convolve", "opt/sound/bin/convolved", "opt/sound/bin/convolvectl", "opt/sound/share/man/man1/convolve.1",
      "opt/sound/share/man/man5/convolved.yaml.5", "opt/sound/share/bash-completion/completions/convolve",
      "opt/sound/share/zsh/site-functions/_convolved", "opt/sound/share/fish/vendor_completions.d/convolvectl.fish",
      "opt/sound/share/doc/convolved/README.md", "opt/sound/share/doc/convolved/docs/pictures/headphone.svg", configuration,
    ]
    #expect(files.isSuperset(of: expected), "\(expected.subtracting(files))")
    #expect(try run(folder.file("opt/sound/bin/convolve"), ["--version"]).status == 0)
    for file in files where file.contains("/man/") || file.contains("/systemd/") {
      let text = try String(contentsOfFile: folder.file(file), encoding: .utf8)
      #expect(!text.contains("/usr/bin/convolve") && !text.contains("/usr/share/doc"), "\(file)")
    }
    try install("--remove")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("takes any place, also in the lines of units")
  func places() throws {
    let (root, prefix) = (folder.file("a b&|'c"), "/opt/so und&|\\1%'x")
    try install("install", below: root, prefix: prefix)
    let page = try String(contentsOfFile: root + prefix + "/share/man/man8/convolved.8", encoding: .utf8)
    #expect(page.contains(prefix + "/share/doc/convolved/"))
    let unit = try String(contentsOfFile: root + prefix + "/lib/systemd/system/convolved.service", encoding: .utf8)
    #expect(unit.contains(#"\nExecStart=/opt/so\x20und&|\x5c1%%\x27x/bin/convolved --config "#.replacing(#"\n"#, with: "\n")), "\(unit)")
    // That option of systemd's knows no escapes.
    #expect(!unit.contains("\nExecPaths="))
    try install("--remove", below: root, prefix: prefix)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy {
        try FileManager.default.contentsOfDirectory(atPath: folder.file($0)).isEmpty
      })
  }

  @Test("leaves a configuration that somebody has written")
  func written() throws {
    let path = folder.file(configuration)
    try install("install")
    try Data("rate: 48000\n".utf8).write(to: URL(fileURLWithPath: path))
    try install("install")
    try install("--remove")
    #expect(try files() == [configuration])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "rate: 48000\n")
  }
}
