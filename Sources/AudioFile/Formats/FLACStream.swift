/// What a FLAC file holds, found by a look at each of its frames. libsndfile reads over damaged ones in silence, and takes no notice of
/// other rates.
///
/// Source: RFC 9639
struct FLACStream {
  /// Frames of sound: samples of each channel.
  let frameCount: Int
  let metadata: SoundMetadata

  /// The checked frames of a FLAC; nil for other kinds.
  ///
  /// - Throws: a frame is damaged or missing, has another format than the first, or is of a width that libsndfile does not read.
  init?(_ input: WholeInput, name: String, path: String?) throws(AudioFileError) {
    guard input.bytes(at: 0, 4).elementsEqual("fLaC".utf8) else { return nil }
    let blocks = try FLACBlocks(input, name: name)
    metadata = blocks.metadata
    try Self.check(blocks.format.bits, name, Conversion(path: path))
    var scan = FLACScan(input, blocks.format, from: blocks.end)
    let found = scan.run(blocks.frameCount)
    if let fault = scan.fault { throw AudioFileError(.badData, "\(name): \(fault.text) at frame \(found): \(fault.remedy)") }
    if let wanted = blocks.frameCount, found < wanted { throw .truncated(name, frames: wanted, of: found) }
    frameCount = blocks.frameCount ?? found
  }

  private static func check(_ bits: Int, _ name: String, _ conversion: Conversion) throws(AudioFileError) {
    if [8, 16, 24].contains(bits) { return }
    // ffmpeg before 6 reads no FLAC of 32 bits, and SoX none of 12 and 20.
    let remedy = bits == 32 ? conversion.sox() : conversion.ffmpeg("pcm_s32le")
    throw AudioFileError(.badData, "\(name): it is FLAC of \(bits) bits, and 8, 16 or 24 are read: \(remedy)")
  }
}

/// The blocks of a FLAC before its frames.
struct FLACBlocks {
  private(set) var metadata = SoundMetadata()
  private(set) var format = FLACFormat(rate: 0, channels: 0, bits: 0)
  /// Frames of sound; nil where the writer did not know.
  private(set) var frameCount: Int?
  /// Where the first frame begins.
  private(set) var end = 4

  init(_ input: WholeInput, name: String) throws(AudioFileError) {
    var isLast = false
    while !isLast {
      let head = input.bytes(at: end, 4)
      guard head.count == 4 else { throw Self.truncated(name) }
      isLast = head[0] & 0x80 != 0
      let (kind, size) = (head[0] & 0x7F, Int(head[1]) << 16 | Int(head[2]) << 8 | Int(head[3]))
      let content = kind == 0 || kind == 4 ? input.bytes(at: end + 4, size) : []
      guard input.count - end - 4 >= size else { throw Self.truncated(name) }
      switch kind {
      case 0:
        guard content.count >= 34 else { throw Self.truncated(name) }
        let (rate, channels) = (content[10..<13].reduce(0) { $0 << 8 | Int($1) } >> 4, Int(content[12] >> 1 & 7) + 1)
        format = FLACFormat(rate: rate, channels: channels, bits: Int(content[12] & 1) << 4 + Int(content[13] >> 4) + 1)
        let total = content[14..<18].reduce(Int(content[13] & 0x0F)) { $0 << 8 | Int($1) }
        frameCount = total == 0 ? nil : total
      case 4: metadata.takeComments(content)
      case 1, 3: break
      default:
        let other = ["application", "cue sheet", "picture"][kind == 2 ? 0 : kind == 5 ? 1 : 2]
        if !metadata.others.contains(other) { metadata.others.append(other) }
      }
      end += 4 + size
    }
    guard format.bits > 0 else { throw AudioFileError(.badData, "\(name): it is damaged: its first block says nothing of the sound") }
  }

  private static func truncated(_ name: String) -> AudioFileError {
    AudioFileError(.badData, "\(name): it is truncated: it ends within its header: copy it again")
  }
}

extension SoundMetadata {
  /// Bytes of a comment's name.
  private static let mostNameBytes = 256

  /// Reads a list of Vorbis comments, as far as it goes. Source: Vorbis I, comment field and header specification
  mutating func takeComments(_ content: [UInt8]) {
    var rest = content[...]
    func length() -> Int? {
      rest.count < 4 ? nil : rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    func text() -> String? {
      guard let count = length(), rest.count - 4 >= count else { return nil }
      defer { rest = rest.dropFirst(4 + count) }
      return String(decoding: rest.dropFirst(4).prefix(count), as: UTF8.self)
    }
    guard text() != nil, let count = length() else { return }
    rest = rest.dropFirst(4)
    for _ in 0..<count {
      guard let entry = text() else { return }
      guard comments.count < Self.mostEntries else { return others.append("comments beyond \(Self.mostEntries)") }
      // A name is of ASCII.
      guard let equals = entry.utf8.prefix(Self.mostNameBytes).firstIndex(of: UInt8(ascii: "=")),
        entry.utf8[..<equals].allSatisfy({ $0 < 0x80 })
      else { continue }
      comments.append(Comment(name: entry[..<equals].uppercased(), text: String(entry[entry.utf8.index(after: equals)...])))
    }
  }
}
