/// The request of `PUT /v1/filters/{name}/kernel`: a kernel file, read whole.
public struct KernelUpload: Sendable, Equatable {
  /// The file.
  public var bytes: [UInt8]
  /// What the client says that it is; nil: to be told from the first bytes.
  public var contentType: String?
  /// Channel of the file that serves the filter, from 0.
  public var channel: Int
  /// Whether a kernel of another rate is resampled, or refused; nil: as the configuration says of the filter.
  public var resample: Bool?

  public init(bytes: [UInt8], contentType: String? = nil, channel: Int = 0, resample: Bool? = nil) {
    self.bytes = bytes
    self.contentType = contentType
    self.channel = channel
    self.resample = resample
  }
}

/// The answer to it: what was detected, and is heard from now on.
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

/// The request of `PATCH /v1/output`: what is nil stays as it is.
public struct OutputChange: Encodable, Sendable, Equatable {
  public var mute: Bool?
  public var bypass: Bool?
  /// dB, in `volumes`.
  public var volume: Double?
  public var dither: Status.Dither?
  public var ceiling: Ceiling?

  /// The magnitude above which a sample mutes the output.
  public enum Ceiling: Encodable, Sendable, Equatable {
    case off
    /// dB of full scale, in `ceilings`.
    case at(Double)

    /// Nil: none.
    public var decibels: Double? { if case .at(let decibels) = self { decibels } else { nil } }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      if let decibels { try container.encode(decibels) } else { try container.encode("none") }
    }
  }

  /// What amplifies is a filter's gain: above 0 dB a full-scale sound would clip.
  public static let volumes = -120.0...0
  public static let ceilings = -120.0...0

  public init(
    mute: Bool? = nil, bypass: Bool? = nil, volume: Double? = nil, dither: Status.Dither? = nil, ceiling: Ceiling? = nil
  ) {
    self.mute = mute
    self.bypass = bypass
    self.volume = volume
    self.dither = dither
    self.ceiling = ceiling
  }
}

/// What the server does when it is asked to. All run on Swift's cooperative threads, several at once; when the server
/// stops, their tasks are cancelled.
public struct ControlHandlers: Sendable {
  /// Peaks are those since the last call.
  public var status: @Sendable () async -> Status
  public var metrics: @Sendable () async -> Metrics
  /// Returns when the new kernel is what is heard.
  public var replaceKernel: @Sendable (_ filter: String, _ upload: KernelUpload) async throws(Problem) -> KernelReport
  /// Returns the whole of what may be changed, as it is then.
  public var changeOutput: @Sendable (_ change: OutputChange) async throws(Problem) -> Status.Output
  /// Changes filters by their names, all of them in one step or none; returns when that is heard, with all filters.
  public var changeFilters: @Sendable (_ changes: [String: FilterChange]) async throws(Problem) -> FilterList
  /// Compares a copy of what is heard with the offline result, and returns when that is done.
  public var verify: @Sendable (_ request: VerificationRequest) async throws(Problem) -> VerificationReport
  public var configuration: ConfigurationHandlers

  public init(
    status: @escaping @Sendable () async -> Status,
    metrics: @escaping @Sendable () async -> Metrics,
    replaceKernel: @escaping @Sendable (_ filter: String, _ upload: KernelUpload) async throws(Problem) -> KernelReport,
    changeOutput: @escaping @Sendable (_ change: OutputChange) async throws(Problem) -> Status.Output,
    changeFilters: @escaping @Sendable (_ changes: [String: FilterChange]) async throws(Problem) -> FilterList,
    verify: @escaping @Sendable (_ request: VerificationRequest) async throws(Problem) -> VerificationReport,
    configuration: ConfigurationHandlers
  ) {
    self.status = status
    self.metrics = metrics
    self.replaceKernel = replaceKernel
    self.changeOutput = changeOutput
    self.changeFilters = changeFilters
    self.verify = verify
    self.configuration = configuration
  }
}
