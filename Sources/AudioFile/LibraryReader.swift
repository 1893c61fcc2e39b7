import CSndfile
import Glibc

/// A sound file of any kind that libsndfile reads.
///
/// Samples pass as they lie in the file where they can, in libsndfile's integers where those are exact, and in float64 otherwise.
final class LibraryReader: FrameReader {
  let properties: SoundProperties
  private let name: String
  private let file: OpaquePointer
  /// What `file` reads from, if not from a descriptor of its own.
  private let memory: MemoryFile?
  private let isRaw: Bool

  /// From the descriptor's position on, which is shared. Source: sf_open_fd
  ///
  /// - Throws: it is no sound file, or shorter than its header says.
  convenience init(_ descriptor: borrowing FileDescriptor, name: String) throws(AudioFileError) {
    try Self.refuseMPEG(descriptor.head(2), name: name)
    var info = SF_INFO()
    try self.init(sf_open_fd(dup(descriptor.number), Int32(SFM_READ), &info, 1), info, name: name)
  }

  /// A sound file in memory.
  convenience init(bytes: [UInt8], name: String) throws(AudioFileError) {
    try Self.refuseMPEG(bytes.prefix(2), name: name)
    let memory = MemoryFile(bytes)
    var info = SF_INFO()
    try self.init(memory.open(&info), info, name: name, memory: memory)
  }

  private init(_ file: OpaquePointer?, _ info: SF_INFO, name: String, memory: MemoryFile? = nil) throws(AudioFileError) {
    guard let file else {
      throw AudioFileError(.badData, "\(name): it is no sound file that can be read: \(libraryMessage(nil))")
    }
    self.file = file
    self.memory = memory
    self.name = name
    isRaw = Self.isRaw(file, info.format)
    properties = SoundProperties(
      format: AudioFormat(info.format), sampleRate: Int(info.samplerate), channelCount: Int(info.channels),
      frameCount: info.frames < Int64.max / 2 ? Int(info.frames) : nil, stored: Self.stored(info.format, isRaw: isRaw))
    let log = ParseLog(file)
    if let missing = log.missingBytes {
      throw AudioFileError(.badData, "\(name): it is truncated: \(missing) bytes of sound are missing: copy it again")
    }
    if isRaw, let contradiction = log.frameContradiction {
      throw AudioFileError(.badData, "\(name): its header says \(contradiction), which do not agree: convert it with what wrote it")
    }
  }

  deinit { sf_close(file) }

  /// MPEG audio has no header: libsndfile takes one file of random bytes in two thousand for it, and its decoder then prints.
  private static func refuseMPEG(_ head: some Collection<UInt8>, name: String) throws(AudioFileError) {
    let head = Array(head)
    if head.count == 2 && head[0] == 0xFF && head[1] & 0xE0 == 0xE0 {
      throw AudioFileError(.badData, "\(name): it is no sound file that can be read: if it is MPEG audio, convert it to WAV first")
    }
  }

  func read(into bytes: UnsafeMutableRawPointer, frames: Int) throws(AudioFileError) -> Int {
    var total = 0
    while total < frames {
      let count = readOnce(bytes + total * properties.frameBytes, frames - total)
      if count <= 0 { break }
      total += count
    }
    if sf_error(file) != 0 { throw AudioFileError(.badData, "\(name): it is damaged: \(libraryMessage(file))") }
    return total
  }

  /// Source: sf_read_raw, sf_readf_int, sf_readf_float, sf_readf_double
  private func readOnce(_ bytes: UnsafeMutableRawPointer, _ frames: Int) -> Int {
    let count = sf_count_t(frames)
    if isRaw { return Int(sf_read_raw(file, bytes, count * sf_count_t(properties.frameBytes))) / properties.frameBytes }
    switch properties.stored {
    case .leftJustified: return Int(sf_readf_int(file, bytes.assumingMemoryBound(to: Int32.self), count))
    case .float: return Int(sf_readf_float(file, bytes.assumingMemoryBound(to: Float.self), count))
    default: return Int(sf_readf_double(file, bytes.assumingMemoryBound(to: Double.self), count))
    }
  }

  /// Whether the file holds samples as a stream delivers them.
  private static func isRaw(_ file: OpaquePointer, _ format: Int32) -> Bool {
    let containers = [SF_FORMAT_WAV, SF_FORMAT_WAVEX, SF_FORMAT_RF64, SF_FORMAT_W64].map { Int32($0) }
    guard containers.contains(format & Int32(SF_FORMAT_TYPEMASK)), AudioFormat(format).encoding != nil else { return false }
    return sf_command(file, Int32(SFC_RAW_DATA_NEEDS_ENDSWAP), nil, 0) == Int32(SF_FALSE)
  }

  private static func stored(_ format: Int32, isRaw: Bool) -> StoredEncoding {
    if isRaw, let encoding = AudioFormat(format).encoding { return StoredEncoding(encoding) }
    switch format & Int32(SF_FORMAT_SUBMASK) {
    case Int32(SF_FORMAT_PCM_S8), Int32(SF_FORMAT_PCM_U8): return .leftJustified(bits: 8)
    case Int32(SF_FORMAT_PCM_16): return .leftJustified(bits: 16)
    case Int32(SF_FORMAT_PCM_24): return .leftJustified(bits: 24)
    case Int32(SF_FORMAT_PCM_32): return .leftJustified(bits: 32)
    case Int32(SF_FORMAT_FLOAT): return .float
    default: return .double
    }
  }
}

/// What libsndfile says of a file, or of the last that it could not open.
func libraryMessage(_ file: OpaquePointer?) -> String {
  String(cString: sf_strerror(file)).split(whereSeparator: \.isNewline).joined(separator: " ")
}
