import ArgumentParser
import ControlAPI
import ControlCalling
import Terminal

struct ShowStatus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "status", abstract: "Show what the daemon does.")

  @Flag(help: "As the JSON document that the daemon sends.")
  var json = false

  @OptionGroup var target: Target

  func run() async throws {
    let text = try await target.call { client throws(ControlError) in
      let response = try await client.request("GET", "/v1/status")
      let status: Status = try client.decoded(response)
      return json ? String(decoding: response.body, as: UTF8.self) : StatusText(status).text
    }
    print(text.printable, terminator: text.hasSuffix("\n") ? "" : "\n")
  }
}
