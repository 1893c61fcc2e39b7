/// What `PATCH /v1/filters` changes of one filter: nil members stay as they are.
public struct FilterChange: Codable, Sendable, Equatable {
  /// Path of a kernel file, relative to the configuration's folder, or words (`dirac`, `lowpass:LR4@2000`).
  public var kernel: String?
  /// Channel of the kernel file, from 0; nil: 0.
  public var channel: Int?
  /// dB, of `gains`.
  public var gain: Double?
  /// Frames, up to `mostDelay`.
  public var delay: Int?

  /// dB.
  package static let gains = -200.0...60
  /// Frames.
  package static let mostDelay = 1 << 20

  public init(kernel: String? = nil, channel: Int? = nil, gain: Double? = nil, delay: Int? = nil) {
    self.kernel = kernel
    self.channel = channel
    self.gain = gain
    self.delay = delay
  }
}

/// The answer to `PATCH /v1/filters`: all filters as they are now.
public struct FilterList: Codable, Sendable, Equatable {
  public var filters: [Status.Filter]

  public init(filters: [Status.Filter]) { self.filters = filters }
}
