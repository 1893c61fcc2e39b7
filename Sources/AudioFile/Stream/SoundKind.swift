/// What kind of sound file begins with some bytes.
enum SoundKind: Equatable {
  /// Read here.
  case wave(WaveForm)
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
    if let form = WaveForm(head: head) {
      self = .wave(form)
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
    if isMPEG(head) { return Refusal(name: "MPEG audio (MP3, AAC), a lossy coding", isLossy: true) }
    return refusals.first { head.dropFirst($0.offset).starts(with: $0.start) }?.refusal
  }

  private static let refusals: [(start: [UInt8], offset: Int, refusal: Refusal)] =
    ["wvpk": "WavPack", "MAC ": "Monkey's Audio", "TTA1": "True Audio", "TTA2": "True Audio", "ajkg": "Shorten"].map {
      (Array($0.utf8), 0, Refusal(name: $1))
    }
    + ["DSD ", "FRM8"].map { (Array($0.utf8), 0, Refusal(name: "DSD", isLossy: true)) }
    + [
      "Creative Voice File": "Creative Voice (VOC)", "NIST_1A": "NIST SPHERE", " paf": "Ensoniq PARIS (PAF)", "fap ": "Ensoniq PARIS (PAF)",
      "2BIT": "AVR", "PVF1": "PVF", "FORM": "IFF, and not AIFF", "ALawSoundFile**": "Psion (WVE)",
      "Extended Instrument: ": "FastTracker (XI)",
    ].map { (Array($0.utf8), 0, Refusal(name: $1)) }
    + ircamStarts.map { ($0, 0, Refusal(name: "IRCAM")) }
    + ["MPCK": "Musepack", "MP+": "Musepack", "#!AMR": "AMR", "ADIF": "AAC", "ID3": "MPEG audio (MP3)"].map {
      (Array($0.utf8), 0, Refusal(name: "\($1), a lossy coding", isLossy: true))
    } + [
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

extension ByteInput {
  /// Opens the sound that begins here, whatever its kind.
  ///
  /// - Throws: it is damaged, or no sound that is read.
  func reader() throws(AudioFileError) -> any FrameReader {
    try passTag()
    switch SoundKind(try peek(SoundKind.headBytes)) {
    case .wave(let form):
      keep()
      do {
        return try WaveReader(form, self)
      } catch let error as AudioFileError {
        throw error
      } catch {
        rewind()
        return try SndfileReader(whole(), name: name, path: path)
      }
    case .library: return try SndfileReader(whole(), name: name, path: path)
    case .refused(let refusal):
      throw AudioFileError(.badData, "\(name): it is \(refusal.name): \(refusal.remedy ?? conversion(isLossy: refusal.isLossy))")
    case .unknown: throw AudioFileError(.badData, "\(name): \(try fault(peek(4_096)))")
    }
  }

  /// Passes over an ID3 tag that some programs put before sound of any kind. MPEG audio is left as it is. Source: ID3v2.4
  private func passTag() throws(AudioFileError) {
    let head = try peek(10)
    guard head.count == 10, head.starts(with: "ID3".utf8), head[6...].allSatisfy({ $0 < 0x80 }) else { return }
    let size = 10 + head[6...].reduce(0) { $0 << 7 | Int($1) }
    // A larger one holds pictures, and stands before MPEG audio.
    guard size <= 1 << 24, case let next = try peek(size + SoundKind.headBytes).dropFirst(size) else { return }
    switch SoundKind(Array(next)) {
    case .wave, .library: _ = try skip(size)
    default: return
    }
  }

  private func fault(_ head: [UInt8]) -> String {
    if head.isEmpty { return "it is empty" }
    if isText(head) { return textFault(head) }
    let kinds = "WAV, RF64, BW64, W64, AIFF, FLAC, AU, CAF and Ogg"
    return "it is no sound file that can be read (\(kinds)): \(conversion(isLossy: true))"
  }

  private func textFault(_ head: [UInt8]) -> String {
    if let worded = WordedText(head), worded.isCertain {
      return "it is text, and no sound file: \(worded.message), as the kernel, which comes last"
    }
    let order = "it is text, and no sound file: a kernel or a configuration may be text, and comes last"
    return Kernel.isLikely(text: head) ? "\(order); of a kernel, \(Conversion(path: path).design())" : order
  }

  /// The command that makes a WAV of it; ffmpeg's own default is 16 bits.
  private func conversion(isLossy: Bool) -> String { Conversion(path: path).ffmpeg(isLossy ? "pcm_f32le" : "pcm_s32le") }
}
