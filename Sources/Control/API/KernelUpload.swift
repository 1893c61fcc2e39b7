/// The request of `PUT /v1/filters/{name}/kernel`: a whole kernel file.
public struct KernelUpload: Sendable, Equatable {
  /// The file.
  public var bytes: [UInt8]
  /// The file's kind as the client states it; nil: found from the first bytes.
  public var contentType: String?
  /// Channel of the file that serves the filter, from 0.
  public var channel: Int
  /// Whether a kernel of another rate is resampled or refused; nil: as the configuration says for the filter.
  public var resample: Bool?

  /// What messages and the status call it: a file's name; nil: `uploaded`.
  public var name: String?

  /// Words in which the file is named that the body is: `minimum:response:target.frd`; nil: the body is a kernel.
  public var words: String?
  /// How taps without a header lie in the body; nil: its kind is told.
  public var raw: RawBody?

  /// A body of taps without a header.
  public struct RawBody: Sendable, Equatable {
    /// One of `formats`.
    public var format: String
    /// Bytes before the first tap.
    public var skip: Int?
    /// How many taps there are; nil: all that follow.
    public var take: Int?
    /// Hz; nil: nobody says.
    public var rate: Int?

    package static let formats = ["f32", "f64", "s16", "s24", "s24in32", "s32"]

    public init(format: String, skip: Int? = nil, take: Int? = nil, rate: Int? = nil) {
      (self.format, self.skip, self.take, self.rate) = (format, skip, take, rate)
    }
  }

  /// Bytes of the longest `words`.
  package static let mostWordsBytes = 1_024
  /// Bytes of the longest name.
  package static let mostNameBytes = 255
  /// The largest `channel`: libsndfile reads files of up to 1,024 channels.
  package static let maximumChannel = 1023

  public init(
    bytes: [UInt8], contentType: String? = nil, channel: Int = 0, resample: Bool? = nil, name: String? = nil, words: String? = nil,
    raw: RawBody? = nil
  ) {
    self.bytes = bytes
    self.contentType = contentType
    self.channel = channel
    self.resample = resample
    self.name = name
    self.words = words
    self.raw = raw
  }
}

/// Bytes of the largest kernel file that can be sent: 64 MiB.
public let maximumKernelBytes = 64 << 20

/// The answer to a kernel upload: what was detected, and is now heard, or would be.
public struct KernelReport: Codable, Sendable, Equatable {
  /// The filter's name.
  public var filter: String
  public var taps: Int
  /// What was detected in the file.
  public var layout: String
  /// How it is computed.
  public var method: String
  /// Blocks from the request to the end of the fade.
  public var blocks: Int?
  /// Of a check: the share of the deadline that all filters would take by prediction.
  public var load: Double?
  /// Of a check: dB by which the filter's output would amplify some signal; nil where it is silent.
  public var worstCase: Double?

  public init(
    filter: String, taps: Int, layout: String, method: String, blocks: Int? = nil, load: Double? = nil, worstCase: Double? = nil
  ) {
    self.filter = filter
    self.taps = taps
    self.layout = layout
    self.method = method
    self.blocks = blocks
    self.load = load
    self.worstCase = worstCase
  }
}
