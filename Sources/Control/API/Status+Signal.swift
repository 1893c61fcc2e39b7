// Members of the status that describe the signal's way.

extension Status {
  /// Both ends of the stream; nil while they are not open.
  public struct Devices: Codable, Sendable, Equatable {
    public var capture: Device?
    public var playback: Device?

    public init(capture: Device?, playback: Device?) {
      self.capture = capture
      self.playback = playback
    }
  }

  /// A device as negotiated.
  public struct Device: Codable, Sendable, Equatable {
    /// ALSA's.
    public var name = ""
    /// ALSA's name of the sample format.
    public var format = ""
    /// Hz.
    public var rate = 0
    public var channels = 0
    public var periodFrames = 0
    public var bufferFrames = 0

    public init() {}
  }

  /// From capture to playback, in frames.
  public struct Latency: Codable, Sendable, Equatable {
    /// Until a block is complete.
    public var blockFrames: Int
    /// Kept queued for playback; nil while no devices run.
    public var queueFrames: Int?
    /// Frames that the resampler between two clocks adds; nil while no devices run, and where they share one.
    public var resamplerFrames: Int?
    /// As read from the positions of both devices; nil while none run.
    public var measuredFrames: Int?
    /// For each output, its filters included.
    public var outputs: [OutputLatency]

    /// From capture until what is heard at this output.
    public struct OutputLatency: Codable, Sendable, Equatable {
      /// From the beginning of its filters to the largest of their taps, delays and alignment included; nil: it is silent.
      public var kernelFrames: Int?
      /// The same before `align: peaks`; nil: it is silent, or outputs are not aligned.
      public var unalignedFrames: Int?
      /// Block, queue, resampler and filters, and with what was measured in place of the former; nil while no devices run.
      public var promisedFrames: Int?
      public var promisedMilliseconds: Double?
      public var measuredFrames: Int?
      public var measuredMilliseconds: Double?

      /// - Parameters:
      ///   - promised, measured: without the filters, in frames.
      ///   - rate: Hz.
      public init(kernelFrames: Int?, unalignedFrames: Int? = nil, promised: Int?, measured: Int?, rate: Int) {
        (self.kernelFrames, self.unalignedFrames) = (kernelFrames, unalignedFrames)
        promisedFrames = kernelFrames.flatMap { kernel in promised.map { $0 + kernel } }
        measuredFrames = kernelFrames.flatMap { kernel in measured.map { $0 + kernel } }
        func milliseconds(_ frames: Int) -> Double { Double(frames) * 1000 / Double(rate) }
        (promisedMilliseconds, measuredMilliseconds) = (promisedFrames.map(milliseconds), measuredFrames.map(milliseconds))
      }
    }

    /// By which all filters are late, so that kernels that are resampled or of linear phase can begin before their time 0; nil: none.
    public var leadFrames: Int?

    public init(
      blockFrames: Int, queueFrames: Int?, resamplerFrames: Int? = nil, measuredFrames: Int?, leadFrames: Int? = nil,
      kernelFrames: [Int?] = [], unalignedFrames: [Int?]? = nil, rate: Int = 1
    ) {
      self.blockFrames = blockFrames
      self.leadFrames = leadFrames
      self.resamplerFrames = resamplerFrames
      self.queueFrames = queueFrames
      self.measuredFrames = measuredFrames
      let promised = queueFrames.map { blockFrames + $0 + (resamplerFrames ?? 0) }
      outputs = kernelFrames.indices.map {
        OutputLatency(
          kernelFrames: kernelFrames[$0], unalignedFrames: unalignedFrames?[$0], promised: promised, measured: measuredFrames, rate: rate)
      }
    }
  }

  /// The resampler between the clocks of capture and playback.
  public struct Resampler: Codable, Sendable, Equatable {
    public enum State: String, Codable, Sendable {
      /// Both devices share a clock: every bit passes.
      case off
      /// The ratio still moves by what an analyser shows.
      case settling
      case settled
    }

    public var state: State
    /// Captured frames for a played one, less 1, in millionths; nil where it is off.
    public var ppm: Double?

    public init(state: State, ppm: Double?) {
      self.state = state
      self.ppm = ppm
    }
  }

  /// Peaks since the last request, one a channel, in dBFS; nil: silence.
  public struct Levels: Codable, Sendable, Equatable {
    public var inputs: [Double?]
    public var outputs: [Double?]

    public init(inputs: [Double?], outputs: [Double?]) {
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  /// A route and its kernel.
  public struct Filter: Codable, Sendable, Equatable {
    public var name = ""
    /// Channel of the capture device, from 0.
    public var from = 0
    /// Channel of the playback device, from 0.
    public var to = 0
    /// Where the kernel came from.
    public var kernel = ""
    /// What was detected in it.
    public var layout = ""
    public var taps = 0
    /// dB.
    public var gain = 0.0
    /// Frames.
    public var delay = 0
    /// Filter lines of which the kernel is made; nil where they stand in a file, or are very many.
    public var equaliser: String?
    /// What a bypass leaves of it.
    public var bypass = Bypass.impulse

    public enum Bypass: String, Codable, Sendable {
      /// An impulse at the kernel's main peak.
      case impulse
      case mute
    }

    public init() {}
  }

  /// What `PATCH /v1/output` changes.
  public struct Output: Codable, Sendable, Equatable {
    public var mute: Bool
    public var bypass: Bool
    /// dB.
    public var volume: Double
    public var dither: Dither
    /// The magnitude above which a sample mutes the output, in dB of full scale; nil: none does.
    public var ceiling: Double?

    public init(mute: Bool, bypass: Bool, volume: Double = 0, dither: Dither = .off, ceiling: Double? = nil) {
      self.mute = mute
      self.bypass = bypass
      self.volume = volume
      self.dither = dither
      self.ceiling = ceiling
    }
  }

  /// What is added before samples are rounded to a device's integers.
  public enum Dither: String, Codable, Sendable, CaseIterable {
    case off = "none"
    /// Noise of a triangular distribution, two steps wide.
    case tpdf
  }
}
