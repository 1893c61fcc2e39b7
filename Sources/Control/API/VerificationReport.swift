/// The request of `POST /v1/verify`.
public struct VerificationRequest: Codable, Sendable, Equatable {
  /// Length of the signal.
  public var seconds: Double
  /// Seed of the random signal; nil: a random one.
  public var seed: Int?

  public static let mostSeconds = 600.0
  /// The largest integer that every JSON reader keeps.
  public static let largestSeed = 1 << 53 - 1

  public init(seconds: Double = 10, seed: Int? = nil) { (self.seconds, self.seed) = (seconds, seed) }
}

/// The answer to it: how a copy of the engine differs from the offline result.
public struct VerificationReport: Codable, Sendable, Equatable {
  public struct OutputReport: Codable, Sendable, Equatable {
    public var output: Int
    /// Samples that are not the exact sum, rounded half to even to the playback format.
    public var differing: Int
    /// Those of them whose exact sum lies within the engine's error of where rounding changes.
    public var atTies: Int
    /// In units of full scale, in dB (nil for 0), and in steps of the playback format.
    public var largestDifference: Double
    public var largestDecibels: Double?
    public var largestSteps: Double
    /// Exact sums halfway between two numbers of the playback format; nil where sums lie on no grid.
    public var ties: Int?
    /// Samples left undecided for want of time: counted as the offline result rounds them.
    public var undecided: Int
    /// How far sums may lie from the exact ones, for a full-scale signal; 0 where they are on a grid.
    public var bound: Double
    /// Sums are multiples of 2^grid; nil where they are not.
    public var grid: Int?

    public init(
      output: Int, differing: Int, atTies: Int, largestDifference: Double, largestDecibels: Double?, largestSteps: Double, ties: Int?,
      undecided: Int, bound: Double, grid: Int?
    ) {
      self.output = output
      self.differing = differing
      self.atTies = atTies
      self.largestDifference = largestDifference
      self.largestDecibels = largestDecibels
      self.largestSteps = largestSteps
      self.ties = ties
      self.undecided = undecided
      self.bound = bound
      self.grid = grid
    }
  }

  public var seed: Int
  /// Of each output.
  public var frames: Int
  /// ALSA's names of the sample formats.
  public var capture: String
  public var playback: String
  public var precision: String
  public var plan: String
  /// Samples out of the playback format's range, on both sides.
  public var clipped: Int
  public var outputs: [OutputReport]

  public init(
    seed: Int, frames: Int, capture: String, playback: String, precision: String, plan: String, clipped: Int, outputs: [OutputReport]
  ) {
    self.seed = seed
    self.frames = frames
    self.capture = capture
    self.playback = playback
    self.precision = precision
    self.plan = plan
    self.clipped = clipped
    self.outputs = outputs
  }

  /// Whether samples differ only at ties.
  public var passes: Bool { outputs.allSatisfy { $0.differing == $0.atTies } }
}
