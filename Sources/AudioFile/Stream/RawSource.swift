import Glibc
import Numbers

/// Sound without a header from standard input, as it comes.
public final class RawSource: @unchecked Sendable {
  public let format: RawSoundFormat
  public let stored: StoredEncoding
  private let stream: ByteStream
  private var isBegun = false

  /// - Throws: standard input is a terminal or a folder.
  public convenience init(_ format: RawSoundFormat) throws(AudioFileError) { try self.init(format, descriptor: STDIN_FILENO) }

  /// Reads `descriptor` as standard input. It stays the caller's.
  package init(_ format: RawSoundFormat, descriptor: Int32) throws(AudioFileError) {
    (self.format, stored) = (format, format.sample.delivered)
    stream = ByteStream(descriptor: descriptor, name: ByteStream.standardInput.name)
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw .reading(stream.name, errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw AudioFileError(.badData, "\(stream.name): it is a folder: send it sound") }
    if isatty(descriptor) != 0 { throw AudioFileError(.badData, "\(stream.name): it is a terminal: send it sound, with < or |") }
  }

  /// What messages call it.
  public var name: String { stream.name }

  /// Reads the next frames: as many as fit into `bytes`, or fewer at the end. Returns how many.
  public func read(into bytes: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Int {
    try read(into: bytes, least: bytes.count / format.frameBytes)
  }

  /// Reads `least` frames and those that are there already, as far as they fit into `bytes`; fewer than `least` at the end.
  ///
  /// - Throws: the sound has a header, or ends within a frame.
  public func read(into bytes: UnsafeMutableRawBufferPointer, least: Int) throws(AudioFileError) -> Int {
    let width = format.frameBytes
    let room = UnsafeMutableRawBufferPointer(rebasing: bytes[..<(bytes.count / width * width)])
    var count = try stream.read(into: room, least: least * width)
    // A pipe may hold part of a frame, whose rest is waited for.
    if count % width != 0 {
      let missing = width - count % width
      let rest = UnsafeMutableRawBufferPointer(rebasing: room[count..<count + missing])
      let more = try stream.read(into: rest)
      if more < missing {
        if !isBegun { try refuseHeader(room[..<min(count + more, SoundKind.headBytes)]) }
        throw AudioFileError(
          .badData,
          "\(name): it ends \(quantity(count % width + more, "byte")) into a frame of \(width): is it \(format.sample.rawValue) of"
            + " \(quantity(format.channelCount, "channel"))?")
      }
      count += more
    }
    if !isBegun { try refuseHeader(room[..<min(count, SoundKind.headBytes)]) }
    if format.sample == .s24in32 { Self.shift(UnsafeMutableRawBufferPointer(rebasing: room[..<count])) { $0 << 8 } }
    return count / width
  }

  /// What has a header would be noise at its beginning, or throughout.
  private func refuseHeader(_ head: Slice<UnsafeMutableRawBufferPointer>) throws(AudioFileError) {
    isBegun = true
    guard let header = RawKernelFormat.header(Array(head)) else { return }
    throw AudioFileError(
      .badData, "\(name): it has a header, of \(header), and --raw is for sound without one: leave --raw out, or strip the header")
  }

  static func shift(_ bytes: UnsafeMutableRawBufferPointer, _ change: (Int32) -> Int32) {
    for offset in stride(from: 0, to: bytes.count, by: 4) {
      bytes.storeBytes(of: change(bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)), toByteOffset: offset, as: Int32.self)
    }
  }
}
