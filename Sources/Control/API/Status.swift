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

  public var state = State.starting
  /// Why it is in that state, where the state does not say.
  public var cause: String?
  /// Hz.
  public var rate = 0
  /// Frames that the engine takes at once.
  public var block = 0
  /// `float32` or `float64`.
  public var precision = ""
  public var devices = Devices(capture: nil, playback: nil)
  public var latency = Latency(blockFrames: 0, queueFrames: nil, measuredFrames: nil)
  public var resampler = Resampler(state: .off, ppm: nil)
  public var load = Load()
  public var xruns = Xruns(capture: 0, playback: 0)
  /// Changes of filters since the start, fade included.
  public var changes = 0
  /// Samples that were out of the playback format's range.
  public var clipped = 0
  public var levels = Levels(inputs: [], outputs: [])
  public var realtime = RealTime()
  public var filters: [Filter] = []
  /// How the kernels are computed.
  public var plan = ""
  public var output = Output(mute: false, bypass: false)
  public var guards = Guards()
  /// For each output, the gain in dB of the signal that its filters amplify most; nil: silence. Above 0 it can clip.
  public var worstCase: [Double?] = []
  /// Why the last change was taken back; nil: it was not.
  public var rollback: String?
  /// For each output.
  public var exact: [Exact] = []
  /// For each output: what `exact` says, without widths.
  public var exactness: [Exactness] = []
  /// The preset that is in force, unchanged; nil: none.
  public var preset: String?
  /// All that there are, by their names; nil from a daemon that does not send them.
  public var presets: [Preset]?
  /// Whether something was changed since the configuration file was read.
  public var differsFromFile = false
  /// Of the daemon.
  public var version = ""

  /// Of a daemon that has only begun to start.
  public init() {}
}
