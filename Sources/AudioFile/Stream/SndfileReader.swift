import CSndfile
import Glibc

/// Reads a sound file of any kind that libsndfile knows.
///
/// Samples are delivered as the file stores them where possible, as libsndfile's integers where these are exact, and as float or
/// double elsewhere.
final class SndfileReader: FrameReader {
  let properties: SoundProperties
  private let name: String
  private let file: OpaquePointer
  /// The memory that `file` reads; nil if it reads a descriptor.
  private let memory: MemoryFile?
  private let isRaw: Bool
  private var framesLeft: Int

  /// Reads from the descriptor's position on, which is shared. Source: sf_open_fd
  ///
  /// - Throws: the file is no sound file, or is shorter than its header says.
  convenience init(_ descriptor: borrowing FileDescriptor, name: String) throws(AudioFileError) {
    let number = descriptor.number
    try self.init(name: name, memory: nil, bytes: { FileDescriptor.bytes(of: number, at: $0, $1) }) {
      sf_open_fd(dup(number), Int32(SFM_READ), &$0, 1)
    }
  }

  /// Reads a sound file in memory.
  convenience init(bytes: [UInt8], name: String) throws(AudioFileError) {
    let memory = MemoryFile(bytes)
    try self.init(name: name, memory: memory, bytes: { Array(bytes.dropFirst($0).prefix($1)) }, open: memory.open)
  }

  /// - Parameter bytes: gives bytes of the file from an offset on, fewer at its end.
  private init(
    name: String, memory: MemoryFile?, bytes: (_ offset: Int, _ count: Int) -> [UInt8], open: (inout SF_INFO) -> OpaquePointer?
  ) throws(AudioFileError) {
    // MPEG audio has no header. One of 2,000 files of random bytes would be taken for it, and its decoder prints messages.
    let head = bytes(0, 2)
    if head.count == 2 && head[0] == 0xFF && head[1] & 0xE0 == 0xE0 {
      throw AudioFileError(.badData, "\(name): it is not a sound file that can be read: if it is MPEG audio, convert it to WAV first")
    }
    var info = SF_INFO()
    guard let file = open(&info) else {
      throw AudioFileError(.badData, "\(name): it is not a sound file that can be read: \(libraryMessage(nil))")
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
    let log = SndfileLog(file)
    if let missing = log.missingBytes {
      throw AudioFileError(.badData, "\(name): it is truncated: \(missing) bytes of sound are missing: copy it again")
    }
    if isRaw, let contradiction = log.frameContradiction {
      throw AudioFileError(.badData, "\(name): its header says \(contradiction), which do not agree: convert it where it was made")
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

  /// Whether the file stores its samples in a layout of `StoredEncoding`.
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

/// libsndfile's last error of a file, or of the last failed opening for nil.
func libraryMessage(_ file: OpaquePointer?) -> String {
  String(cString: sf_strerror(file)).split(whereSeparator: \.isNewline).joined(separator: " ")
}

/// Bytes in memory that libsndfile reads like a file. Source: sf_open_virtual
private final class MemoryFile {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Opens the bytes. The result must be closed before the memory file is released.
  func open(_ info: inout SF_INFO) -> OpaquePointer? {
    var calls = SF_VIRTUAL_IO(
      get_filelen: { sf_count_t(file($0).bytes.count) },
      seek: { offset, whence, user in file(user).seek(Int(offset), whence) },
      read: { target, count, user in file(user).read(target, Int(count)) },
      write: { _, _, _ in 0 },
      tell: { sf_count_t(file($0).position) })
    return sf_open_virtual(&calls, Int32(SFM_READ), &info, Unmanaged.passUnretained(self).toOpaque())
  }

  private func seek(_ offset: Int, _ whence: Int32) -> sf_count_t {
    let start = whence == SEEK_CUR ? position : whence == SEEK_END ? bytes.count : 0
    let (target, overflow) = start.addingReportingOverflow(offset)
    if overflow || target < 0 { return -1 }
    position = target
    return sf_count_t(target)
  }

  private func read(_ target: UnsafeMutableRawPointer?, _ count: Int) -> sf_count_t {
    let available = max(0, min(count, bytes.count - position))
    if available == 0 { return 0 }
    bytes.withUnsafeBytes { target?.copyMemory(from: $0.baseAddress! + position, byteCount: available) }
    position += available
    return sf_count_t(available)
  }
}

private func file(_ user: UnsafeMutableRawPointer?) -> MemoryFile { Unmanaged<MemoryFile>.fromOpaque(user!).takeUnretainedValue() }

/// The length of sound in a W64 file by its header. libsndfile rounds it up to a multiple of eight bytes, and takes padding for
/// sound.
///
/// Source: Sony Wave64 Chunk Structure (2003)
private enum W64Length {
  /// The frames that libsndfile found, without padding.
  ///
  /// - Parameter read: gives bytes of the file from an offset on, fewer at its end.
  static func frames(_ found: SoundProperties, _ read: (_ offset: Int, _ count: Int) -> [UInt8]) -> Int? {
    guard let count = found.frameCount, let bytes = dataBytes(read) else { return found.frameCount }
    let excess = count - bytes / found.frameBytes
    return excess > 0 && excess * found.frameBytes < 8 ? count - excess : count
  }

  /// Bytes of the data chunk; nil if none is found.
  private static func dataBytes(_ read: (_ offset: Int, _ count: Int) -> [UInt8]) -> Int? {
    // After "riff", the size of the file and "wave".
    var offset = 40
    while true {
      let header = read(offset, 24)
      guard header.count == 24 else { return nil }
      let size = header[16...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard (24...UInt64(Int64.max / 4)).contains(size) else { return nil }
      if header[..<16].elementsEqual(data) { return Int(size) - 24 }
      let (next, overflow) = offset.addingReportingOverflow((Int(size) + 7) & ~7)
      if overflow { return nil }
      offset = next
    }
  }

  private static let data: [UInt8] = Array("data".utf8) + [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A]
}
