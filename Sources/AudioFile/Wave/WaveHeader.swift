import Numbers
import Platform

/// The header of a file of the WAV family, up to its first sample.
struct WaveHeader: Equatable {
  var container: WaveContainer
  var format: WaveFormat
  /// What the header says of the sound.
  var size: WaveSize
  /// What stands before the sound besides.
  var metadata = SoundMetadata()

  /// As the file stores them.
  var frameBytes: Int { format.channelCount * format.sample.bytes }

  /// Whether a size is one that programs write which cannot seek back: nearly the largest of 32 or 64 bits, signed or unsigned.
  ///
  /// - Parameter isLong: whether it has 64 bits.
  static func isUnknown(_ size: Int, isLong: Bool) -> Bool {
    // In W64 it counted 24 bytes more.
    if isLong { return size == 0xFFFF_FFFF || size == .max || size == .max - 24 }
    return (0x7FFF_0000...0x8000_0000).contains(size) || (0xFFFF_0000...0xFFFF_FFFF).contains(size)
  }
}

/// Bytes of sound by a header.
enum WaveSize: Equatable {
  /// So many.
  case bytes(Int)
  /// As far as the file goes, or so many if something else follows them there.
  case open(Int)
}

extension WaveHeader {
  /// Reads a file or pipe up to its first sample.
  ///
  /// - Throws: it ends too early, is no sound, or its samples are not known: `WaveCompression` if libsndfile may know them.
  init(_ container: WaveContainer, _ input: ByteInput) throws {
    let start = input.position
    let head = try input.read(upTo: container.headBytes)
    guard head.count == container.headBytes else { throw Self.short(input) }
    guard container.kind(head) == "WAVE" else {
      throw AudioFileError(
        .badData, "\(input.name): it is a \(container.rawValue) file of kind \"\(quotable(container.kind(head)))\", and not WAVE")
    }
    // Of the whole, by its first size.
    let end = start + (container == .w64 ? min(container.integer(head, at: 16, 8), .max - start) : 8 + container.integer(head, at: 4, 4))
    var chunks = WaveChunks(container, input)
    var longSizes: [String: Int] = [:]
    var format: WaveFormat?
    var metadata = SoundMetadata()
    while true {
      guard case .chunk(var chunk) = try chunks.next() else { throw try Self.missing(input, format) }
      var isLong = container == .w64
      if container.hasLongSizes, chunk.size == 0xFFFF_FFFF, let size = longSizes[chunk.name] { (chunk.size, isLong) = (size, true) }
      switch chunk.name {
      case "ds64" where container.hasLongSizes: longSizes = try Self.longSizes(chunks.contents(chunk, first: 65_536), container, input.name)
      case "fmt ":
        let read = try WaveFormat(named: input.name, chunks.contents(chunk, first: WaveFormat.mostBytes), container)
        guard format == nil || format == read else { throw WaveChunks.damaged(input.name, "it has two formats, which differ") }
        format = read
        // From here on it is not libsndfile's.
        input.forget()
      case "data":
        guard let format else { throw WaveChunks.damaged(input.name, "its samples come before their format") }
        (self.container, self.format, self.metadata) = (container, format, metadata)
        (self.metadata.channelMask, self.metadata.isAmbisonic) = (format.channelMask, format.isAmbisonic)
        size = try Self.size(chunk.size, isLong: isLong, chunks, promised: end - input.position, present: input.bytesLeft)
        try check(input.name)
        return
      default: try metadata.take(chunk, chunks)
      }
    }
  }

  /// Sizes beyond 32 bits by the names of their chunks.
  private static func longSizes(_ content: [UInt8], _ container: WaveContainer, _ name: String) throws(AudioFileError) -> [String: Int] {
    guard content.count >= 24 else { throw WaveChunks.damaged(name, "its ds64 chunk has \(quantity(content.count, "byte")), and needs 28") }
    var sizes = ["data": container.integer(content, at: 8, 8)]
    // The number of entries may lie; each has a name and a size.
    for entry in stride(from: 28, to: content.count - 11, by: 12) {
      let name = String(decoding: content[entry..<entry + 4], as: UTF8.self)
      if name != "data" { sizes[name] = container.integer(content, at: entry + 4, 8) }
    }
    return sizes
  }

  /// What a `data` chunk says. A size of 0 is one of writers that did not return to it, unless a chunk follows. One that is nearly the
  /// largest is true where the file ends as its first size says.
  ///
  /// - Parameters:
  ///   - promised: bytes from the first sample on, by the file's first size.
  ///   - present: how many are there; nil for a pipe.
  private static func size(
    _ said: Int, isLong: Bool, _ chunks: WaveChunks, promised: Int, present: Int?
  ) throws(AudioFileError) -> WaveSize {
    if said == 0 { return try chunks.isAtChunk(filling: promised) ? .bytes(0) : .open(0) }
    // Some writers leave the last byte of padding out of one of them.
    let isTrue = present.map { said <= $0 && abs($0 - promised) <= 1 } ?? false
    return isUnknown(said, isLong: isLong) && !isTrue ? .open(said) : .bytes(said)
  }

  private mutating func check(_ name: String) throws(AudioFileError) {
    guard case .bytes(let bytes) = size else { return }
    let excess = bytes % frameBytes
    // Some writers count the byte that pads an odd length.
    if excess == 1, bytes % 2 == 0 { return }
    if excess > 0 {
      throw AudioFileError(
        .badData,
        "\(name): its header says \(quantity(bytes, "byte")) of sound, not a whole number of frames of \(frameBytes): is it truncated?")
    }
  }

  private static func short(_ input: ByteInput) -> AudioFileError {
    AudioFileError(.badData, "\(input.name): it is truncated: it ends within its header: send all of it")
  }

  /// What to say where no chunk follows and there was no sound.
  private static func missing(_ input: ByteInput, _ format: WaveFormat?) throws(AudioFileError) -> AudioFileError {
    if try input.peek(1).isEmpty {
      return AudioFileError(
        .badData, "\(input.name): it is truncated: it ends within its header, before its \(format == nil ? "format" : "sound")")
    }
    return WaveChunks.damaged(input.name, "where a chunk should begin stand other bytes")
  }
}

extension WaveFormat {
  /// Reads a `fmt ` chunk; faults become errors of the file `name`.
  fileprivate init(named name: String, _ chunk: [UInt8], _ container: WaveContainer) throws {
    do {
      try self.init(chunk, container)
    } catch let fault as Fault {
      throw AudioFileError(.badData, "\(name): \(fault.message)")
    }
  }
}
