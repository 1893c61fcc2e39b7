import Filters
import ALSA
import ArgumentParser
import ConfigurationFile
import ControlAPI
import ControlCalling
import Glibc
import Terminal

struct Setup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a configuration: shows the sound cards, and asks which to use and for the kernels.",
    discussion: """
      What an option says is not asked; where standard input is no terminal, nothing is. The configuration is checked as convolved \
      --check does, written whole or not at all, and taken over by the daemon if it runs. An existing one is kept as FILE.bak.
      """)

  @Option(
    help: ArgumentHelp(
      "Configuration to write.", discussion: "Default: /etc/convolved/convolved.yaml, or that of the instance.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("ALSA device where sound comes from.", valueName: "device"))
  var capture: String?

  @Option(help: ArgumentHelp("ALSA device where it goes.", valueName: "device"))
  var playback: String?

  @Option(
    help: ArgumentHelp(
      "Kernel of all channels, or again for each channel in turn.",
      discussion: "A file, whose name may hold {rate}, or words: eq:FILE, lowpass:LR4@2000, taps:0.5,1, box:8, diff, dirac.",
      valueName: "file"))
  var kernel: [String] = []

  @Option(help: ArgumentHelp("Frames a second, or auto: what the source plays at, with kernels for each rate.", valueName: "Hz"))
  var rate: String?

  @Option(
    help: ArgumentHelp("Frames convolved at once: the latency is this and the queue. Default: 256.", valueName: "frames"),
    transform: wholeArgument)
  var block: Int?

  @Option(
    help: ArgumentHelp("Channels to filter. Default: as many as the kernels have, or 2.", valueName: "number"), transform: wholeArgument)
  var channels: Int?

  @Option(
    help: ArgumentHelp("Gain of every channel. Default: the highest at which no signal clips.", valueName: "dB"), transform: Decibels.gain)
  var gain: Decibels?

  @Flag(help: "Replace a configuration without asking.")
  var force = false

  @Flag(help: "Only show the devices, with their rates, channels and formats.")
  var list = false

  @OptionGroup var target: Target

  func validate() throws {
    let others: [(String, Bool)] = [
      ("--config", config != nil), ("--capture", capture != nil), ("--playback", playback != nil), ("--kernel", !kernel.isEmpty),
      ("--rate", rate != nil), ("--block", block != nil), ("--channels", channels != nil), ("--gain", gain != nil), ("--force", force),
    ]
    if list, let other = others.first(where: \.1) {
      throw ValidationError("--list and \(other.0) exclude each other: --list only shows the devices")
    }
  }

  func run() async throws {
    if list { return print(DeviceTable().text.printable) }
    let place = ConfigurationPlace(config ?? "/etc/convolved/\(target.instance ?? "convolved").yaml")
    let questions = Questions()
    try place.check()
    if place.isInUse && !force { try askToReplace(place, questions) }
    var draft = try draft(questions)
    try place.check(draft.kernels.kernels)
    draft.control = place.control
    try check(draft, place)
    if let text = draft.gainText { print(text.printable) }
    let text = try place.write(&draft)
    let path = place.path.printableLine
    print("wrote \(path)" + (place.isInUse ? ", and kept what it was as \(path).bak" : ""))
    let start = DaemonStart(configuration: place.path, target, ownSocket: draft.control?.socket)
    try await tellDaemon(text, place, start, at: target.unlessNamed(draft.control?.socket))
  }

  private func askToReplace(_ place: ConfigurationPlace, _ questions: Questions) throws(Failure) {
    guard questions.isTerminal else {
      throw Failure(.cannotCreate, "\(place.path) is there already: --force replaces it and keeps it as \(place.path).bak")
    }
    let question = "\(place.path) is there already. Replace it? It is kept as .bak. (y, n)"
    let isWanted = try questions.ask(question, option: "--force", default: "n") { (answer) throws(Failure) in try Questions.yes(answer) }
    if !isWanted { throw Failure(.cannotCreate, "\(place.path) stays as it was") }
  }

  // MARK: Choices

  private func draft(_ questions: Questions) throws(Failure) -> SetupDraft {
    try questions.require([("--capture", capture == nil), ("--playback", playback == nil), ("--kernel", kernel.isEmpty)])
    let table = DeviceTable()
    if capture == nil || playback == nil { print(table.text.printable) }
    let from = try DeviceChoice(.capture, given: capture, table, questions)
    let to = try DeviceChoice(.playback, given: playback, table, questions)
    let kernels = try KernelChoice(given: kernel, channels: channels, questions)
    let rate = try RateChoice(capture: from, playback: to, kernels: kernels).rate(given: self.rate, questions)
    return SetupDraft(
      rate: rate, block: block ?? 256, capture: from.name, captureChannels: try from.channels(for: kernels.channels), playback: to.name,
      playbackChannels: try to.channels(for: kernels.channels), kernels: kernels, gain: gain?.value)
  }

  // MARK: What follows

  /// What `convolved --check` does, of what is to be written, with the kernels where they are now.
  private func check(_ draft: SetupDraft, _ place: ConfigurationPlace) throws(Failure) {
    let check: Check
    do throws(ConfigurationError) {
      check = try Check(ConfigurationText(yaml: draft.yaml, folder: place.folder, file: place.path))
    } catch {
      throw unwritten(error.description)
    }
    print(check.lines.joined(separator: "\n").printable)
    for warning in check.warnings { Failure(.success, "warning: \(warning)").print(command: Main.name) }
    guard check.fits else { throw unwritten("\(check.excess): choose a larger --block or shorter kernels") }
  }

  private func unwritten(_ reason: String) -> Failure { Failure(.badData, "nothing was written: \(reason)") }

  /// - Parameter reason: why the daemon changed nothing; the file was.
  private func unapplied(_ place: ConfigurationPlace, _ reason: String) -> String {
    "\(place.path) is written, but the daemon goes on as it was: \(reason.replacing("; nothing was changed", with: ""))"
  }

  /// Has the daemon take over what was written, or says how to start it.
  private func tellDaemon(_ text: [UInt8], _ place: ConfigurationPlace, _ start: DaemonStart, at target: Target) async throws(Failure) {
    do throws(Failure) {
      let refusal: String? = try await target.call { client throws(ControlError) in
        do throws(ControlError) {
          _ = try await client.reloadConfiguration()
          let isTaken = try await client.configuration() == text
          let answers = "the daemon that answers at \(client.path) has another configuration"
          return isTaken ? nil : "\(answers): end it, and start one with this: \(start.command)"
        } catch {
          guard case .problem(let problem) = error, problem.status == 409 else { throw error }
          return unapplied(place, problem.detail)
        }
      }
      print(refusal.map { $0.brief.printableLine } ?? "the daemon has taken it over")
    } catch {
      guard error.status == .unavailable else {
        throw Failure(error.status, unapplied(place, error.message))
      }
      print("no daemon answers at \(target.path): start it: \(start.command)\(start.next)".printableLine)
    }
  }
}
