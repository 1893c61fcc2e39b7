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
    public var output = 0
    /// Samples that are not the exact sum, rounded half to even to the playback format.
    public var differing = 0
    /// Those of them whose exact sum lies within the engine's error of where rounding changes.
    public var atTies = 0
    /// In units of full scale, in dB (nil for 0), and in steps of the playback format.
    public var largestDifference = 0.0
    public var largestDecibels: Double?
    public var largestSteps = 0.0
    /// Exact sums halfway between two numbers of the playback format; nil where sums lie on no grid.
    public var ties: Int?
    /// Samples left undecided for want of time: counted as the offline result rounds them.
    public var undecided = 0
    /// How far sums may lie from the exact ones, for a full-scale signal; 0 where they are on a grid.
    public var bound = 0.0
    /// Sums are multiples of 2^grid; nil where they are not.
    public var grid: Int?

    public init() {}
  }

  public var seed = 0
  /// Of each output.
  public var frames = 0
  /// ALSA's names of the sample formats.
  public var capture = ""
  public var playback = ""
  public var precision = ""
  public var plan = ""
  /// Samples out of the playback format's range, on both sides.
  public var clipped = 0
  public var outputs: [OutputReport] = []

  public init() {}

  /// Whether samples differ only at ties.
  public var passes: Bool { outputs.allSatisfy { $0.differing == $0.atTies } }
}
