import ALSA
import Convolution

/// What the engine says of itself.
public struct EngineStatus: Sendable, Equatable {
  /// Shares of the time that a block lasts, since the start.
  public struct Load: Sendable, Equatable {
    public var mean: Double
    public var p99: Double
    public var max: Double
    /// Blocks that took longer than they last: all since the start, and those up to the last one without a break.
    public var missed: Int
    public var missedInARow: Int
    /// Blocks that went without what other threads had not convolved in time.
    public var late: Int
    public var histogram: LoadHistogram

    package init(mean: Double, p99: Double, max: Double, missed: Int, missedInARow: Int, late: Int, histogram: LoadHistogram) {
      (self.mean, self.p99, self.max) = (mean, p99, max)
      (self.missed, self.missedInARow, self.late) = (missed, missedInARow, late)
      self.histogram = histogram
    }
  }

  /// What is counted since the start beside blocks, xruns and changes.
  public enum Counter: Int, CaseIterable, Sendable {
    /// Captured samples that were not finite, or 120 dB above full scale: taken as silence.
    case unusableSamples
    /// Blocks that were not finite when they were convolved: played as silence.
    case faultyBlocks
    /// Times that the ceiling has closed the output.
    case closures
  }

  /// What was kept from the output since the start.
  public struct Guards: Sendable, Equatable {
    private var counts: [Int]
    /// Whether the last block was a faulty one.
    public var isFaulty: Bool
    /// The magnitude that closed the output last; nil: the output has been set since.
    public var excess: Double?

    public init(counts: (Counter) -> Int = { _ in 0 }, isFaulty: Bool = false, excess: Double? = nil) {
      (self.counts, self.isFaulty, self.excess) = (Counter.allCases.map(counts), isFaulty, excess)
    }

    public subscript(_ counter: Counter) -> Int { counts[counter.rawValue] }
  }

  /// The resampler between two clocks.
  public struct Resampler: Sendable, Equatable {
    /// Whether the ratio moves by hundredths of a ppm only.
    public var isSettled: Bool
    /// Captured frames for a played one, less 1, in millionths.
    public var ppm: Double
    /// What it adds between capture and playback.
    public var latencyFrames: Int
  }

  public var load: Load
  public var guards: Guards
  public var captureXruns: Int
  public var playbackXruns: Int
  /// Of both, by what is known of their cause.
  public var xrunCauses: [Xrun.Cause: Int]
  /// Samples that were out of the playback format's range.
  public var clippedSamples: Int
  /// Programs that have been changed to, fade included.
  public var changes: Int
  public var blocks: Int
  /// Frames between capture and playback as measured; nil while no devices run.
  public var measuredFrames: Int?
  /// The frames of it that the engine keeps queued for playback; nil while no devices run.
  public var queueFrames: Int?
  /// Nil where both devices share a clock.
  public var resampler: Resampler?
  /// Largest magnitudes since the last call, full scale 1.
  public var inputPeaks: [Double]
  public var outputPeaks: [Double]
  public var capture: Negotiated?
  public var playback: Negotiated?
  public var realTime: RealTimeReport
  /// For each output, of what is heard.
  public var sums: [OutputSums]
}
