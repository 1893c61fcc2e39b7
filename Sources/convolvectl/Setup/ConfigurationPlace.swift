import AudioFile
import ConfigurationFile
import Glibc
import Platform
import Terminal
import WordKernels

/// Where a configuration is written to.
struct ConfigurationPlace {
  let path: String
  let folder: String
  /// What is there now; nil: nothing.
  private let present: ConfigurationText?

  init(_ path: String) {
    self.path = path
    folder = folderAndName(of: path).folder
    present = try? ConfigurationText(path: path)
  }

  /// Whether something would be lost: comments alone are what a package installs.
  var isInUse: Bool { present.map { !$0.isBlank } ?? false }

  /// What stays of what is there: where its daemon is controlled; nil: where any is.
  var control: Configuration.Control? {
    let control = present?.soundControl()
    return control == Configuration.Control() ? nil : control
  }

  /// Before anything is asked.
  func check() throws(Failure) {
    if withSystemPath(folder, { access($0, W_OK | X_OK) }) == 0 {
      var status = stat()
      guard withSystemPath(path, { stat($0, &status) }) == 0, present == nil else { return }
      throw Failure(.cannotCreate, "\(path) cannot be replaced: it is no file that can be read: name another with --config")
    }
    switch errno {
    case ENOENT, ENOTDIR: throw Failure(.cannotCreate, "\(folder) is no folder: create it first, or name another file with --config")
    default: throw Failure(.notPermitted, "\(folder) may not be written to: run it with sudo, or name another file with --config")
    }
  }

  /// - Throws: the configuration, or what is kept of the one before, would take a kernel's place.
  func check(_ kernels: [ChosenKernel]) throws(Failure) {
    let home = resolvedPath(folder) ?? folder
    for file in kernels.flatMap(\.allFiles) {
      let copy = isCopied(file, home) ? "\(home)/\(folderAndName(of: file).name)" : file
      let identity = FileIdentity(file)
      for output in [path, backup]
      where pathInResolvedFolder(output) == copy || identity != nil && FileIdentity(output) == identity {
        throw Failure(
          .usage, "\(file) is a kernel, and \(output) would take its place: nothing was written: name another file with --config")
      }
    }
  }

  private var backup: String { "\(path).bak" }

  /// Writes the configuration, after what was there, as `.bak`, and the kernels that a service could not read where they are.
  ///
  /// - Returns: what was written.
  func write(_ draft: inout SetupDraft) throws(Failure) -> [UInt8] {
    for index in draft.kernels.kernels.indices where !draft.kernels.kernels[index].files.isEmpty {
      draft.kernels.kernels[index].text = try placed(draft.kernels.kernels[index])
    }
    if let present, isInUse { try write(present.bytes) { () throws(AudioFileError) in try StagedFile(backup: backup, of: path) } }
    let bytes = Array(draft.yaml.utf8)
    try saveShared(bytes, path)
    return bytes
  }

  private func write(_ bytes: [UInt8], _ open: () throws(AudioFileError) -> StagedFile) throws(Failure) {
    do throws(AudioFileError) {
      let file = try open()
      try file.write(bytes)
      try file.commit()
    } catch {
      throw Failure(error)
    }
  }

  /// A service is another user, from whom an administrator's umask must not hide what it reads. What is replaced keeps its permissions.
  private func saveShared(_ bytes: [UInt8], _ path: String) throws(Failure) {
    var status = stat()
    let mode = withSystemPath(path) { stat($0, &status) } == 0 ? status.st_mode & 0o777 : 0o644
    try write(bytes) { () throws(AudioFileError) in try StagedFile(path) }
    guard !isPrivate(resolvedPath(folder) ?? folder), withSystemPath(path, { chmod($0, mode) }) != 0 else { return }
    throw Failure(.notPermitted, "\(path) is written, but a service may not read it: \(String(cString: strerror(errno))): chmod it")
  }

  // MARK: Kernels

  /// How the configuration names a kernel: relative to itself if it lies below, else from the root. A system's service has no access
  /// to homes and temporary folders: kernels from there are copied beside a configuration that lies elsewhere.
  private func placed(_ kernel: ChosenKernel) throws(Failure) -> String {
    let home = resolvedPath(folder) ?? folder
    for file in kernel.files where isCopied(file, home) { try copy(file) }
    return KernelName.renamed(kernel.text) { file in
      let (source, name) = folderAndName(of: file)
      if source == home || isCopied(file, home) { return KernelName.isPlain(name) ? name : "./" + name }
      return source.hasPrefix(home + "/") ? String(file.dropFirst(home.count + 1)) : file
    }
  }

  private func isCopied(_ file: String, _ home: String) -> Bool {
    let source = folderAndName(of: file).folder
    return source != home && !source.hasPrefix(home + "/") && isPrivate(source) && !isPrivate(home)
  }

  private func copy(_ file: String) throws(Failure) {
    let copy = "\(folder)/\(folderAndName(of: file).name)"
    let bytes = try SentFile(file, .kernel).read()
    if access(copy, F_OK) == 0, try SentFile(copy, .kernel).read() != bytes {
      let command = "cp \(Conversion.quoted(file)) \(Conversion.quoted(copy))"
      throw Failure(.cannotCreate, "\(copy) is another kernel than \(file): rename one of them, or replace it: \(command)")
    }
    try saveShared(bytes, copy)
    print("copied \(file.printableLine) to \(copy.printableLine), where a service may read it")
  }

  private func isPrivate(_ folder: String) -> Bool {
    ["/home", "/root", "/run/user", "/tmp", "/var/tmp"].contains { folder == $0 || folder.hasPrefix($0 + "/") }
  }
}
