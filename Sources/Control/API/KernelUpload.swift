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

  /// Bytes of the longest name.
  package static let mostNameBytes = 255
  /// The largest `channel`: libsndfile reads files of up to 1,024 channels.
  package static let maximumChannel = 1023

  public init(bytes: [UInt8], contentType: String? = nil, channel: Int = 0, resample: Bool? = nil, name: String? = nil) {
    self.bytes = bytes
    self.contentType = contentType
    self.channel = channel
    self.resample = resample
    self.name = name
  }
}

/// Bytes of the largest kernel file that can be sent: 64 MiB.
public let maximumKernelBytes = 64 << 20

/// The answer to a kernel upload: what was detected, and is now heard.
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

  public init(filter: String, taps: Int, layout: String, method: String, blocks: Int? = nil) {
    self.filter = filter
    self.taps = taps
    self.layout = layout
    self.method = method
    self.blocks = blocks
  }
}
