// The parts of a status that tell whether the daemon keeps its time.

extension Status {
  /// Time that a block takes, as a share of the time that it lasts.
  public struct Load: Codable, Sendable, Equatable {
    public var mean: Double
    /// 99th percentile.
    public var p99: Double
    public var max: Double
    /// Blocks that went without what other threads had not convolved in time.
    public var late: Int

    public init(mean: Double, p99: Double, max: Double, late: Int = 0) {
      self.mean = mean
      self.p99 = p99
      self.max = max
      self.late = late
    }
  }

  /// Since the start.
  public struct Xruns: Codable, Sendable, Equatable {
    public var capture: Int
    public var playback: Int

    public init(capture: Int, playback: Int) {
      self.capture = capture
      self.playback = playback
    }
  }

  /// What the system granted to the audio thread, read back.
  public struct RealTime: Codable, Sendable, Equatable {
    /// Scheduling policy, as sched(7) names it.
    public var policy: String
    public var priority: Int
    /// Memory that cannot be paged out.
    public var lockedBytes: Int
    public var denormalsFlushed: Bool
    /// What was not granted, and how to grant it.
    public var warnings: [String]

    public init(policy: String, priority: Int, lockedBytes: Int, denormalsFlushed: Bool, warnings: [String]) {
      self.policy = policy
      self.priority = priority
      self.lockedBytes = lockedBytes
      self.denormalsFlushed = denormalsFlushed
      self.warnings = warnings
    }
  }
}
