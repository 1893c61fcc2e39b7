import Numbers

/// What the `fmt ` chunk of a file of the WAV family says.
struct WaveFormat: Equatable {
  var sample: WaveSample
  var channelCount: Int
  /// Hz.
  var sampleRate: Int
  /// The speakers of an extensible header. Source: dwChannelMask of WAVEFORMATEXTENSIBLE
  var channelMask: UInt32?
  /// Whether the channels are those of Ambisonic B-format, as in .amb files.
  var isAmbisonic = false

  /// WAVE_FORMAT_...
  enum Tag {
    static let pcm = 1
    static let microsoftADPCM = 2
    static let float = 3
    static let aLaw = 6
    static let muLaw = 7
    static let imaADPCM = 0x11
    static let gsm = 0x31
    static let extensible = 0xFFFE
  }

  /// The bytes after the tag in an extensible header's GUID, and in that of Ambisonic B-format.
  static let guidTail: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
  static let ambisonicTail: [UInt8] = [0, 0, 0x21, 0x07, 0xD3, 0x11, 0x86, 0x44, 0xC8, 0xC1, 0xCA, 0, 0, 0]

  /// The longest that is defined.
  static let mostBytes = 40
}

/// Samples in a compression that libsndfile may know.
struct WaveCompression: Error {
  var tag: Int
}

extension WaveFormat {
  /// What is wrong with a format, in words.
  struct Fault: Error {
    var message: String
  }

  /// The numbers as they stand.
  private struct Fields {
    var tag, channels, rate, frameBytes, bits: Int
    var mask: UInt32?
    var isAmbisonic = false
  }

  /// - Parameter chunk: its first bytes, at most `mostBytes`.
  /// - Throws: a `Fault`, or a `WaveCompression`.
  init(_ chunk: [UInt8], _ container: WaveContainer) throws {
    let fields = try Self.fields(chunk, container)
    // libsndfile has the same limit.
    guard (1...1_024).contains(fields.channels) else {
      throw Fault(message: "its header says \(fields.channels) channels: 1 to 1024 are read")
    }
    guard (1...Int(Int32.max)).contains(fields.rate) else { throw Fault(message: "its header says \(fields.rate) Hz: is it damaged?") }
    guard [Tag.pcm, Tag.float, Tag.aLaw, Tag.muLaw].contains(fields.tag) else { throw WaveCompression(tag: fields.tag) }
    sample = try Self.sample(fields)
    (channelCount, sampleRate, channelMask) = (fields.channels, fields.rate, fields.mask)
    isAmbisonic = fields.isAmbisonic
  }

  private static func fields(_ chunk: [UInt8], _ container: WaveContainer) throws(Fault) -> Fields {
    let present = quantity(chunk.count, "byte")
    guard chunk.count >= 16 else { throw Fault(message: "its header is damaged: its fmt chunk has \(present), and needs 16") }
    func number(_ offset: Int, _ bytes: Int = 2) -> Int { container.integer(chunk, at: offset, bytes) }
    var fields = Fields(tag: number(0), channels: number(2), rate: number(4, 4), frameBytes: number(12), bits: number(14))
    guard fields.tag == Tag.extensible else { return fields }
    guard chunk.count >= 40 else {
      throw Fault(message: "its header is damaged: its fmt chunk says that it is extensible, and has \(present) in place of 40")
    }
    fields.mask = UInt32(number(20, 4))
    var guid = Array(chunk[24..<40])
    if container.isBigEndian, guid[0] == 0, guid[1] == 0 {
      // A number of four bytes and two of two, each in the file's order.
      for field in [0..<4, 4..<6, 6..<8] { guid[field].reverse() }
    }
    fields.isAmbisonic = isAmbisonic(guid)
    guard guid[2...].elementsEqual(guidTail) || fields.isAmbisonic else {
      throw Fault(message: "its samples are of a format that nobody has registered")
    }
    fields.tag = Int(guid[0]) | Int(guid[1]) << 8
    return fields
  }

  /// Some writers have two of its bytes the wrong way round.
  private static func isAmbisonic(_ guid: [UInt8]) -> Bool {
    let right = guid[7] == 0xD3 ? guid[2..<6] + [guid[7], guid[6]] + guid[8...] : guid[2...]
    return right.elementsEqual(ambisonicTail)
  }

  /// - Throws: such samples are not known, or lie in frames of another size.
  private static func sample(_ fields: Fields) throws(Fault) -> WaveSample {
    let bits = fields.bits
    let sample: WaveSample
    switch fields.tag {
    case Tag.aLaw where bits == 8: sample = .aLaw
    case Tag.muLaw where bits == 8: sample = .muLaw
    case Tag.pcm where (1...32).contains(bits): sample = .pcm(bytes: (bits + 7) / 8)
    case Tag.float where bits == 32 || bits == 64: sample = .float(bytes: bits / 8)
    default:
      let kind =
        fields.tag == Tag.pcm
        ? "\(bits)-bit PCM" : fields.tag == Tag.float ? "\(bits)-bit float" : "G.711 of \(quantity(bits, "bit"))"
      throw Fault(message: "its samples are \(kind): PCM of up to 32 bits is read, float of 32 or 64, and G.711 of 8")
    }
    guard fields.frameBytes == fields.channels * sample.bytes else { throw contradiction(fields) }
    return sample
  }

  /// Says why 24 bits in four bytes are not guessed: writers mean the upper three, or the lower.
  private static func contradiction(_ fields: Fields) -> Fault {
    let frames = "frames of \(quantity(fields.frameBytes, "byte"))"
    let fault = "its header says \(fields.channels) x \(quantity(fields.bits, "bit")) and \(frames), which do not agree"
    let width = fields.frameBytes / fields.channels
    guard width * fields.channels == fields.frameBytes, width <= 4, 8 * width > fields.bits else {
      return Fault(message: "\(fault): convert it where it was made")
    }
    let remedy = fields.bits == 24 ? ": record with arecord -f S24_3LE, or -f S32_LE" : ": convert it where it was made"
    return Fault(message: "\(fault), since which \(fields.bits) of the \(8 * width) bits hold the sound is not said\(remedy)")
  }
}
