/// What `GET /v1/presets` says of a preset: a kernel, gain and delay for every filter, held ready under a name.
public struct PresetReport: Codable, Sendable, Equatable {
  public var name: String
  /// When; ISO 8601, UTC.
  public var saved: String
  /// Whether what is in force is this, unchanged.
  public var active: Bool
  /// Hz.
  public var rate: Int
  /// How many.
  public var filters: Int
  /// That it takes of the memory for presets.
  public var bytes: Int
  /// dB: the mean power of all outputs for K-weighted pink noise of full power on every input; nil: silence, or not known.
  public var level: Double?
  /// Frames until the main peak of the latest output, delays included; nil: silence, or not known.
  public var peakFrames: Int?
  /// The same for each output; empty where it is not known.
  public var outputs: [Output]
  /// Why it cannot be activated now; nil: it can.
  public var refusal: String?

  public struct Output: Codable, Sendable, Equatable {
    public var level: Double?
    public var peakFrames: Int?

    public init(level: Double?, peakFrames: Int?) { (self.level, self.peakFrames) = (level, peakFrames) }
  }

  public init(
    name: String, saved: String, active: Bool = false, rate: Int, filters: Int, bytes: Int, level: Double? = nil, peakFrames: Int? = nil,
    outputs: [Output] = [], refusal: String? = nil
  ) {
    (self.name, self.saved, self.active, self.rate) = (name, saved, active, rate)
    (self.filters, self.bytes, self.level, self.peakFrames) = (filters, bytes, level, peakFrames)
    (self.outputs, self.refusal) = (outputs, refusal)
  }
}

/// The answer to `GET /v1/presets`.
public struct PresetList: Codable, Sendable, Equatable {
  /// By their names.
  public var presets: [PresetReport]
  /// How many there can be.
  public var most: Int
  /// The memory that they take, and may take.
  public var bytes: Int
  public var mostBytes: Int

  public init(presets: [PresetReport], most: Int, bytes: Int, mostBytes: Int) {
    (self.presets, self.most, self.bytes, self.mostBytes) = (presets, most, bytes, mostBytes)
  }
}

/// The request of `POST /v1/presets/{name}/activate`.
public struct PresetActivation: Encodable, Sendable, Equatable {
  /// What it is to be compared with; nil: nothing.
  public var match: Match?
  /// dB, on all outputs, in `trims`.
  public var trim: Double?

  /// Presets to whose quietest it is attenuated, and to whose latest it is delayed.
  public enum Match: Encodable, Sendable, Equatable {
    /// All that can be activated.
    case all
    /// By their names, `most` at the most.
    case presets([String])

    package static let most = 32

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      if case .presets(let names) = self { try container.encode(names) } else { try container.encode(true) }
    }
  }

  public static let trims = -120.0...0

  public init(match: Match? = nil, trim: Double? = nil) { (self.match, self.trim) = (match, trim) }
}

/// The answer to it: what is now heard.
public struct PresetUse: Codable, Sendable, Equatable {
  public var preset: String
  /// dB, that the filters' gains are less than the preset's.
  public var trim: Double
  /// Frames, that their delays are more.
  public var delayFrames: Int
  /// All filters as they are now.
  public var filters: [Status.Filter]

  public init(preset: String, trim: Double, delayFrames: Int, filters: [Status.Filter]) {
    (self.preset, self.trim, self.delayFrames, self.filters) = (preset, trim, delayFrames, filters)
  }
}

/// Names of presets, which are names of files too.
public enum PresetName {
  /// A regular expression.
  package static let pattern = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"

  /// Whether a preset may have it.
  public static func isValid(_ name: String) -> Bool {
    let bytes = name.utf8
    func isWord(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...122).contains(byte | 0x20) }
    guard let first = bytes.first, isWord(first), bytes.count <= 64 else { return false }
    return bytes.allSatisfy { isWord($0) || "_.-".utf8.contains($0) }
  }
}

extension Status {
  /// A preset that there is.
  public struct Preset: Codable, Sendable, Equatable {
    public var name: String
    /// When; ISO 8601, UTC.
    public var saved: String

    public init(name: String, saved: String) { (self.name, self.saved) = (name, saved) }
  }
}
