import ConfigurationFile
import Foundation
import TestSupport
import Testing

@Suite("Manual pages")
struct ManualTests {
  @Test(
    "are well-formed for mandoc and for groff",
    arguments: ["convolve.1", "convolvectl.1", "convolved-web.8", "convolved.8", "convolved.yaml.5"])
  func lint(name: String) throws {
    let page = try ManualPage(name)
    for command in ["mandoc -T lint -W warning", "groff -mdoc -ww -z -K utf8 -T utf8"] {
      let checked = try run("/bin/sh", ["-c", "\(command) '\(page.path)'"])
      #expect(checked.status == 0 && (checked.output + checked.error).isEmpty, "\(command): \(checked)")
    }
    for title in ["NAME", "DESCRIPTION", "EXAMPLES", "SEE ALSO"] { #expect(page.section(title) != nil, "\(title)") }
  }

  @Test("convolve.1 has every option of every command with its values, and no other")
  func convolve() throws {
    let page = try ManualPage("convolve.1")
    let commands = ["2d", "design", "find", "inspect"]
    #expect(page.subsections == commands.map { "convolve \($0)" })
    let main = try CommandHelp("convolve")
    var all = main.options
    let description = try #require(page.section("DESCRIPTION"))
    #expect(main.options.subtracting(description.options).isEmpty && main.options.count > 15)
    #expect(main.values.subtracting(page.literals).isEmpty)
    for command in commands {
      let help = try CommandHelp("convolve", [command])
      let part = try #require(page.subsection("convolve \(command)"))
      #expect(help.options.subtracting(part.options).subtracting(common).isEmpty, "\(command)")
      #expect(help.values.subtracting(page.literals).isEmpty, "\(command)")
      #expect(part.options.subtracting(help.options).isEmpty, "\(command)")
      all.formUnion(help.options)
    }
    #expect(page.options.subtracting(all).isEmpty)
  }

  @Test("convolvectl.1 has every command with its options, and no other")
  func convolvectl() throws {
    let page = try ManualPage("convolvectl.1")
    let program = try CommandHelp("convolvectl")
    let description = try #require(page.section("DESCRIPTION"))
    #expect(program.options.subtracting(description.options).isEmpty && program.options.isSuperset(of: common))
    let list = try #require(page.section("COMMANDS"))
    let commands = try #require(program.subcommands)
    #expect(list.commands.sorted() == commands.map(\.commandName).sorted())
    for command in commands {
      let part = try #require(list.command(command.commandName), "\(command.commandName)")
      let expected = command.options.subtracting(program.options)
      let said = part.options.subtracting(program.options)
      #expect(said == expected, "\(command.commandName)")
      #expect(command.values.subtracting(part.literals).isEmpty, "\(command.commandName)")
    }
  }

  @Test("convolved.8 has every option, and no other")
  func convolved() throws {
    let page = try ManualPage("convolved.8")
    let help = try CommandHelp("convolved")
    let description = try #require(page.section("DESCRIPTION"))
    #expect(help.options.subtracting(description.options).isEmpty && help.options.isSuperset(of: common))
    #expect(page.options.subtracting(help.options).isEmpty)
  }

  private let common: Set = ["-h", "--help", "--version"]
}
