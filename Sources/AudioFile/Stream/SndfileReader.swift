import CSndfile
import Numbers

/// Reads a sound file of a kind that is left to libsndfile.
///
/// Samples are delivered as libsndfile's integers where these are exact, and as float or double elsewhere.
final class SndfileReader: FrameReader {
  let properties: SoundProperties
  let metadata: SoundMetadata
  private let name: String
  private let file: OpaquePointer
  /// What `file` reads.
  private let input: LibraryInput
  private var framesRead = 0

  /// - Throws: the file is no sound file, is shorter than its header says, or is a damaged FLAC.
  init(_ input: WholeInput, name: String, path: String?) throws(AudioFileError) {
    let flac = try FLACStream(input, name: name, path: path)
    let extent = flac == nil ? try SoundExtent(input, name: name, path: path) : nil
    let promised = if let flac { flac.frameCount } else { try extent?.frameCount(name: name) }
    var info = SF_INFO()
    self.input = LibraryInput(input, patch: extent?.closing)
    guard let opened = self.input.open(&info) else {
      throw AudioFileError(
        .badData, "\(name): \(Self.refusal): \(Conversion(path: path).ffmpeg("pcm_s32le"))")
    }
    (file, self.name) = (opened, name)
    metadata = flac?.metadata ?? SoundMetadata()
    let frames = info.frames < Int64.max / 2 ? Int(info.frames) : nil
    properties = SoundProperties(
      format: AudioFormat(info.format), sampleRate: Int(info.samplerate), channelCount: Int(info.channels),
      frameCount: promised ?? frames.map { min($0, extent?.mostFrames ?? .max) }, stored: Self.stored(info.format))
    // Of a FLAC libsndfile knows no more than the header says.
    if flac == nil, let promised, frames != promised {
      let remedy = Conversion(path: path).ffmpeg("pcm_s32le")
      throw AudioFileError(
        .badData, "\(name): its header is understood in two ways, of \(quantity(promised, "frame")) and of \(info.frames): \(remedy)")
    }
  }

  deinit { sf_close(file) }

  func read(into bytes: UnsafeMutableRawPointer, frames: Int) throws(AudioFileError) -> Int {
    var total = 0
    let wanted = min(frames, properties.frameCount.map { $0 - framesRead } ?? .max)
    while total < wanted {
      let count = readOnce(bytes + total * properties.frameBytes, wanted - total)
      // The next call forgets the error of this one.
      let error = sf_error(file)
      total += max(0, count)
      if error != 0 {
        throw AudioFileError(.badData, "\(name): it is damaged near frame \(framesRead + total): \(libraryMessage(file)): copy it again")
      }
      if count <= 0 { break }
    }
    framesRead += total
    return total
  }

  /// Source: sf_readf_int, sf_readf_float, sf_readf_double
  private func readOnce(_ bytes: UnsafeMutableRawPointer, _ frames: Int) -> Int {
    let count = sf_count_t(frames)
    switch properties.stored {
    case .leftJustified: return Int(sf_readf_int(file, bytes.assumingMemoryBound(to: Int32.self), count))
    case .float: return Int(sf_readf_float(file, bytes.assumingMemoryBound(to: Float.self), count))
    default: return Int(sf_readf_double(file, bytes.assumingMemoryBound(to: Double.self), count))
    }
  }

  /// Why the library did not open a file. Source: sf_error
  private static var refusal: String {
    Int(sf_error(nil)) == Int(SF_ERR_UNSUPPORTED_ENCODING) ? "its compression is not read" : "its header is not understood"
  }

  private static func stored(_ format: Int32) -> StoredEncoding {
    switch format & Int32(SF_FORMAT_SUBMASK) {
    case Int32(SF_FORMAT_PCM_S8), Int32(SF_FORMAT_PCM_U8): .leftJustified(bits: 8)
    case Int32(SF_FORMAT_PCM_16): .leftJustified(bits: 16)
    case Int32(SF_FORMAT_PCM_24): .leftJustified(bits: 24)
    case Int32(SF_FORMAT_PCM_32): .leftJustified(bits: 32)
    case Int32(SF_FORMAT_FLOAT): .float
    default: .double
    }
  }
}

/// libsndfile's last error of a file, or of the last failed opening for nil.
func libraryMessage(_ file: OpaquePointer?) -> String {
  let text = String(cString: sf_strerror(file)).split(whereSeparator: \.isNewline).joined(separator: " ")
  return text.hasSuffix(".") ? String(text.dropLast()) : text
}
