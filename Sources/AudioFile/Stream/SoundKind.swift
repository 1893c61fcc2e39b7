/// What kind of sound file begins with some bytes.
enum SoundKind: Equatable {
  /// Read here.
  case wave(WaveContainer)
  /// Read by libsndfile.
  case library
  /// Known, and not read.
  case refused(Refusal)
  case unknown

  /// Bytes that tell it.
  static let headBytes = 64

  /// Why a kind is not read.
  struct Refusal: Equatable {
    /// "WavPack" ...
    var name: String
    /// What to do; nil: convert it.
    var remedy: String?
    /// Whether its samples are no integers, or were altered.
    var isLossy = false
  }

  init(_ head: [UInt8]) {
    if let container = WaveContainer(head: head) {
      self = .wave(container)
    } else if head.starts(with: "OggS".utf8), Self.codec(ofOgg: head).starts(with: [0x7F] + "FLAC".utf8) {
      self = .refused(Refusal(name: "FLAC in Ogg"))
    } else if Self.libraryStarts.contains(where: { head.starts(with: $0) }) || Self.isAIFF(head) {
      self = .library
    } else if let refusal = Self.refusal(head) {
      self = .refused(refusal)
    } else {
      self = .unknown
    }
  }

  /// First bytes of the kinds that are left to libsndfile beside AIFF. It knows others, of which it does not say when they are cut off.
  private static let libraryStarts: [[UInt8]] = ["fLaC", ".snd", "dns.", "caff", "OggS"].map { Array($0.utf8) }

  private static func isAIFF(_ head: [UInt8]) -> Bool {
    head.starts(with: "FORM".utf8) && ["AIFF", "AIFC"].contains { head.dropFirst(8).starts(with: $0.utf8) }
  }

  /// The first packet of an Ogg stream names its codec.
  private static func codec(ofOgg head: [UInt8]) -> ArraySlice<UInt8> { head.dropFirst(head.count > 26 ? 27 + Int(head[26]) : head.count) }

  private static func refusal(_ head: [UInt8]) -> Refusal? {
    if isMPEG(head), !isText(head) { return Refusal(name: "MPEG audio (MP3, AAC), a lossy coding", isLossy: true) }
    return refusals.first { head.dropFirst($0.offset).starts(with: $0.start) }?.refusal
  }

  private typealias Mark = (start: [UInt8], offset: Int, refusal: Refusal)

  // Not one sum, which is too much for the type checker of Swift 6.2.
  private static let refusals: [Mark] = {
    var marks: [Mark] = lossless.map { (Array($0.utf8), 0, Refusal(name: $1)) }
    marks += lossy.map { (Array($0.utf8), 0, Refusal(name: "\($1), a lossy coding", isLossy: true)) }
    marks += ["DSD ", "FRM8"].map { (Array($0.utf8), 0, Refusal(name: "DSD", isLossy: true)) }
    marks += ircamStarts.map { ($0, 0, Refusal(name: "IRCAM")) }
    return marks + binary
  }()

  private static let lossless = [
    "wvpk": "WavPack", "MAC ": "Monkey's Audio", "TTA1": "True Audio", "TTA2": "True Audio", "ajkg": "Shorten",
    "Creative Voice File": "Creative Voice (VOC)", "NIST_1A": "NIST SPHERE", " paf": "Ensoniq PARIS (PAF)", "fap ": "Ensoniq PARIS (PAF)",
    "2BIT": "AVR", "PVF1": "PVF", "FORM": "IFF, and not AIFF", "ALawSoundFile**": "Psion (WVE)",
    "Extended Instrument: ": "FastTracker (XI)",
  ]

  private static let lossy = ["MPCK": "Musepack", "MP+": "Musepack", "#!AMR": "AMR", "ADIF": "AAC", "ID3": "MPEG audio (MP3)"]

  private static let binary: [Mark] = [
    (Array("ftyp".utf8), 4, Refusal(name: "MP4 (ALAC or AAC)")),
    ([0x1A, 0x45, 0xDF, 0xA3], 0, Refusal(name: "Matroska or WebM", isLossy: true)),
    ([0x30, 0x26, 0xB2, 0x75], 0, Refusal(name: "Windows Media", isLossy: true)),
    ([0x50, 0x4B, 0x03, 0x04], 0, Refusal(name: "a ZIP archive", remedy: "if it is NumPy's .npz, save one array of it with np.save")),
    (Array("MATLAB".utf8), 0, Refusal(name: "a MATLAB file", remedy: "save one array of it with scipy.io.loadmat and np.save")),
    ([0x93] + Array("NUMPY".utf8), 0, Refusal(name: "a .npy array", remedy: "name it as a file")),
  ]

  /// Of big-endian and little-endian machines.
  private static let ircamStarts: [[UInt8]] = (1...4).flatMap { [[0x64, 0xA3, $0, 0], [0, $0, 0xA3, 0x64]] }

  /// MPEG audio has no header but a pattern of eleven bits, which text in UTF-16 has too.
  private static func isMPEG(_ head: [UInt8]) -> Bool { head.count > 2 && head[0] == 0xFF && head[1] & 0xE0 == 0xE0 && head[2] != 0xFF }
}
