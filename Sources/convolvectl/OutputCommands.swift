import ArgumentParser
import Control
import Terminal

struct Mute: DaemonCommand {
  static let configuration = CommandConfiguration(abstract: "Fade the output out.")
  @OptionGroup var target: Target
  @ParentCommand var program: Convolvectl

  func run() async throws { try await change(OutputChange(mute: true)) }
}

struct Unmute: DaemonCommand {
  static let configuration = CommandConfiguration(abstract: "Fade the output in again.")
  @OptionGroup var target: Target
  @ParentCommand var program: Convolvectl

  func run() async throws { try await change(OutputChange(mute: false)) }
}

struct Bypass: DaemonCommand {
  enum Setting: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }

  static let configuration = CommandConfiguration(
    abstract: "Replace every kernel by an impulse at its peak: latency and level stay.")
  @Argument var setting: Setting
  @OptionGroup var target: Target
  @ParentCommand var program: Convolvectl

  func run() async throws { try await change(OutputChange(bypass: setting == .on)) }
}

extension DaemonCommand {
  fileprivate func change(_ change: OutputChange) async throws(Failure) {
    let output = try await call { client throws(ControlError) in try await client.changeOutput(change) }
    print("output \(output.mute ? "muted" : "open"), bypass \(output.bypass ? "on" : "off")")
  }
}
