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
    kernelName = stem + "-kernels"
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
    guard !imported.made.isEmpty else {
      try check(imported, source: source, home: home, kernelFolder: kernelName)
      return try finish(imported.yaml(source: source, folder: home, kernelFolder: kernelName))
    }
    guard !isStandardOutput else {
      throw Failure(.usage, "\(source): kernels have to be written beside the configuration: name it with -o, in place of standard output")
    }
    try refuse(kernelFolder, isReplaced)
    let trial = try TrialFolder(in: home)
    for file in imported.made { try trial.write(file) }
    try check(imported, source: source, home: home, kernelFolder: trial.path)
    for file in imported.made { try trial.move(file, to: "\(home)/\(kernelName)") }
    try finish(imported.yaml(source: source, folder: home, kernelFolder: kernelName))
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
  private func check(_ imported: ImportedConfiguration, source: String, home: String, kernelFolder: String) throws(Failure) {
    let text = ConfigurationText(yaml: imported.yaml(source: source, folder: nil, kernelFolder: kernelFolder), folder: home)
    do throws(ConfigurationError) {
      // Nothing is written, where resampling could be set.
      let remedy = "change the rate of \(source) (--rate, where it says none)"
      _ = try RatedFilters(text, reader: KernelReader(remedy: remedy))
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

/// A folder beside the configuration, that goes away with the value.
private struct TrialFolder: ~Copyable {
  let path: String

  init(in home: String) throws(Failure) {
    var template = (home.systemBytes + "/.convolved-import-XXXXXX".utf8 + [0]).map { CChar(bitPattern: $0) }
    guard mkdtemp(&template) != nil else {
      throw Failure(.cannotCreate, "\(home): no folder can be made there: \(String(cString: strerror(errno)))")
    }
    path = String(systemBytes: template.dropLast().map { UInt8(bitPattern: $0) })
  }

  deinit { Self.remove(path) }

  /// Files, and folders of files.
  private static func remove(_ folder: String) {
    guard let stream = withSystemPath(folder, { opendir($0) }) else { return }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      if entry.pointee.d_type == UInt8(DT_DIR) {
        remove("\(folder)/\(name)")
      } else {
        _ = withSystemPath("\(folder)/\(name)") { unlink($0) }
      }
    }
    closedir(stream)
    _ = withSystemPath(folder) { rmdir($0) }
  }

  func write(_ file: MadeFile) throws(Failure) {
    try Self.makeFolder(folderAndName(of: "\(path)/\(file.name)").folder)
    do throws(AudioFileError) {
      switch file.content {
      case .taps(let channels, let rate):
        try AudioWriter(encoding: .double, sampleRate: rate).write(channels, path: "\(path)/\(file.name)")
      case .bytes(let bytes):
        let staged = try StagedFile("\(path)/\(file.name)")
        try staged.write(bytes)
        try staged.commit()
      }
    } catch {
      throw Failure(error)
    }
  }

  func move(_ file: MadeFile, to folder: String) throws(Failure) {
    let target = "\(folder)/\(file.name)"
    try Self.makeFolder(folder)
    try Self.makeFolder(folderAndName(of: target).folder)
    let result = withSystemPath("\(path)/\(file.name)") { from in withSystemPath(target) { rename(from, $0) } }
    guard result == 0 else { throw Failure(.cannotCreate, "\(target) cannot be written: \(String(cString: strerror(errno)))") }
  }

  private static func makeFolder(_ folder: String) throws(Failure) {
    guard withSystemPath(folder, { mkdir($0, 0o777) }) != 0, errno != EEXIST else { return }
    throw Failure(.cannotCreate, "\(folder): no folder can be made there: \(String(cString: strerror(errno)))")
  }
}
