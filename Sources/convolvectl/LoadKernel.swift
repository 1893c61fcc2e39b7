import ArgumentParser
import ControlAPI
import ControlCalling
import Terminal

struct LoadKernel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Give a filter another kernel; return when it is heard.")

  // No list at all, and fish would complete the file in its place.
  @Argument(help: "The filter.", completion: .list([]))
  var name: String

  @Argument(help: "Kernel file: WAV, AIFF, FLAC, .npy or text; - reads standard input.", completion: .file())
  var file: String

  @Option(help: ArgumentHelp("Channel of the file, from 0.", valueName: "number"))
  var channel = 0

  @Flag(help: "Resample a kernel of another rate, which is refused else.")
  var resample = false

  @OptionGroup var target: Target

  func validate() throws {
    guard channel >= 0 else { throw ValidationError("--channel counts from 0") }
  }

  func run() async throws {
    let bytes = try KernelFile(path: file).read()
    let upload = KernelUpload(bytes: bytes, contentType: contentType, channel: channel, resample: resample ? true : nil)
    let report = try await target.call { client throws(ControlError) in try await client.replaceKernel(name, upload) }
    let heard = report.blocks.map { ", heard after \($0) block\($0 == 1 ? "" : "s")" } ?? ""
    print("\(report.filter): \(report.layout): \(report.method)\(heard)".printable)
  }

  /// Only text cannot be told with certainty by its first bytes.
  private var contentType: String? {
    file.lowercased().hasSuffix(".txt") ? "text/plain" : file.lowercased().hasSuffix(".csv") ? "text/csv" : nil
  }
}
