/// The daemon's state: the document of `GET /v1/status`.
public struct Status: Codable, Sendable, Equatable {
  public enum State: String, Codable, Sendable, CaseIterable {
    case starting
    case running
    /// Waits for a device; `cause` names it.
    case waiting
    case muted
    case failed
  }

  public var state: State
  /// Why it is in that state, where the state does not say.
  public var cause: String?
  /// Hz.
  public var rate: Int
  /// Frames that the engine takes at once.
  public var block: Int
  /// `float32` or `float64`.
  public var precision: String
  public var devices: Devices
  public var latency: Latency
  public var resampler: Resampler
  public var load: Load
  public var xruns: Xruns
  /// Changes of filters since the start, fade included.
  public var changes: Int
  /// Samples that were out of the playback format's range.
  public var clipped: Int
  public var levels: Levels
  public var realtime: RealTime
  public var filters: [Filter]
  /// How the kernels are computed.
  public var plan: String
  public var output: Output
  public var guards: Guards
  /// For each output, the gain in dB of the signal that its filters amplify most; nil: silence. Above 0 it can clip.
  public var worstCase: [Double?]
  /// Why the last change was taken back; nil: it was not.
  public var rollback: String?
  /// For each output.
  public var exactness: [Exactness]
  /// Whether something was changed since the configuration file was read.
  public var differsFromFile: Bool
  /// Of the daemon.
  public var version: String

  public init(
    state: State, cause: String? = nil, rate: Int, block: Int, precision: String, devices: Devices, latency: Latency,
    resampler: Resampler, load: Load, xruns: Xruns, changes: Int, clipped: Int, levels: Levels, realtime: RealTime, filters: [Filter],
    plan: String, output: Output, differsFromFile: Bool, version: String, guards: Guards = Guards(), worstCase: [Double?] = [],
    rollback: String? = nil, exactness: [Exactness] = []
  ) {
    self.state = state
    self.cause = cause
    self.rate = rate
    self.block = block
    self.precision = precision
    self.devices = devices
    self.latency = latency
    self.resampler = resampler
    self.load = load
    self.xruns = xruns
    self.changes = changes
    self.clipped = clipped
    self.levels = levels
    self.realtime = realtime
    self.filters = filters
    self.plan = plan
    self.output = output
    self.guards = guards
    self.worstCase = worstCase
    self.rollback = rollback
    self.exactness = exactness
    self.differsFromFile = differsFromFile
    self.version = version
  }
}
