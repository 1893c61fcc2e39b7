import CSndfile

/// How samples lie in a file, as far as we write them.
public enum SampleEncoding: String, Sendable, CaseIterable {
  case s16, s24, s32
  case float, double

  /// Bits of an integer sample; nil for floating point.
  public var bits: Int? {
    switch self {
    case .s16: 16
    case .s24: 24
    case .s32: 32
    case .float, .double: nil
    }
  }

  /// SF_FORMAT_...
  var subtype: Int32 {
    switch self {
    case .s16: Int32(SF_FORMAT_PCM_16)
    case .s24: Int32(SF_FORMAT_PCM_24)
    case .s32: Int32(SF_FORMAT_PCM_32)
    case .float: Int32(SF_FORMAT_FLOAT)
    case .double: Int32(SF_FORMAT_DOUBLE)
    }
  }

  /// What messages say.
  public var name: String { bits.map { "\($0)-bit PCM" } ?? "\(self == .float ? 32 : 64)-bit float" }
}

/// Kinds of files that we write, by the extension of their names.
public enum AudioContainer: String, Sendable, CaseIterable {
  case wav, rf64, w64, aiff, flac

  /// The kind that a file name asks for; nil if its extension names none.
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

/// What a sound file is.
public struct AudioFormat: Sendable, Equatable {
  /// "WAV", "FLAC" ...
  public var container: String
  /// nil if it is one that we do not write, such as 8-bit PCM or A-law.
  public var encoding: SampleEncoding?
  /// "24-bit PCM", "A-Law" ...
  public var encodingName: String

  /// - Parameter format: as in SF_INFO.
  init(_ format: Int32) {
    let (major, subtype) = (format & Int32(SF_FORMAT_TYPEMASK), format & Int32(SF_FORMAT_SUBMASK))
    // WAVEX is a WAV file whose header says more.
    let container = AudioContainer.allCases.first { $0.major == major }
    self.container =
      major == Int32(SF_FORMAT_WAVEX) ? "WAV" : container?.rawValue.uppercased() ?? Self.name(major)
    encoding = SampleEncoding.allCases.first { $0.subtype == subtype }
    encodingName = encoding?.name ?? Self.name(subtype)
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

/// "wav" for "room.WAV", nothing without a dot.
func fileExtension(_ path: String) -> String {
  let file = path.split(separator: "/").last ?? ""
  guard let dot = file.lastIndex(of: ".") else { return "" }
  return file[file.index(after: dot)...].lowercased()
}
