import ArgumentParser
import AudioFile
import Import
import Terminal

struct ImportConfiguration: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Make a configuration of another program's.",
    discussion: """
      FILE is a configuration of CamillaDSP, BruteFIR, jconvolver, Equalizer APO or convolver (.cfg, or a zip with one for each rate), or \
      HeSuVi's WAV of 14 channels, told by what it holds. What has no equal here is named with its line, and nothing is written, unless \
      --partial leaves it out. The result is checked as convolved --check does. Paths of Windows are looked for by their names, beside FILE.
      """)

  @Argument(help: "The other program's configuration.", completion: .file())
  var file: String

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Configuration to write; - is standard output.",
      discussion: "Kernels that have to be written go into a folder beside it.",
      valueName: "file"), completion: .file())
  var output = "convolved.yaml"

  @Flag(help: "Leave out what has no equal here; it is listed at the top of the result. A limiter becomes a ceiling.")
  var partial = false

  @Flag(help: "Replace a configuration that is there.")
  var force = false

  @Option(
    help: ArgumentHelp("Frames a second, where the file says none; of a zip, the one rate to take.", valueName: "Hz"),
    transform: wholeArgument)
  var rate: Int?

  @Option(help: ArgumentHelp("ALSA device where sound comes from, in place of the file's.", valueName: "device"))
  var capture: String?

  @Option(help: ArgumentHelp("ALSA device where it goes, in place of the file's.", valueName: "device"))
  var playback: String?

  func validate() throws {
    if let rate, !(1_000...768_000).contains(rate) { throw ValidationError("--rate \(rate): give a rate in Hz, as in --rate 48000") }
    if file == "-" {
      throw ValidationError("- is standard input, and a configuration names kernels beside its file: save it to one, and name that")
    }
    if output.isEmpty { throw ValidationError("-o has no value: name a file") }
  }

  func run() throws {
    let place = ImportPlace(output)
    try place.check(isReplaced: force)
    let imported = try read()
    if !imported.losses.isEmpty, !partial || imported.leavesNothing {
      let lines = imported.losses.map(\.description)
      let reason = imported.leavesNothing ? "without these lines nothing of it remains" : "--partial leaves out what has no equal here"
      throw Failure(.badData, (lines + ["nothing is written: \(reason)"]).joined(separator: "\n"))
    }
    try place.write(imported, source: file, isReplaced: force)
    guard output != "-" else { return }
    for remark in imported.losses { print("left out: \(remark.description.printableLine)") }
    for remark in imported.notes { print("note: \(remark.description.printableLine)") }
    let kernels = imported.made.isEmpty ? "" : ", with kernels in \(place.kernelFolder.printableLine)"
    let check = "convolved --check --config \(Conversion.quoted(output).printableLine)"
    print("wrote \(output.printableLine)\(kernels): \(imported.program); try it: \(check)")
  }

  private func read() throws(Failure) -> ImportedConfiguration {
    do throws(AudioFileError) {
      return try ImportedConfiguration(path: file, .init(rate: rate, capture: capture, playback: playback))
    } catch {
      throw Failure(error)
    }
  }
}
