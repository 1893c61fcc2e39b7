import AudioFile
import Glibc
import NPY
import Platform

/// A file that an argument names, as the readers of AudioFile take it.
struct InputFile {
  /// As it was named.
  let name: String
  /// What the readers open: `-` for standard input by any name.
  let path: String
  /// A stream that is open: what a shell's `<(...)` names.
  let descriptor: Int32?

  private init(_ name: String, path: String, descriptor: Int32? = nil) {
    (self.name, self.path, self.descriptor) = (name, path, descriptor)
  }

  /// Whether it is read once, from start to end.
  var isStream: Bool { path == "-" || descriptor != nil }

  /// What messages call a stream: standard input has a name that says more.
  var streamName: String { name == "-" ? "standard input" : name }

  /// Of names of files, the two first that are standard input: it gives what it has once. One that is a file is read anew by its path.
  static func contested(_ names: [String]) -> (String, String)? {
    var status = stat()
    let isFile = fstat(STDIN_FILENO, &status) == 0 && !isStream(status)
    let streams = names.filter { $0 == "-" || !isFile && openDescriptor($0) == STDIN_FILENO }
    return streams.count > 1 ? (streams[0], streams[1]) : nil
  }

  /// Calls `body` with the file, which is reachable meanwhile.
  ///
  /// - Throws: it is not there, may not be read, or is a FIFO, whose writer would be waited for, or a device, which may have no end.
  static func open<Result>(
    _ name: String, _ body: (InputFile) throws(AudioFileError) -> Result
  ) throws(AudioFileError) -> Result {
    if name == "-" { return try body(InputFile(name, path: name)) }
    let number = openDescriptor(name)
    var status = stat()
    if let number, fstat(number, &status) == 0, isStream(status) {
      if number != STDIN_FILENO { try refuseDevice(name, status) }
      return try body(number == STDIN_FILENO ? InputFile(name, path: "-") : InputFile(name, path: name, descriptor: number))
    }
    // The readers say what is wrong.
    guard withSystemPath(name, { stat($0, &status) }) == 0 else { return try body(InputFile(name, path: name)) }
    try refuseDevice(name, status)
    guard !isStream(status) else {
      throw AudioFileError(
        .badData, "\(name): it is \(specialKind(status)), and not a regular file: give - in its place, and redirect it: < \(name)")
    }
    return try body(InputFile(name, path: name))
  }

  private static func refuseDevice(_ name: String, _ status: stat) throws(AudioFileError) {
    guard status.st_mode & S_IFMT == S_IFCHR else { return }
    throw AudioFileError(.badData, "\(name): it is a device, and not a regular file: what it gives may have no end: name a file")
  }

  /// Hz of a sound file that can be read again; nil: it is none.
  static func sampleRate(_ name: String) -> Int? {
    let rate = try? open(name) { (file) throws(AudioFileError) -> Int? in
      guard !file.isStream, try !NumPyArray.isFile(file.path) else { return nil }
      return try SoundSource(path: file.path).sampleRate
    }
    return rate ?? nil
  }

  /// The whole file, for what is held in memory anyway.
  ///
  /// - Parameters:
  ///   - longestText: bytes of a text, which nothing is read beyond; nil: it is none.
  ///   - refusal: asked about the first bytes, before more are read: what is something else may have no end.
  /// - Throws: it cannot be read, is refused, longer, or takes more memory than is free.
  func contents(
    longestText: Int? = nil, refusal: (_ head: [UInt8]) -> AudioFileError? = { _ in nil }
  ) throws(AudioFileError) -> [UInt8] {
    // Bytes, array and float64 values, as of a kernel file of known size.
    let limit = min(longestText ?? .max, ProcessMemory.freeBytes / 24)
    let number = descriptor ?? (path == "-" ? STDIN_FILENO : withSystemPath(path) { Glibc.open($0, O_RDONLY | O_CLOEXEC) })
    guard number >= 0 else { throw Self.failure(name, errno) }
    defer { if !isStream { close(number) } }
    if isStream, isatty(number) != 0 { throw AudioFileError(.badData, "\(streamName): it is a terminal: send it a file, with < or |") }
    var status = stat()
    if isStream, fstat(number, &status) == 0, !Self.isEmptyDevice(status) { try Self.refuseDevice(streamName, status) }
    let headBytes = min(Kernel.headBytes, limit + 1)
    guard var bytes = fileContents(number, limit: headBytes) else { throw Self.failure(name, errno) }
    if let error = refusal(bytes) { throw error }
    if bytes.count == headBytes {
      guard let rest = fileContents(number, limit: limit + 1 - headBytes) else { throw Self.failure(name, errno) }
      bytes += rest
    }
    if bytes.count > limit {
      let name = isStream ? streamName : name
      if limit == longestText {
        throw AudioFileError(.badData, "\(name): it is longer than the \(limit) bytes that a text has at the most: is it the right file?")
      }
      try AudioFileError.checkMemory(saturatedProduct(bytes.count, 24), for: name)
      throw AudioFileError(.badData, "\(name): it is larger than \(limit / 1_000_000) MB, the most that memory is free for: cut it")
    }
    return bytes
  }

  /// "wav" for "room.WAV"; empty without a dot.
  var fileExtension: String { FileNameParts(name).extension.lowercased() }

  /// The descriptor that a path of this process' open files names.
  private static func openDescriptor(_ name: String) -> Int32? {
    if name == "/dev/stdin" { return STDIN_FILENO }
    let folder = ["/dev/fd/", "/proc/self/fd/"].first { name.hasPrefix($0) }
    return folder.flatMap { Int32(name.dropFirst($0.count)) }
  }

  /// `/dev/null` ends where it begins. Source: null(4)
  private static func isEmptyDevice(_ status: stat) -> Bool {
    var null = stat()
    return stat("/dev/null", &null) == 0 && null.st_rdev == status.st_rdev
  }

  private static func isStream(_ status: stat) -> Bool { ![S_IFREG, S_IFDIR, S_IFBLK].contains(status.st_mode & S_IFMT) }

  private static func failure(_ name: String, _ code: Int32) -> AudioFileError {
    switch code {
    case ENOENT, ENOTDIR: AudioFileError(.missing, "\(name): there is no such file")
    case EACCES, EPERM: AudioFileError(.notPermitted, "\(name): you may not read it")
    default: AudioFileError(.inputOutput, "\(name): it cannot be read: \(String(cString: strerror(code)))")
    }
  }
}
