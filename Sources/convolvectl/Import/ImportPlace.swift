import AudioFile
import ConfigurationFile
import FilterKernels
import Filters
import Glibc
import Import
import Platform
import Terminal

/// Where an imported configuration is written to, with a folder of kernels if it needs one: after all of it is found sound.
struct ImportPlace {
  private let path: String
  private let folder: String
  /// Relative to the configuration.
  private let kernelName: String

  init(_ path: String) {
    self.path = path
    let (folder, name) = folderAndName(of: path)
    self.folder = folder
    let stem = name.lastIndex(of: ".").map { $0 == name.startIndex ? name : String(name[..<$0]) } ?? name
    kernelName = withoutRateWord(stem) + "-kernels"
  }

  private var isStandardOutput: Bool { path == "-" }

  var kernelFolder: String { folder == "." ? kernelName : "\(folder)/\(kernelName)" }

  /// Before anything is read.
  func check(isReplaced: Bool) throws(Failure) {
    if isStandardOutput { return }
    guard withSystemPath(folder, { access($0, W_OK | X_OK) }) == 0 else {
      let isMissing = errno == ENOENT || errno == ENOTDIR
      throw Failure(
        isMissing ? .cannotCreate : .notPermitted,
        isMissing
          ? "\(folder) is no folder: create it first, or name another file with -o"
          : "\(folder) may not be written to: name another with -o")
    }
    try refuse(path, isReplaced)
  }

  private func refuse(_ path: String, _ isReplaced: Bool) throws(Failure) {
    guard !isReplaced, withSystemPath(path, { access($0, F_OK) }) == 0 else { return }
    throw Failure(.cannotCreate, "\(path) is there already: --force replaces it, -o names another")
  }

  func write(_ imported: ImportedConfiguration, source: String, isReplaced: Bool) throws(Failure) {
    guard let home = resolvedPath(isStandardOutput ? "." : folder) else {
      throw Failure(.cannotCreate, "\(folder) is no folder: create it first")
    }
    try checkOverwriting(imported, source: source)
    guard !imported.made.isEmpty else {
      try check(imported, source: source, home: home, kernelFolder: kernelName)
      return try finish(imported.yaml(source: source, folder: home, kernelFolder: kernelName))
    }
    guard !isStandardOutput else {
      throw Failure(.usage, "\(source): kernels have to be written beside the configuration: name it with -o, in place of standard output")
    }
    try refuse(kernelFolder, isReplaced)
    try RemovalOnSignal.held { cancellation throws(Failure) in
      let trial = try TrialFolder(in: home, for: imported.made)
      defer { trial.remove() }
      for file in imported.made where !cancellation.isRequested { try trial.write(file) }
      try check(imported, source: source, home: home, kernelFolder: trial.name, cancellation)
      let text = imported.yaml(source: source, folder: home, kernelFolder: kernelName)
      try place(imported.made, trial, home: home, text)
    }
  }

  /// Puts kernels and configuration in their places: all of them, or none.
  private func place(_ files: [MadeFile], _ trial: TrialFolder, home: String, _ text: String) throws(Failure) {
    var exchange = FileExchange(trial, to: "\(home)/\(kernelName)")
    do throws(Failure) {
      for file in files { try exchange.move(file) }
      try finish(text)
    } catch {
      exchange.undo()
      throw error
    }
    exchange.finish()
  }

  /// - Throws: what would be written is what is imported, or a file that it names, by whichever name.
  private func checkOverwriting(_ imported: ImportedConfiguration, source: String) throws(Failure) {
    if isStandardOutput { return }
    var read: [FileIdentity: String] = [:]
    for file in imported.files + [source] { if let identity = FileIdentity(file) { read[identity] = file } }
    for output in [path] + imported.made.map({ "\(kernelFolder)/\($0.name)" }) {
      guard let identity = FileIdentity(output), let file = read[identity] else { continue }
      let other = file == output ? "" : ", which is \(file),"
      throw Failure(.usage, "\(output)\(other) is read, and would be replaced: nothing is written: name another with -o")
    }
  }

  private func finish(_ text: String) throws(Failure) {
    if isStandardOutput { return print(text, terminator: "") }
    do throws(AudioFileError) {
      let file = try StagedFile(path)
      try file.write(Array(text.utf8))
      try file.commit()
    } catch {
      throw Failure(error)
    }
  }

  /// What is written is a sound configuration, with kernels that can be had.
  private func check(
    _ imported: ImportedConfiguration, source: String, home: String, kernelFolder: String, _ cancellation: Cancellation? = nil
  ) throws(Failure) {
    let text = ConfigurationText(yaml: imported.yaml(source: source, folder: nil, kernelFolder: kernelFolder), folder: home)
    do throws(ConfigurationError) {
      // Nothing is written, where resampling could be set.
      let remedy = "change the rate of \(source) (--rate, where it says none)"
      _ = try RatedFilters(text, reader: KernelReader(cancellation, remedy: remedy))
    } catch {
      guard case .invalid(_, let faults) = error else { throw Failure(.badData, "\(source): \(error)") }
      let lines = faults.prefix(50).map { fault in
        let words = fault.message.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        let line = words.count > 2 ? imported.sourceLine(ofFilter: words[1].trimmingPrefix(" ").description) : nil
        let message = fault.message.replacing(kernelFolder + "/", with: "")
        return "\(source):\(line ?? 1): the result is at fault: \(message)"
      }
      throw Failure(.badData, lines.joined(separator: "\n"))
    }
  }
}
