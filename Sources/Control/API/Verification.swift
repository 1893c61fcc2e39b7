import FoundationEssentials

/// The request of `POST /v1/verify`.
public struct VerificationRequest: Codable, Sendable, Equatable {
  /// Of sound.
  public var seconds: Double
  /// Of the random programme; nil: any.
  public var seed: Int?

  public static let mostSeconds = 600.0
  /// What every JSON reader keeps.
  public static let largestSeed = 1 << 53 - 1

  public init(seconds: Double = 10, seed: Int? = nil) { (self.seconds, self.seed) = (seconds, seed) }
}

/// The answer to it: how a copy of the engine differs from the offline result.
public struct VerificationReport: Codable, Sendable, Equatable {
  public struct Output: Codable, Sendable, Equatable {
    public var output: Int
    /// Samples that are not the exact sum, rounded half to even to the playback format.
    public var differing: Int
    /// Those of them whose exact sum lies within the engine's error of where rounding changes.
    public var atTies: Int
    /// Full scale is 1; the same in dB, nil for 0; and in steps of the playback format.
    public var largestDifference: Double
    public var largestDecibels: Double?
    public var largestSteps: Double
    /// Exact sums right between two numbers of the playback format; nil where sums lie on no grid.
    public var ties: Int?
    /// Samples for which there was no time to tell: they count as the offline result has them.
    public var undecided: Int
    /// How far sums may lie from the exact ones, for a full-scale programme; 0 where they are on a grid.
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
  public var outputs: [Output]

  public init(
    seed: Int, frames: Int, capture: String, playback: String, precision: String, plan: String, clipped: Int, outputs: [Output]
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

  /// Whether nothing differs but what lies at a tie.
  public var passes: Bool { outputs.allSatisfy { $0.differing == $0.atTies } }
}

extension VerificationRequest {
  /// Reads the body of `POST /v1/verify`, which may be empty.
  init(json: [UInt8]) throws(Problem) {
    self.init()
    if json.isEmpty { return }
    guard let members = try? JSONDecoder().decode([String: Double].self, from: Data(json)) else {
      throw Problem(status: 400, detail: "the body must be a JSON object of numbers, as in {\"seconds\": 10, \"seed\": 1}, or empty")
    }
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      switch name {
      case "seconds":
        guard value > 0, value <= Self.mostSeconds else {
          throw Problem(status: 400, detail: "`seconds` is \(value), and must be above 0 and at most \(Int(Self.mostSeconds))")
        }
        seconds = value
      case "seed":
        guard value >= 0, value <= Double(Self.largestSeed), value == value.rounded() else {
          throw Problem(status: 400, detail: "`seed` must be a whole number from 0 to \(Self.largestSeed)")
        }
        seed = Int(value)
      default: throw Problem(status: 400, detail: "`\(name.prefix(40))` is unknown: the members are `seconds` and `seed`")
      }
    }
  }
}
