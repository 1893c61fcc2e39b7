import ArgumentParser
import AudioFile
import ControlAPI
import ControlCalling
import FilterKernels
import Numbers
import Platform
import Terminal
import WordKernels

struct LoadKernel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Give a filter another kernel; return when it is heard.",
    discussion: "The file is sent: the daemon need not be able to read it. A kernel has at most \(mostTaps) taps.")

  // No list at all, and fish would complete the file in its place.
  @Argument(help: "The filter.", completion: .list([]))
  var name: String

  @Argument(
    help: """
      Kernel file: WAV, AIFF, FLAC, .npy or text; - reads standard input. Or words: eq:FILE, lowpass:LR4@2000, f64:FILE, taps:0.5,1, box:8, \
      diff, dirac.
      """, completion: .file())
  var file: String

  @Option(help: ArgumentHelp("Channel of the file, from 0.", valueName: "number"), transform: wholeArgument)
  var channel: Int?

  @Flag(help: "Resample a kernel of another rate, which is refused else.")
  var resample = false

  @OptionGroup var target: Target

  func validate() throws {
    guard channel.map({ $0 >= 0 }) ?? true else { throw ValidationError("--channel counts from 0") }
    guard !isSent else { return }
    if channel != nil { throw ValidationError("--channel is for files, and \(file) is not one: leave it out") }
    if resample { throw ValidationError("--resample is for files of a rate, and \(file) has none: leave it out") }
  }

  /// Whether it is in a file, rather than in words alone.
  private var isSent: Bool { !((try? KernelName(file))?.files.isEmpty ?? false) }

  func run() async throws {
    let named = try parsed()
    guard let path = named.files.first else { return try await set() }
    let bytes = try SentFile(path, path == file ? .kernel : .text).read()
    var upload = KernelUpload(bytes: bytes, channel: channel ?? 0, resample: resample ? true : nil, name: Self.sentName(path))
    if path != file {
      let words = KernelName.renamed(file) { Self.sentName($0) ?? "standard-input" }
      guard words.utf8.count <= KernelUpload.mostWordsBytes else {
        throw Failure(.usage, "\(path): the words are longer than \(KernelUpload.mostWordsBytes) bytes: shorten the file's name")
      }
      upload.words = words
    }
    let report = try await target.call { client throws(ControlError) in try await client.replaceKernel(name, upload) }
    let heard = report.blocks.map { ", heard after \(quantity($0, "block"))" } ?? ""
    print("\(report.filter): \(report.layout): \(report.method)\(heard)".brief.printable)
    await target.warnOfWorstCase(of: [name])
  }

  /// What is no file has a name that the daemon knows.
  private func set() async throws(Failure) {
    let changes = [name: FilterChange(kernel: file)]
    let list = try await target.call { client throws(ControlError) in try await client.changeFilters(changes) }
    for filter in list.filters where filter.name == name { print("\(filter.name): \(filter.layout)".brief.printable) }
    await target.warnOfWorstCase(of: [name])
  }

  private func parsed() throws(Failure) -> KernelName {
    do throws(AudioFileError) { return try KernelName(file) } catch { throw Failure(error) }
  }

  /// Without its folder; nil for standard input, whose kernel has none.
  private static func sentName(_ file: String) -> String? {
    let name = folderAndName(of: file).name.printableLine
    return file == "-" || name.isEmpty || file.hasPrefix("/dev/") || name.utf8.count > KernelUpload.mostNameBytes ? nil : name
  }
}
