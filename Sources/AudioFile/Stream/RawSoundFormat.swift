import Numbers

/// The format of sound without a header, little-endian: `s16,2,44100`.
public struct RawSoundFormat: Sendable, Equatable {
  public var sample: RawKernelFormat
  public var channelCount: Int
  /// Hz.
  public var sampleRate: Int

  public init(sample: RawKernelFormat, channelCount: Int, sampleRate: Int) {
    (self.sample, self.channelCount, self.sampleRate) = (sample, channelCount, sampleRate)
  }

  /// Reads `FORMAT,CHANNELS,RATE`; nil if it is none.
  public init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let named = ["float": RawKernelFormat.f32, "double": .f64]
    guard parts.count == 3, let sample = RawKernelFormat(rawValue: parts[0]) ?? named[parts[0]],
      let channels = Self.number(parts[1], 1...1_024), let rate = Self.number(parts[2], 1...Int(Int32.max))
    else { return nil }
    self.init(sample: sample, channelCount: channels, sampleRate: rate)
  }

  private static func number(_ text: String, _ range: ClosedRange<Int>) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int(text),
      range.contains(number)
    else { return nil }
    return number
  }

  /// "raw, 16-bit PCM, 2 channels, 44100 Hz"
  public var layout: String { "raw, \(sample.name), \(quantity(channelCount, "channel")), \(sampleRate) Hz" }

  var frameBytes: Int { channelCount * sample.stored.bytes }
}

extension RawKernelFormat {
  /// What writes samples as they are: 24 bits in four bytes have no file format.
  public init(_ encoding: SampleEncoding) {
    self =
      switch encoding {
      case .s16: .s16
      case .s24packed: .s24packed
      case .s32: .s32
      case .float: .f32
      case .double: .f64
      }
  }

  /// The layout in which samples are delivered and taken: 24 bits in four bytes in the upper ones.
  var delivered: StoredEncoding { self == .s24in32 ? .leftJustified(bits: 24) : stored }

  /// Bits of an integer sample; nil for floating point.
  public var bits: Int? { delivered.bits }
}
