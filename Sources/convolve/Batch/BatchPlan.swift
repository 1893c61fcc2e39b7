import AudioFile
import Glibc
import Platform
import Terminal

/// Which file comes from which, checked before anything is written.
struct BatchPlan {
  struct Job {
    var input: String
    var output: String
    /// Bytes of the input, which the bar goes by.
    var bytes: Int
  }

  private(set) var jobs: [Job] = []
  /// Inputs that are the kernel, and are passed over.
  private(set) var passedOver: [String] = []
  /// Folders of outputs that are still to be made.
  private(set) var newFolders: [String] = []

  /// - Parameter files: what is read for the kernel.
  /// - Throws: an output is one of the inputs or of these files, or two are the same.
  init(inputs: [String], kernel: String, files: [String], _ pattern: OutputPattern) throws(Failure) {
    if let stream = inputs.first(where: { $0 == "-" || $0.hasPrefix("/dev/") || $0.hasPrefix("/proc/self/fd/") }) {
      throw Failure(.usage, "\(stream) has no name that its output could have: give -o a file, and no other input")
    }
    var sources: [FileIdentity: String] = [:]
    for file in files { if let identity = FileIdentity(read: file) { sources[identity] = file } }
    let kernelFile = files.first == kernel && kernel != "-" ? FileIdentity(kernel) : nil
    for input in inputs {
      let identity = FileIdentity(input)
      // A file alone may be meant to be convolved with itself.
      if let identity, identity == kernelFile, inputs.count > 1 {
        passedOver.append(input)
        continue
      }
      if let identity { sources[identity] = input }
      jobs.append(Job(input: input, output: try pattern.path(for: input), bytes: Self.bytes(input)))
    }
    if jobs.isEmpty { throw Failure(.usage, "every input is the kernel, \(kernel): name other inputs") }
    try check(sources)
    findFolders()
  }

  private func check(_ sources: [FileIdentity: String]) throws(Failure) {
    var (places, files): ([[UInt8]: String], [FileIdentity: String]) = ([:], [:])
    for job in jobs {
      let identity = FileIdentity(job.output)
      if let identity, let source = sources[identity] {
        throw Failure(.overwriting(job.output, source))
      }
      let place = Self.place(job.output)
      if let first = places[place] ?? identity.flatMap({ files[$0] }) {
        throw Failure(
          .usage,
          "\(job.output) would be written twice, for \(first) and for \(job.input): nothing was written: take them apart, or use {ext} or"
            + " folders")
      }
      places[place] = job.input
      if let identity { files[identity] = job.input }
    }
  }

  private mutating func findFolders() {
    var seen: Set<[UInt8]> = []
    for job in jobs {
      let folder = FileNameParts(job.output).folder
      guard seen.insert(folder.systemBytes).inserted, FileNameParts.isMissing(folder) else { continue }
      newFolders.append(folder)
    }
  }

  /// A path with its folder resolved, in bytes: two names that only look alike are two.
  private static func place(_ path: String) -> [UInt8] {
    let parts = FileNameParts(path)
    guard let resolved = withSystemPath(parts.folder, { realpath($0, nil) }) else { return path.systemBytes }
    defer { free(resolved) }
    return UnsafeBufferPointer(start: resolved, count: strlen(resolved)).map { UInt8(bitPattern: $0) } + [UInt8(ascii: "/")]
      + parts.name.systemBytes
  }

  private static func bytes(_ path: String) -> Int {
    var status = stat()
    return withSystemPath(path, { stat($0, &status) }) == 0 ? max(1, Int(status.st_size)) : 1
  }
}
