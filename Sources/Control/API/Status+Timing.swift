// Members of the status that describe whether the daemon keeps its time.

extension Status {
  /// Time that a block takes, as a share of the time that it lasts.
  public struct Load: Codable, Sendable, Equatable {
    public var mean = 0.0
    /// 99th percentile.
    public var p99 = 0.0
    public var max = 0.0
    /// Blocks that took longer than they last.
    public var missed = 0
    /// Blocks that went without what other threads had not convolved in time.
    public var late = 0
    /// The load that the plan was predicted to take.
    public var predicted = 0.0
    /// That of the busiest worker, as a share of the time that its work lasts; nil: there is none.
    public var predictedWorkers: Double?
    public var histogram = Histogram(bounds: [], blocks: [0])

    public init() {}

    /// Blocks by the share of the deadline that they took.
    public struct Histogram: Codable, Sendable, Equatable {
      /// Upper ends of the buckets, ascending.
      public var bounds: [Double]
      /// Of each bucket, its upper end included; one more than bounds: what is above all of them.
      public var blocks: [Int]

      public init(bounds: [Double], blocks: [Int]) { (self.bounds, self.blocks) = (bounds, blocks) }
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

  /// An interruption of the sound.
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

}
