import ArgumentParser
import ControlAPI
import ControlCalling
import Terminal

extension CompletionKind {
  /// By a command: zsh has lists of words in an array that is named like the value, which must be a name then.
  fileprivate static let onOff = CompletionKind.shellCommand("echo on; echo off")
}

struct Mute: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Fade the output out.")
  @OptionGroup var target: Target

  func run() async throws { try await change(OutputChange(mute: true), target) }
}

struct Unmute: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Fade the output in again.")
  @OptionGroup var target: Target

  func run() async throws { try await change(OutputChange(mute: false), target) }
}

struct Bypass: AsyncParsableCommand {
  enum Setting: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }

  static let configuration = CommandConfiguration(
    abstract: "Replace every kernel by an impulse at its peak: latency and level stay.")
  @Argument(help: ArgumentHelp(valueName: "on | off"), completion: .onOff) var setting: Setting
  @OptionGroup var target: Target

  func run() async throws { try await change(OutputChange(bypass: setting == .on), target) }
}

struct Volume: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Set the level of every output; it ramps there.")

  @Argument(help: ArgumentHelp("-120 to 0 dB.", valueName: "dB"), transform: Decibels.attenuation)
  var volume: Decibels

  @OptionGroup var target: Target

  func run() async throws { try await change(OutputChange(volume: volume.value), target) }
}

struct Dither: AsyncParsableCommand {
  /// `tpdf` and `none` are the configuration's words for on and off.
  enum Setting: String, ExpressibleByArgument, CaseIterable {
    case on, off, tpdf, none
  }

  static let configuration = CommandConfiguration(
    abstract: "Add triangular dither before samples are rounded to the device's integers.")
  @Argument(help: ArgumentHelp(valueName: "on | off"), completion: .onOff) var setting: Setting
  @OptionGroup var target: Target

  func run() async throws { try await change(OutputChange(dither: setting == .on || setting == .tpdf ? .tpdf : .off), target) }
}

struct Ceiling: AsyncParsableCommand {
  /// Decibels, or none.
  struct Setting {
    let ceiling: OutputChange.Ceiling

    @Sendable init(_ text: String) throws {
      guard text != "none" else {
        ceiling = .off
        return
      }
      guard let decibels = Decibels(text) else { throw ValidationError("write a number of dB, -120 to 0, or none") }
      ceiling = .at(decibels.value)
    }
  }

  static let configuration = CommandConfiguration(
    abstract: "Mute the output before a louder sample leaves, until it is unmuted.")

  @Argument(help: ArgumentHelp("-120 to 0 dB of full scale, or none.", valueName: "dB | none"), transform: Setting.init)
  var setting: Setting

  @OptionGroup var target: Target

  func run() async throws { try await change(OutputChange(ceiling: setting.ceiling), target) }
}

private func change(_ change: OutputChange, _ target: Target) async throws(Failure) {
  let output = try await target.call { client throws(ControlError) in try await client.changeOutput(change) }
  print("output \(outputText(output))")
}
