import CSndfile
import Glibc
import Numbers

/// Writes AIFF and FLAC. libsndfile lays out the file, and rounds nothing.
final class SndfileWriter: FrameWriter {
  let stored: StoredEncoding
  private let name: String
  private let parameters: SoundParameters
  private let descriptor: FileDescriptor
  private var written = 0
  private var file: OpaquePointer?
  /// Before the first sample; nil where libsndfile packs them.
  private var headBytes: Int?

  /// Source: sf_open_fd
  ///
  /// - Throws: the container does not hold such samples or so many.
  init(_ descriptor: borrowing FileDescriptor, _ parameters: SoundParameters, name: String) throws(AudioFileError) {
    (self.parameters, self.name) = (parameters, name)
    self.descriptor = FileDescriptor(owning: dup(descriptor.number))
    let (container, encoding) = (parameters.container, parameters.encoding)
    stored = encoding.bits.map { .leftJustified(bits: $0) } ?? StoredEncoding(encoding)
    var info = SF_INFO()
    info.samplerate = Int32(clamping: parameters.sampleRate)
    info.channels = Int32(clamping: parameters.channelCount)
    info.format = container.major | encoding.subtype
    if sf_format_check(&info) == 0 {
      throw AudioFileError(
        .cannotCreate,
        "\(name): \(container.rawValue) files hold no \(encoding.name) of \(quantity(parameters.channelCount, "channel")) at"
          + " \(parameters.sampleRate) Hz: choose another format, or another kind of file")
    }
    if let frames = parameters.expectedFrames { try parameters.checkSize(frames: frames, name: name) }
    file = sf_open_fd(dup(descriptor.number), Int32(SFM_WRITE), &info, 1)
    if file == nil { throw AudioFileError(.cannotCreate, "\(name): it cannot be written: \(libraryMessage(nil))") }
    // That chunk holds the time of day, but equal input must give equal files.
    sf_command(file, Int32(SFC_SET_ADD_PEAK_CHUNK), nil, Int32(SF_FALSE))
    if container == .flac { setComments() } else { headBytes = try cutToHead() }
  }

  /// Cuts off what is left of the first header, which had that chunk. libsndfile would take it for sound.
  ///
  /// - Returns: bytes of the header. Source: ftruncate(2)
  private func cutToHead() throws(AudioFileError) -> Int {
    let end = lseek(descriptor.number, 0, SEEK_CUR)
    if end < 0 || ftruncate(descriptor.number, end) != 0 { throw .writing(name, errno) }
    return Int(end)
  }

  /// Source: sf_set_string
  private func setComments() {
    for comment in parameters.metadata.comments {
      if let kind = SoundMetadata.libraryComments[comment.name] { sf_set_string(file, kind, comment.text) }
    }
  }

  deinit { if let file { sf_close(file) } }

  func write(_ bytes: UnsafeRawPointer, frames: Int) throws(AudioFileError) {
    try parameters.checkSize(frames: written + frames, name: name)
    if writeOnce(bytes, frames) != frames {
      throw AudioFileError(.inputOutput, "\(name): writing failed, nothing was left behind: \(libraryMessage(file))")
    }
    written += frames
  }

  func close() throws(AudioFileError) {
    let status = sf_close(file)
    file = nil
    if status != 0 { throw AudioFileError(.inputOutput, "\(name): writing failed, nothing was left behind") }
    guard let headBytes else { return }
    let expected = headBytes + written * parameters.channelCount * StoredEncoding(parameters.encoding).bytes
    let size = try descriptor.size(name: name)
    // With the byte that pads an odd length.
    if size != expected + expected % 2 {
      throw AudioFileError(
        .inputOutput, "\(name): writing failed, nothing was left behind: it has \(quantity(size, "byte")) in place of \(expected)")
    }
  }

  /// Source: sf_writef_int, sf_writef_float, sf_writef_double
  private func writeOnce(_ bytes: UnsafeRawPointer, _ frames: Int) -> Int {
    let count = sf_count_t(frames)
    switch stored {
    case .leftJustified: return Int(sf_writef_int(file, bytes.assumingMemoryBound(to: Int32.self), count))
    case .float: return Int(sf_writef_float(file, bytes.assumingMemoryBound(to: Float.self), count))
    default: return Int(sf_writef_double(file, bytes.assumingMemoryBound(to: Double.self), count))
    }
  }
}

extension SoundMetadata {
  /// The Vorbis comments that libsndfile writes as they are. To the name of a program it adds its own.
  static let libraryComments: [String: Int32] = [
    "TITLE": SF_STR_TITLE, "COPYRIGHT": SF_STR_COPYRIGHT, "ARTIST": SF_STR_ARTIST, "COMMENT": SF_STR_COMMENT, "DATE": SF_STR_DATE,
    "ALBUM": SF_STR_ALBUM, "LICENSE": SF_STR_LICENSE, "TRACKNUMBER": SF_STR_TRACKNUMBER, "GENRE": SF_STR_GENRE,
  ].mapValues { Int32($0) }
}
