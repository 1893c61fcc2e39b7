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
}
