/// The request of `PATCH /v1/output`: nil members stay as they are.
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

  /// A filter's gain amplifies: above 0 dB a full-scale sound would clip.
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
