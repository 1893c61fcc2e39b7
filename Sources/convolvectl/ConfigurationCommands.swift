import ArgumentParser
import ControlAPI
import ControlCalling
import Numbers
import Platform
import Terminal

struct Reload: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read the configuration file again, and its kernels; return when that is heard.",
    discussion: "All or nothing: if anything is wrong, every fault is shown and nothing changes.")
  @OptionGroup var target: Target

  func run() async throws {
    let report = try await target.call { client throws(ControlError) in try await client.reloadConfiguration() }
    print(report.text.printable)
    if let cause = report.cause { print("waiting: \(cause.brief.printable)") }
  }
}

struct CheckConfiguration: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Let the daemon validate a configuration, kernels and plan included; nothing changes.")

  @Argument(help: "Configuration file; - reads standard input.", completion: .file())
  var file: String

  @OptionGroup var target: Target

  func run() async throws {
    let upload = ConfigurationUpload(bytes: try SentFile(file, .configuration).read(), folder: folder)
    let report = try await target.call(file: file) { client throws(ControlError) in try await client.checkConfiguration(upload) }
    print(report.text.printable)
    for (what, keys) in [
      ("taking it over interrupts the sound, for another", report.interrupts), ("taking it over needs a restart, for", report.restart),
    ] where !keys.isEmpty {
      print("\(what) \(keys.joined(separator: ", ").brief.printableLine)")
    }
  }

  /// The file's, absolute: what its relative paths start from.
  private var folder: String? { resolvedPath(folderAndName(of: file).folder) }
}

extension ConfigurationReport {
  fileprivate var text: String {
    let workers = workersLoad.map { ", \(percent($0)) for workers" } ?? ""
    return "\(quantity(filters, "filter")), \(percent(load)) of the deadline predicted\(workers)\nplan: \(plan.brief)"
  }
}
