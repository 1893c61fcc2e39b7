import AudioFile
import Glibc
import Numbers
import Platform
import WordKernels

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
    guard !path.utf8.contains(0) else { throw .unreadable(path: path, reason: "the path holds a zero byte") }
    guard let bytes = regularFileContents(path, limit: Self.maximumBytes + 1) else {
      let isSpecial = errno == ENODEV || errno == ENXIO
      let reason = String(cString: strerror(errno))
      throw .unreadable(path: path, reason: isSpecial ? "it is \(specialKind(path)), and not a regular file: write a file" : reason)
    }
    self.init(bytes: bytes, folder: Self.folder(of: path), file: path)
  }

  /// What relative paths in a file start from.
  package static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { slash in slash == path.startIndex ? "/" : String(path[..<slash]) } ?? ""
  }

  /// Whether it says nothing: a package installs comments alone.
  public var isBlank: Bool {
    TextLines(bytes[...]).allSatisfy { line in
      String(decoding: line, as: UTF8.self).unicodeScalars.first { !$0.properties.isWhitespace }.map { $0 == "#" } ?? true
    }
  }

  /// What it says, validated.
  ///
  /// - Parameters:
  ///   - sourceRate: Hz, what `rate: auto` stands for.
  ///   - refusal: why a device's name is refused, after the name; nil: it is not.
  /// - Throws: `ConfigurationError.invalid` with every fault.
  public func configuration(
    sourceRate: Int = 48_000, refusal: (_ device: String, _ isCapture: Bool) -> String? = { _, _ in nil }
  ) throws(ConfigurationError) -> Configuration {
    let faults = FaultList()
    guard bytes.count <= Self.maximumBytes else {
      throw .invalid(
        file: file,
        faults: [ConfigurationFault(line: 1, message: "is larger than \(Self.maximumBytes / 1024) KiB: that is no configuration")])
    }
    let root = Composer(bytes: bytes, faults: faults).document()
    let configuration = withoutActuallyEscaping(refusal) { refusal in
      let reader = ConfigurationReader(folder: folder, faults: faults, sourceRate: sourceRate, deviceRefusal: refusal)
      return root.flatMap(reader.configuration)
    }
    guard faults.isEmpty, let configuration else {
      // Faults of every line would not help.
      throw .invalid(file: file, faults: ForeignConfiguration(bytes).map { [$0.fault(file: file)] } ?? faults.byLine)
    }
    return configuration
  }

  /// The filters in which nothing is at fault, whatever else is, and the rate if it is none.
  package func soundFilters() -> (filters: [Configuration.Filter], rate: Int?, followsSource: Bool) {
    let faults = FaultList()
    guard bytes.count <= Self.maximumBytes, let root = Composer(bytes: bytes, faults: faults).document() else { return ([], nil, false) }
    let reader = ConfigurationReader(folder: folder, faults: faults, sourceRate: 48_000) { _, _ in nil }
    return reader.soundFilters(root)
  }

  /// Where its daemon is controlled, whatever else is at fault; nil: it does not say, or is at fault there.
  package func soundControl() -> Configuration.Control? {
    let faults = FaultList()
    guard bytes.count <= Self.maximumBytes, let root = Composer(bytes: bytes, faults: faults).document() else { return nil }
    return ConfigurationReader(folder: folder, faults: faults, sourceRate: 48_000) { _, _ in nil }.soundControl(root)
  }

  /// Lines that a comment ends: it may be the rest of a name that needs quotes.
  package func commentedLines() -> Set<Int> {
    var (lines, line, last): (Set<Int>, Int, UInt8) = ([], 1, 0)
    for byte in bytes {
      if byte == UInt8(ascii: "\n") { line += 1 }
      if byte == UInt8(ascii: "#"), last == UInt8(ascii: " ") { lines.insert(line) }
      last = byte
    }
    return lines
  }

  /// A kernel as a filter of this configuration may name it: words, or a path, in which `{rate}` is filled in.
  public func kernel(_ text: String, rate: Int) -> String {
    KernelName.renamed(text) { resolved($0.filled(rate: rate), in: folder) }
  }
}
