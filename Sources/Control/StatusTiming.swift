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

  /// Times that a device ran over or dry, or the sound was interrupted otherwise, since the start.
  public struct Xruns: Codable, Sendable, Equatable {
    public var capture: Int
    public var playback: Int
    /// How many of both there were of each cause.
    public var causes: [String: Int]
    /// The latest, oldest first.
    public var last: [Xrun]

    public init(capture: Int, playback: Int, causes: [String: Int] = [:], last: [Xrun] = []) {
      self.capture = capture
      self.playback = playback
      self.causes = causes
      self.last = last
    }
  }

  /// One of them.
  public struct Xrun: Codable, Sendable, Equatable {
    /// ISO 8601, UTC.
    public var time: String
    /// `capture` or `playback`.
    public var direction: String
    /// `lateBlock`, `lateThread`, `device`, `stalled`, `suspended`, `apart` or `lost`.
    public var cause: String
    /// Which device, what happened, and what helps.
    public var text: String

    public init(time: String, direction: String, cause: String, text: String) {
      self.time = time
      self.direction = direction
      self.cause = cause
      self.text = text
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
