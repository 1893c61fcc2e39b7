/// The request of `GET /v1/filters/{name}/response` and `GET /v1/outputs/{output}/response`.
public struct ResponseRequest: Sendable, Equatable {
  /// What responds.
  public enum Subject: Sendable, Equatable {
    /// A filter, by its name.
    case filter(String)
    /// The sum of the routes of an input to an output, both from 0.
    case output(Int, input: Int)
  }

  public var subject: Subject
  /// How many frequencies, of `mostPoints`.
  public var points: Int
  /// The most points of the impulse and of the step, of `mostSamples`.
  public var samples: Int
  /// The first frame that they show; nil: so that the peak lies a fourth of the way in.
  public var start: Int?
  /// How many frames they show.
  public var frames: Int

  package static let points = 2...2_048
  package static let samples = 2...4_096
  package static let frames = 2...1 << 31
  package static let mostStart = 1 << 31
  /// The largest number of a channel.
  package static let mostChannel = 1_023

  public init(_ subject: Subject, points: Int = 512, samples: Int = 1_024, start: Int? = nil, frames: Int = 4_096) {
    (self.subject, self.points, self.samples, self.start, self.frames) = (subject, points, samples, start, frames)
  }
}

/// The answer: how a filter, or an output, responds, with gains and delays as they are in force. A bypass changes nothing of it.
public struct FilterResponse: Codable, Sendable, Equatable {
  /// Hz.
  public var rate: Int
  /// The names of the filters that are added up.
  public var filters: [String]
  /// Frames from the first tap to the last.
  public var taps: Int
  /// Frames before the first tap: delays, and what the daemon adds to them.
  public var delayFrames: Int
  /// Where the largest tap is heard, the delay included; nil: all taps are 0.
  public var peakFrames: Int?
  /// Its value; full scale is 1.
  public var peak: Double?
  /// Hz, from 10 to half the rate, of equal ratios.
  public var frequencies: [Double]
  /// dB; nil: silence.
  public var magnitudes: [Double?]
  /// Degrees, -180 to 180, without the delay of the peak; nil: 60 dB or more below the largest magnitude.
  public var phases: [Double?]
  /// Frames, the delay included; nil as above.
  public var groupDelays: [Double?]
  public var impulse: Trace
  /// The sum of the impulse up to each frame.
  public var stepResponse: Trace

  /// Values over time: each point stands for `step` frames, with the least and the largest of their values.
  public struct Trace: Codable, Sendable, Equatable {
    /// The frame of the first value.
    public var start: Int
    public var step: Int
    public var minima: [Double]
    public var maxima: [Double]

    public init(start: Int, step: Int, minima: [Double] = [], maxima: [Double] = []) {
      (self.start, self.step, self.minima, self.maxima) = (start, step, minima, maxima)
    }
  }

  public init(
    rate: Int, filters: [String], taps: Int, delayFrames: Int, peakFrames: Int? = nil, peak: Double? = nil, frequencies: [Double],
    magnitudes: [Double?], phases: [Double?], groupDelays: [Double?], impulse: Trace, stepResponse: Trace
  ) {
    (self.rate, self.filters, self.taps, self.delayFrames) = (rate, filters, taps, delayFrames)
    (self.peakFrames, self.peak, self.frequencies) = (peakFrames, peak, frequencies)
    (self.magnitudes, self.phases, self.groupDelays) = (magnitudes, phases, groupDelays)
    (self.impulse, self.stepResponse) = (impulse, stepResponse)
  }
}
