import Numbers

/// Reads the chunks of a file of the WAV family one after the other.
struct WaveChunks {
  /// The name and size of a chunk whose contents are still to be read.
  struct Chunk: Equatable {
    /// Four letters.
    var name: String
    /// Of the contents, as they stand.
    var size: Int
  }

  /// What stands where a chunk may begin.
  enum Next: Equatable {
    case chunk(Chunk)
    /// Nothing, or less than a chunk's name and size: so many bytes.
    case end(Int)
    /// No chunk.
    case other
  }

  let container: WaveContainer
  private let input: ByteInput
  private var count = 0

  init(_ container: WaveContainer, _ input: ByteInput) { (self.container, self.input) = (container, input) }

  /// More chunks than any file has.
  private static let most = 65_536
  /// Zeros that writers put between chunks, beyond what the sizes say.
  private static let mostStrayZeros = 8

  /// Reads the next chunk's name and size. Nothing is read where there is none.
  mutating func next() throws(AudioFileError) -> Next {
    count += 1
    let length = container.chunkHeadBytes
    var head = try input.peek(length)
    if container != .w64 {
      var zeros = 0
      while head.first == 0, zeros < Self.mostStrayZeros {
        zeros += 1
        head = Array(try input.peek(length + zeros).dropFirst(zeros))
      }
      if head.count < length { return .end(zeros + head.count) }
      guard Self.isName(head[..<4]), count <= Self.most else { return .other }
      _ = try input.skip(zeros + length)
      return .chunk(Chunk(name: String(decoding: head[..<4], as: UTF8.self), size: container.integer(head, at: 4, 4)))
    }
    if head.count < length { return .end(head.count) }
    let size = container.integer(head, at: 16, 8)
    // The size counts the head too; 0 is one of writers that did not return to it.
    guard Self.isName(head[..<4]), size == 0 || size >= length, count <= Self.most else { return .other }
    _ = try input.skip(length)
    let isNamed = head[4..<16].elementsEqual(WaveContainer.guidTail)
    let name = isNamed ? String(decoding: head[..<4], as: UTF8.self) : head.starts(with: WaveContainer.riffGUID) ? "riff" : "????"
    return .chunk(Chunk(name: name, size: max(0, size - length)))
  }

  /// Reads the first bytes of a chunk's contents, and passes over the rest and the padding.
  ///
  /// - Throws: the file ends within the contents.
  func contents(_ chunk: Chunk, first: Int) throws(AudioFileError) -> [UInt8] {
    let bytes = try input.read(upTo: min(first, chunk.size))
    try pass(chunk, read: bytes.count)
    return bytes
  }

  /// Passes over a chunk's contents and padding, of which `read` bytes were read.
  func pass(_ chunk: Chunk, read: Int = 0) throws(AudioFileError) {
    guard try input.skip(chunk.size - read) else {
      throw Self.damaged(
        input.name, "its \(chunk.name.trimmed) chunk says \(quantity(chunk.size, "byte")), and the file ends within them: copy it again")
    }
    try passPadding(after: chunk.size)
  }

  /// Passes over the padding after contents of `size` bytes. Some writers leave it out: then a name stands there.
  func passPadding(after size: Int) throws(AudioFileError) {
    let padding = (container.alignment - size % container.alignment) % container.alignment
    if padding == 0 { return }
    let bytes = try input.peek(padding + 4)
    let isLeftOut = bytes[0..<min(4, bytes.count)].first != 0 && bytes.count >= 4 && Self.isName(bytes[..<4])
    let isPadded = bytes.count < padding + 4 || Self.isName(bytes[padding...])
    if isLeftOut && !(isPadded && Self.known.contains(String(decoding: bytes.dropFirst(padding).prefix(4), as: UTF8.self))) { return }
    _ = try input.skip(min(padding, bytes.count))
  }

  /// Whether bytes are four printable characters.
  private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.count == 4 && bytes.allSatisfy { (0x20...0x7E).contains($0) } }

  /// Whether what follows is a chunk by a name that is known: sound is not taken for one.
  func isAtKnownChunk() throws(AudioFileError) -> Bool {
    let head = try input.peek(container.chunkHeadBytes)
    return head.count == container.chunkHeadBytes && Self.known.contains(String(decoding: head[..<4], as: UTF8.self))
      && (container != .w64 || head[4..<16].elementsEqual(WaveContainer.guidTail))
  }

  /// Whether what follows is a known chunk, or one by any name that can be printed, in so many bytes with its padding or without.
  func isAtChunk(filling bytes: Int) throws(AudioFileError) -> Bool {
    if try isAtKnownChunk() { return true }
    let head = try input.peek(container.chunkHeadBytes)
    guard head.count == container.chunkHeadBytes, Self.isName(head[..<4]) else { return false }
    if container == .w64 && !head[4..<16].elementsEqual(WaveContainer.guidTail) { return false }
    let length = container == .w64 ? container.integer(head, at: 16, 8) : 8 + container.integer(head, at: 4, 4)
    return length <= bytes && bytes - length <= (container.alignment - length % container.alignment) % container.alignment
  }

  /// Names of chunks that programs write, in files of sound.
  static let known: Set<String> = [
    "fmt ", "data", "fact", "LIST", "list", "JUNK", "junk", "FLLR", "PAD ", "filr", "bext", "iXML", "axml", "chna", "cue ", "smpl", "inst",
    "cart", "id3 ", "ID3 ", "PEAK", "acid", "strc", "_PMX", "afsp", "DISP", "levl", "umid", "minf", "elm1", "regn", "SyLp", "mext", "link",
    "plst", "ltxt", "r64m", "dbmd", "CSET", "wavl", "slnt", "SAUR", "LGWV", "aXML", "ovwf", "muma", "marker", "Fake", "RIFF", "RIFX",
    "RF64",
  ]

  static func damaged(_ name: String, _ fault: String) -> AudioFileError {
    AudioFileError(.badData, "\(name): its header is damaged: \(fault)")
  }
}
