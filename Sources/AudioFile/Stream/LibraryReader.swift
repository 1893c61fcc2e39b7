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
  private var framesLeft: Int

  /// From the descriptor's position on, which is shared. Source: sf_open_fd
  ///
  /// - Throws: it is no sound file, or shorter than its header says.
  convenience init(_ descriptor: borrowing FileDescriptor, name: String) throws(AudioFileError) {
    let number = descriptor.number
    try self.init(name: name, memory: nil, bytes: { FileDescriptor.bytes(of: number, at: $0, $1) }) {
      sf_open_fd(dup(number), Int32(SFM_READ), &$0, 1)
    }
  }

  /// A sound file in memory.
  convenience init(bytes: [UInt8], name: String) throws(AudioFileError) {
    let memory = MemoryFile(bytes)
    try self.init(name: name, memory: memory, bytes: { Array(bytes.dropFirst($0).prefix($1)) }, open: memory.open)
  }

  /// - Parameter bytes: those of the file from an offset on, fewer at its end.
  private init(
    name: String, memory: MemoryFile?, bytes: (_ offset: Int, _ count: Int) -> [UInt8], open: (inout SF_INFO) -> OpaquePointer?
  ) throws(AudioFileError) {
    // MPEG audio has no header: one file of random bytes in two thousand would be taken for it, and its decoder prints.
    let head = bytes(0, 2)
    if head.count == 2 && head[0] == 0xFF && head[1] & 0xE0 == 0xE0 {
      throw AudioFileError(.badData, "\(name): it is no sound file that can be read: if it is MPEG audio, convert it to WAV first")
    }
    var info = SF_INFO()
    guard let file = open(&info) else {
      throw AudioFileError(.badData, "\(name): it is no sound file that can be read: \(libraryMessage(nil))")
    }
    self.file = file
    self.memory = memory
    self.name = name
    isRaw = Self.isRaw(file, info.format)
    var properties = SoundProperties(
      format: AudioFormat(info.format), sampleRate: Int(info.samplerate), channelCount: Int(info.channels),
      frameCount: info.frames < Int64.max / 2 ? Int(info.frames) : nil, stored: Self.stored(info.format, isRaw: isRaw))
    if isRaw, info.format & Int32(SF_FORMAT_TYPEMASK) == Int32(SF_FORMAT_W64) {
      properties.frameCount = W64Length.frames(properties, bytes)
    }
    self.properties = properties
    framesLeft = properties.frameCount ?? .max
    let log = ParseLog(file)
    if let missing = log.missingBytes {
      throw AudioFileError(.badData, "\(name): it is truncated: \(missing) bytes of sound are missing: copy it again")
    }
    if isRaw, let contradiction = log.frameContradiction {
      throw AudioFileError(.badData, "\(name): its header says \(contradiction), which do not agree: convert it with what wrote it")
    }
  }

  deinit { sf_close(file) }

  func read(into bytes: UnsafeMutableRawPointer, frames: Int) throws(AudioFileError) -> Int {
    var total = 0
    let wanted = min(frames, framesLeft)
    while total < wanted {
      let count = readOnce(bytes + total * properties.frameBytes, wanted - total)
      if count <= 0 { break }
      total += count
    }
    framesLeft -= total
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
