import Numbers

/// Where the sound of a file ends that libsndfile decodes, by the file's own header. libsndfile takes the end of a file that was cut
/// off for that of its sound.
struct SoundExtent: Equatable {
  /// Bytes of sound by the header; nil where it leaves them open.
  var declared: Int?
  /// Bytes from the first of the sound to the end of the file.
  var present: Int
  /// Of a frame; nil where frames are of no fixed size.
  var frameBytes: Int?
  /// Frames by the header, where it says both.
  var frames: Int?
  /// A multiple of these has what is stored.
  var alignment = 1
  /// More are not there, whatever libsndfile makes of padding; nil if that is not known.
  var mostFrames: Int?
  /// What stands in the header for a size that it leaves open, where libsndfile takes no such header.
  var closing: Patch?

  /// Bytes to be read in the place of others.
  struct Patch: Equatable {
    var offset: Int
    var bytes: [UInt8]
  }

  /// Frames of fixed size; nil for others.
  ///
  /// - Throws: sound is missing, or the header contradicts itself.
  func frameCount(name: String) throws(AudioFileError) -> Int? {
    guard let frameBytes, frameBytes > 0 else {
      if let declared, declared > present {
        throw AudioFileError(.badData, "\(name): it is truncated by \(quantity(declared - present, "byte")): copy it again")
      }
      return nil
    }
    let bytes = declared ?? present
    let found = bytes / frameBytes
    if found > present / frameBytes { throw .truncated(name, frames: found, of: present / frameBytes) }
    // Some writers count the byte that pads an odd length.
    let isPadded = bytes % frameBytes == 1 && bytes % alignment == 0 && alignment > 1
    if bytes % frameBytes != 0 && !isPadded {
      let source = declared == nil ? "it holds" : "its header says"
      throw AudioFileError(
        .badData, "\(name): \(source) \(quantity(bytes, "byte")) of sound, not a whole number of frames of \(frameBytes): is it truncated?")
    }
    if let frames, frames != found {
      throw AudioFileError(
        .badData,
        "\(name): its header says \(quantity(frames, "frame")), and \(quantity(bytes, "byte")) of sound for \(found): save it anew with the program that made it"
      )
    }
    return found
  }
}

extension SoundExtent {
  /// Reads the header of a file that is left to libsndfile; nil for a FLAC, whose frames are looked at one by one.
  ///
  /// - Throws: the header is damaged, or pages of an Ogg are missing.
  init?(_ input: WholeInput, name: String, path: String?) throws(AudioFileError) {
    let head = input.bytes(at: 0, SoundKind.headBytes)
    if head.starts(with: "FORM".utf8) {
      try self.init(aiff: ByteInput(input, name: name))
    } else if head.starts(with: "caff".utf8) {
      try self.init(caf: ByteInput(input, name: name))
    } else if head.starts(with: ".snd".utf8) || head.starts(with: "dns.".utf8) {
      try self.init(au: ByteInput(input, name: name))
    } else if let container = WaveContainer(head: head) {
      try self.init(compressed: container, ByteInput(input, name: name))
    } else {
      if head.starts(with: "OggS".utf8) { try OggPages.check(input, name: name, Conversion(path: path)) }
      return nil
    }
  }

  /// Looks at what follows the sound and is no chunk.
  ///
  /// - Throws: it is more than tags or a few zeros.
  static func checkRest(_ input: ByteInput, _ said: Int) throws(AudioFileError) {
    if try WaveTrailer.isHarmless(input) { return }
    switch SoundKind(try input.peek(SoundKind.headBytes)) {
    case .wave, .library: throw another(input.name)
    case .refused, .unknown: break
    }
    throw AudioFileError(
      .badData,
      "\(input.name): its header says \(quantity(said, "byte")) of sound, and others follow that are no chunk: save it anew with the program that made it"
    )
  }

  static func another(_ name: String) -> AudioFileError {
    AudioFileError(.badData, "\(name): another file begins after its sound: cut them apart")
  }

  static func short(_ name: String) -> AudioFileError {
    AudioFileError(.badData, "\(name): it is truncated: it ends within its header: copy it again")
  }
}
