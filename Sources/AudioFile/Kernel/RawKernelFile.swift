import Numbers
import Platform

/// A file of taps without a header, as words name it: `f64:left.dbl`, or with all that it has `f64@48000+44/65536:left.dbl`.
public struct RawKernelFile: Sendable, Hashable {
  public var path: String
  public var format: RawKernelFormat
  /// Hz; nil: nobody says.
  public var rate: Int?
  /// Bytes before the first tap.
  public var skip: Int
  /// How many taps there are; nil: all that follow.
  public var take: Int?

  /// Lists the words, for help texts.
  public static let help =
    "f64:FILE (taps without a header: f32, f64, s16, s24, s24in32 or s32; f64@48000+44/4096:FILE has 48000 Hz, 4096 taps after 44 bytes)"

  /// Bytes and taps that may be skipped and taken.
  private static let most = 1 << 40
  /// Hz.
  public static let rates = 1...10_000_000

  public init(path: String, format: RawKernelFormat, rate: Int? = nil, skip: Int = 0, take: Int? = nil) {
    (self.path, self.format, self.rate, self.skip, self.take) = (path, format, rate, skip, take)
  }

  /// - Returns: nil for text that names no such file.
  /// - Throws: a number is none.
  public init?(words text: String) throws(AudioFileError) {
    guard let head = RawWords(text) else { return nil }
    format = head.format
    path = String(text[text.index(after: head.end)...])
    rate = try head.number("@", in: Self.rates, "a rate in Hz, as in \(format.rawValue)@48000:FILE", text)
    skip = try head.number("+", in: 0...Self.most, "bytes to skip, as in \(format.rawValue)+44:FILE", text) ?? 0
    take = try head.number("/", in: 1...Self.most, "a number of taps, as in \(format.rawValue)/65536:FILE", text)
    if path.isEmpty { throw AudioFileError(.specification, "\(quotable(text)): a file's name is missing: write \(format.rawValue):FILE") }
    if path == "-" { throw AudioFileError(.specification, "\(quotable(text)): only a file has a place to begin: name one") }
  }

  /// Whether text names such a file.
  public static func isNamed(_ text: String) -> Bool { RawWords(text) != nil }

  /// What `init(words:)` reads.
  public var words: String { prefix + path }

  /// All before the file's name.
  public var prefix: String {
    format.rawValue + (rate.map { "@\($0)" } ?? "") + (skip == 0 ? "" : "+\(skip)") + (take.map { "/\($0)" } ?? "") + ":"
  }
}

/// What stands before the colon.
private struct RawWords {
  let format: RawKernelFormat
  /// Numbers by the marks before them.
  private var values: [Character: Substring] = [:]
  /// The colon.
  let end: String.Index

  init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    end = colon
    let head = text[..<colon]
    let name = head.prefix { !"@+/".contains($0) }
    guard let format = RawKernelFormat(rawValue: String(name)) else { return nil }
    self.format = format
    var rest = head[name.endIndex...]
    while let mark = rest.popFirst() {
      let value = rest.prefix { !"@+/".contains($0) }
      // A folder with the name of a format: s16/room:1.wav.
      if mark == "/", Int(value) == nil { return nil }
      guard values.updateValue(value, forKey: mark) == nil else { return nil }
      rest = rest[value.endIndex...]
    }
  }

  func number(_ mark: Character, in range: ClosedRange<Int>, _ meaning: String, _ text: String) throws(AudioFileError) -> Int? {
    guard let value = values[mark] else { return nil }
    guard value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(value), range.contains(number) else {
      throw AudioFileError(.specification, "\(quotable(text)): behind \(mark) stands \"\(quotable(value))\", which is not \(meaning)")
    }
    return number
  }
}

extension Kernel {
  /// Reads taps without a header.
  ///
  /// - Parameter limit: checked before memory is taken.
  /// - Throws: the file is missing, unreadable, shorter than it should be, has a header, or does not end with a tap; a tap is not finite.
  public init(_ file: RawKernelFile, limit: KernelLimit = .none) throws(AudioFileError) {
    let descriptor = try FileDescriptor.reading(file.path)
    let range = try file.range(size: descriptor.size(name: file.path), name: file.path)
    try limit.check(taps: range.count / file.format.stored.bytes, channels: 1, name: file.path)
    if file.skip == 0 { try file.refuseHeader(descriptor.head(SoundKind.headBytes)) }
    try self.init(file, descriptor.contents(range, name: file.path, limit: limit))
  }

  /// Reads taps in memory; `path` of the file is its name. Throws as for a file.
  public init(_ file: RawKernelFile, of bytes: [UInt8], limit: KernelLimit = .none) throws(AudioFileError) {
    let range = try file.range(size: bytes.count, name: file.path)
    try limit.check(taps: range.count / file.format.stored.bytes, channels: 1, name: file.path)
    if file.skip == 0 { try file.refuseHeader(Array(bytes.prefix(SoundKind.headBytes))) }
    try self.init(file, range.count == bytes.count ? bytes : Array(bytes[range]))
  }

  private init(_ file: RawKernelFile, _ taps: [UInt8]) throws(AudioFileError) {
    try self.init(raw: taps, format: file.format, name: file.path, isCut: true)
    if let rate = file.rate { (sampleRate, layout) = (rate, layout + ", \(rate) Hz") }
  }
}

extension RawKernelFile {
  /// The taps' bytes.
  fileprivate func range(size: Int, name: String) throws(AudioFileError) -> Range<Int> {
    let width = format.stored.bytes
    guard skip < size else {
      let rest = "\(skip) \(skip == 1 ? "is" : "are") to be skipped: nothing is left: correct `skip`"
      throw AudioFileError(.badData, "\(name): it has \(quantity(size, "byte")), and \(rest)")
    }
    guard let take else { return skip..<size }
    guard take <= (size - skip) / width else {
      throw AudioFileError(
        .badData,
        "\(name): it has \(quantity((size - skip) / width, "tap")) of \(format.rawValue)"
          + "\(skip > 0 ? " after \(quantity(skip, "byte"))" : ""), and \(take) are to be taken: correct `take`")
    }
    return skip..<skip + take * width
  }

  fileprivate func refuseHeader(_ head: [UInt8]) throws(AudioFileError) {
    guard let header = RawKernelFormat.header(head) else { return }
    throw AudioFileError(
      .badData,
      "\(path): it has a header, of \(header), and \(format.rawValue) is for files without one: leave the format out, or skip the header")
  }
}
