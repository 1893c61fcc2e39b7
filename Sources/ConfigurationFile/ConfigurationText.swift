import Glibc

/// The text of a configuration, and where it came from.
public struct ConfigurationText: Sendable, Equatable {
  /// YAML, as far as it is well-formed.
  public var bytes: [UInt8]
  /// What relative paths in it start from; empty: left relative.
  public var folder: String
  /// Name that faults are reported under.
  public var file: String?

  /// Bytes of the longest text that is read: 1 MiB.
  public static let maximumBytes = 1 << 20

  public init(yaml: String, folder: String, file: String? = nil) {
    self.init(bytes: Array(yaml.utf8), folder: folder, file: file)
  }

  public init(bytes: [UInt8], folder: String, file: String? = nil) {
    (self.bytes, self.folder, self.file) = (bytes, folder, file)
  }

  /// Reads a file; relative paths in it start from its folder.
  ///
  /// - Throws: `ConfigurationError.unreadable`.
  public init(path: String) throws(ConfigurationError) {
    try self.init(bytes: readFile(path, limit: Self.maximumBytes + 1), folder: Self.folder(of: path), file: path)
  }

  /// What relative paths in a file start from.
  package static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { slash in slash == path.startIndex ? "/" : String(path[..<slash]) } ?? ""
  }

  /// Whether it says nothing: a package installs comments alone.
  public var isBlank: Bool {
    String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).allSatisfy { line in
      line.first { !$0.isWhitespace }.map { $0 == "#" } ?? true
    }
  }

  /// What it says, validated.
  ///
  /// - Parameter sourceRate: Hz, what `rate: auto` stands for.
  /// - Throws: `ConfigurationError.invalid` with every fault.
  public func configuration(sourceRate: Int = 48_000) throws(ConfigurationError) -> Configuration {
    let faults = FaultList()
    guard bytes.count <= Self.maximumBytes else {
      throw .invalid(
        file: file,
        faults: [ConfigurationFault(line: 1, message: "is larger than \(Self.maximumBytes / 1024) KiB: that is no configuration")])
    }
    let root = Composer(bytes: bytes, faults: faults).document()
    let configuration = root.flatMap { ConfigurationReader(folder: folder, faults: faults, sourceRate: sourceRate).configuration($0) }
    guard faults.isEmpty, let configuration else { throw .invalid(file: file, faults: faults.byLine) }
    return configuration
  }

  /// A kernel as a filter of this configuration may name it: a specification, or a path whose `{rate}` is filled in.
  public func kernel(_ text: String, rate: Int) -> String {
    KernelReference.isSpecification(text) ? text : resolved(text.filled(rate: rate), in: folder)
  }
}

/// The first `limit` bytes of a file. read(2)
private func readFile(_ path: String, limit: Int) throws(ConfigurationError) -> [UInt8] {
  func failure() -> ConfigurationError { .unreadable(path: path, reason: String(cString: strerror(errno))) }
  guard !path.utf8.contains(0) else { throw .unreadable(path: path, reason: "the path holds a zero byte") }
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw failure() }
  defer { close(file) }
  var bytes = [UInt8](repeating: 0, count: limit)
  var filled = 0
  while filled < limit {
    let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress! + filled, limit - filled) }
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { throw failure() }
    guard count > 0 else { break }
    filled += count
  }
  bytes.removeSubrange(filled...)
  return bytes
}
