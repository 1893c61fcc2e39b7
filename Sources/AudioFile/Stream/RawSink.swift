import Glibc

/// Sound without a header to standard output, each part at once.
public final class RawSink: @unchecked Sendable {
  public let format: RawSoundFormat
  public let stored: StoredEncoding
  private let stream: ByteStream

  /// SIGPIPE is then ignored in this process.
  ///
  /// - Throws: standard output is a terminal.
  public convenience init(_ format: RawSoundFormat) throws(AudioFileError) { try self.init(format, descriptor: STDOUT_FILENO) }

  /// Writes to `descriptor` as to standard output. It stays the caller's.
  package init(_ format: RawSoundFormat, descriptor: Int32) throws(AudioFileError) {
    (self.format, stored) = (format, format.sample.delivered)
    stream = ByteStream(descriptor: descriptor, name: "standard output")
    if isatty(descriptor) != 0 { throw AudioFileError(.cannotCreate, "\(name): it is a terminal: send it to a file or a program") }
    // A pipe without a reader shall be an error, not end the process.
    signal(SIGPIPE, SIG_IGN)
  }

  /// What messages call it.
  public var name: String { stream.name }

  /// Writes whole frames, in the layout of `stored`.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) {
    guard format.sample == .s24in32 else { return try stream.write(bytes) }
    let shifted = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 4)
    defer { shifted.deallocate() }
    shifted.copyMemory(from: bytes)
    RawSource.shift(shifted) { $0 >> 8 }
    try stream.write(UnsafeRawBufferPointer(shifted))
  }

  public func commit() {}
}
