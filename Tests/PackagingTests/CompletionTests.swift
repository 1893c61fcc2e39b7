import Foundation
import TestSupport
import Testing

@Suite("Completions")
struct CompletionTests {
  @Test("bash completes commands, words and files; zsh and fish do in the test of the package")
  func bash() throws {
    let folder = try ScratchFolder()
    for program in ["convolve", "convolved", "convolvectl"] {
      let script = try run(Location.program(program), ["--generate-completion-script", "bash"])
      try script.output.write(toFile: folder.file(program), atomically: true, encoding: .utf8)
    }
    let completed = try run(
      "/bin/bash", [Location.package + "/Tests/Package/complete.bash"], environment: ["COMPLETIONS": folder.path])
    #expect(completed.status == 0 && completed.error.isEmpty, "\(completed)")
  }

  @Test("lists of words that zsh completes have names that zsh takes", arguments: ["convolve", "convolved", "convolvectl"])
  func zshNames(program: String) throws {
    let script = try run(Location.program(program), ["--generate-completion-script", "zsh"]).output
    let lists = script.split(separator: "\n").filter { $0.contains("local -ar ") }
    #expect(lists.count > 3)
    for list in lists { #expect(list.contains(/^ +local -ar [a-z_]+=\(/), "\(list)") }
  }
}
