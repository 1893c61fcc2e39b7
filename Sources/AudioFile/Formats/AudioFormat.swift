import CSndfile
import Numbers

/// A sample format that can be written to files.
public enum SampleEncoding: String, Sendable, CaseIterable {
  /// Integers of 16, 24 (in three bytes) and 32 bits.
  case s16, s24packed = "s24", s32
  case float, double

  /// Bits of an integer sample; nil for floating point.
  public var bits: Int? {
    switch self {
    case .s16: 16
    case .s24packed: 24
    case .s32: 32
    case .float, .double: nil
    }
  }

  /// SF_FORMAT_...
  var subtype: Int32 {
    switch self {
    case .s16: Int32(SF_FORMAT_PCM_16)
    case .s24packed: Int32(SF_FORMAT_PCM_24)
    case .s32: Int32(SF_FORMAT_PCM_32)
    case .float: Int32(SF_FORMAT_FLOAT)
    case .double: Int32(SF_FORMAT_DOUBLE)
    }
  }

  /// The name in messages.
  public var name: String { bits.map { "\($0)-bit PCM" } ?? "\(self == .float ? 32 : 64)-bit float" }
}

/// A kind of sound file that can be written, by its file name's extension.
public enum AudioContainer: String, Sendable, CaseIterable {
  case wav, rf64, w64, aiff, flac

  /// The kind that the extension of `path` names; nil if there is none.
  public init?(path: String) {
    let name = fileExtension(path)
    self.init(rawValue: name == "aif" ? "aiff" : name)
  }

  /// SF_FORMAT_...
  var major: Int32 {
    switch self {
    case .wav: Int32(SF_FORMAT_WAV)
    case .rf64: Int32(SF_FORMAT_RF64)
    case .w64: Int32(SF_FORMAT_W64)
    case .aiff: Int32(SF_FORMAT_AIFF)
    case .flac: Int32(SF_FORMAT_FLAC)
    }
  }
}

/// The format of a sound file.
public struct AudioFormat: Sendable, Equatable {
  /// "WAV", "FLAC" ...
  public var container: String
  /// nil for encodings that cannot be written, such as 8-bit PCM or A-law.
  public var encoding: SampleEncoding?
  /// "24-bit PCM", "A-Law" ...
  public var encodingName: String
  /// Whether the coding alters what it stores.
  public var isLossy = false

  init(container: String, encoding: SampleEncoding?, encodingName: String, isLossy: Bool) {
    (self.container, self.encoding, self.encodingName, self.isLossy) = (container, encoding, encodingName, isLossy)
  }

  /// SF_FORMAT_... of codings that keep every sample, and are not written.
  private static let exact: Set<Int32> = Set(
    [
      SF_FORMAT_PCM_S8, SF_FORMAT_PCM_U8, SF_FORMAT_ALAC_16, SF_FORMAT_ALAC_20, SF_FORMAT_ALAC_24, SF_FORMAT_ALAC_32, SF_FORMAT_DWVW_12,
      SF_FORMAT_DWVW_16, SF_FORMAT_DWVW_24, SF_FORMAT_DPCM_8, SF_FORMAT_DPCM_16,
    ].map { Int32($0) })

  /// - Parameter format: as in SF_INFO.
  init(_ format: Int32) {
    let (major, subtype) = (format & Int32(SF_FORMAT_TYPEMASK), format & Int32(SF_FORMAT_SUBMASK))
    // WAVEX is WAV with a longer header.
    let container = AudioContainer.allCases.first { $0.major == major }
    self.container =
      major == Int32(SF_FORMAT_WAVEX) ? "WAV" : container?.rawValue.uppercased() ?? Self.name(major)
    encoding = SampleEncoding.allCases.first { $0.subtype == subtype }
    encodingName = encoding?.name ?? Self.name(subtype)
    isLossy = encoding == nil && !Self.exact.contains(subtype)
  }

  /// "WAV, 24-bit PCM, 2 channels, 65536 taps, 48000 Hz", with `unit` "tap"; "unknown length" for a length of nil.
  func description(channels: Int, length: Int?, unit: String, sampleRate: Int) -> String {
    let length = length.map { quantity($0, unit) } ?? "unknown length"
    return "\(container), \(encodingName)\(isLossy ? " (lossy)" : ""), \(quantity(channels, "channel")), \(length), \(sampleRate) Hz"
  }

  /// libsndfile's name. Source: SFC_GET_FORMAT_INFO
  private static func name(_ format: Int32) -> String {
    var info = SF_FORMAT_INFO()
    info.format = format
    let size = Int32(MemoryLayout<SF_FORMAT_INFO>.size)
    guard sf_command(nil, Int32(SFC_GET_FORMAT_INFO), &info, size) == 0, let name = info.name else { return "unknown" }
    return String(cString: name)
  }
}

/// "wav" for "room.WAV"; empty without a dot.
func fileExtension(_ path: String) -> String {
  let file = path.split(separator: "/").last ?? ""
  guard let dot = file.lastIndex(of: ".") else { return "" }
  return file[file.index(after: dot)...].lowercased()
}
