import ArgumentParser
import AudioFile
import ControlAPI
import ControlCalling
import Filters
import Platform
import Terminal

struct LoadKernel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Give a filter another kernel; return when it is heard.",
    discussion: "The file is sent: the daemon need not be able to read it. A kernel has at most \(mostTaps) taps.")

  // No list at all, and fish would complete the file in its place.
  @Argument(help: "The filter.", completion: .list([]))
  var name: String

  @Argument(
    help: "Kernel file: WAV, AIFF, FLAC, .npy or text; - reads standard input. Or taps:0.5,1, box:8, diff, dirac.", completion: .file())
  var file: String

  @Option(help: ArgumentHelp("Channel of the file, from 0.", valueName: "number"))
  var channel: Int?

  @Flag(help: "Resample a kernel of another rate, which is refused else.")
  var resample = false

  @OptionGroup var target: Target

  func validate() throws {
    guard channel.map({ $0 >= 0 }) ?? true else { throw ValidationError("--channel counts from 0") }
    guard Kernel.isSpecification(file) else { return }
    if channel != nil { throw ValidationError("--channel is for files, and \(file) is not one: leave it out") }
    if resample { throw ValidationError("--resample is for files of a rate, and \(file) has none: leave it out") }
  }

  func run() async throws {
    if Kernel.isSpecification(file) { return try await set() }
    let bytes = try SentFile(file, .kernel).read()
    let upload = KernelUpload(
      bytes: bytes, channel: channel ?? 0, resample: resample ? true : nil, name: sentName)
    let report = try await target.call { client throws(ControlError) in try await client.replaceKernel(name, upload) }
    let heard = report.blocks.map { ", heard after \($0) block\($0 == 1 ? "" : "s")" } ?? ""
    print("\(report.filter): \(report.layout): \(report.method)\(heard)".brief.printable)
  }

  /// What is no file has a name that the daemon knows.
  private func set() async throws(Failure) {
    let changes = [name: FilterChange(kernel: file)]
    let list = try await target.call { client throws(ControlError) in try await client.changeFilters(changes) }
    for filter in list.filters where filter.name == name { print("\(filter.name): \(filter.layout)".brief.printable) }
  }

  /// Without its folder; nil for standard input, whose kernel has none.
  private var sentName: String? {
    let name = folderAndName(of: file).name.printableLine
    return file == "-" || name.isEmpty || file.hasPrefix("/dev/") || name.utf8.count > KernelUpload.mostNameBytes ? nil : name
  }
}
