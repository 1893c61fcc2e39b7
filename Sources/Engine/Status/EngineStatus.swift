import ALSA
import Convolution

/// The state and counters of an engine.
public struct EngineStatus: Sendable, Equatable {
  /// Shares of the deadline that blocks have taken since the start.
  public struct Load: Sendable, Equatable {
    public var mean: Double
    public var p99: Double
    public var max: Double
    /// Blocks that took longer than they last.
    public var missed: Int
    /// The latest consecutive ones of them, up to the last block.
    public var missedInARow: Int
    /// Blocks that lack a tail, since its thread was late.
    public var late: Int
    /// The latest consecutive ones of them.
    public var lateInARow: Int
    /// The share of a job's time that the busiest of these threads takes.
    public var tails: Double
    public var histogram: LoadHistogram

    package init(
      mean: Double, p99: Double, max: Double, missed: Int, missedInARow: Int, late: Int = 0, lateInARow: Int = 0, tails: Double = 0,
      histogram: LoadHistogram
    ) {
      (self.mean, self.p99, self.max) = (mean, p99, max)
      (self.missed, self.missedInARow, self.late) = (missed, missedInARow, late)
      (self.lateInARow, self.tails) = (lateInARow, tails)
      self.histogram = histogram
    }
  }

  /// What is counted since the start, beside blocks, xruns and changes.
  public enum Counter: Int, CaseIterable, Sendable {
    /// Captured samples that were not finite, or 120 dB above full scale, and were replaced by silence.
    case unusableSamples
    /// Convolved blocks that were not finite, and were replaced by silence.
    case faultyBlocks
    /// How often the ceiling has closed the output.
    case closures
  }

  /// Sound that was kept from the output since the start.
  public struct Guards: Sendable, Equatable {
    private var counts: [Int]
    /// Whether the last block was a faulty one.
    public var isFaulty: Bool
    /// The magnitude that closed the output; nil: none did since `setOpen`.
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
    /// Captured frames for each played one, less 1, in millionths.
    public var ppm: Double
    /// Frames that it adds between capture and playback.
    public var latencyFrames: Int
  }

  public var load: Load
  public var guards: Guards
  public var captureXruns: Int
  public var playbackXruns: Int
  /// The xruns of both devices by cause.
  public var xrunCauses: [Xrun.Cause: Int]
  /// Samples that were out of the playback format's range.
  public var clippedSamples: Int
  /// Finished changes of the program.
  public var changes: Int
  public var blocks: Int
  /// Frames between capture and playback as measured; nil: no devices run.
  public var measuredFrames: Int?
  /// The part of it that the engine keeps queued for playback; nil: no devices run.
  public var queueFrames: Int?
  /// Nil: both devices share a clock.
  public var resampler: Resampler?
  /// The largest magnitudes since the last call; full scale is 1.
  public var inputPeaks: [Double]
  public var outputPeaks: [Double]
  public var capture: Negotiated?
  public var playback: Negotiated?
  public var realTime: RealTimeReport
  /// For each output, of the program that is heard.
  public var sums: [OutputSums]
}
