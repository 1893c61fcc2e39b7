import Convolution
import PCM
import Vector

/// What the daemon is to run: a validated configuration file.
public struct Configuration: Sendable, Equatable {
  /// Sample rate of the stream, Hz.
  public var rate: Int
  /// Whether the rate is the one that the source plays at, and becomes another one with it (`rate: auto`).
  public var followsSource: Bool
  /// Frames that the engine takes at once: 1 to 16,384.
  public var block: Int
  /// What the convolvers compute in.
  public var precision: Precision
  /// How kernels are cut; nil: as is cheapest on this processor.
  public var plan: Plan?
  /// Threads beside the audio thread that convolve the late taps: 0 to 16.
  public var workers: Int
  /// Where the sound comes from.
  public var capture: Device
  /// Where it goes.
  public var playback: Device
  /// The routes, in the file's order: at least one.
  public var filters: [Filter]
  /// What outputs are delayed for.
  public var alignment: Alignment
  /// Length of the cross-fade on every change, ms: 0 to 1,000.
  public var fade: Double
  /// What happens to the sound after the filters.
  public var output: OutputSettings
  /// The control socket.
  public var control: Control

  /// One end of the stream.
  public struct Device: Sendable, Equatable {
    /// ALSA's name of the device.
    public var device: String
    /// How samples lie in the device's memory; nil: chosen from what the device offers.
    public var format: SampleFormat?
    /// 1 to 64.
    public var channels: Int
    /// Periods in the device's buffer, playback only: 2 to 32.
    public var periods: Int
    /// Whether it shares the playback device's clock, capture only.
    public var clock: Clock

    /// What is known of the clocks of both devices.
    public enum Clock: String, Sendable, CaseIterable {
      /// One clock where both are of one sound card, or neither is of any.
      case auto
      case shared
      case resampled
    }

    public init(device: String, format: SampleFormat? = nil, channels: Int = 2, periods: Int = 3, clock: Clock = .auto) {
      self.device = device
      self.format = format
      self.channels = channels
      self.periods = periods
      self.clock = clock
    }
  }

  /// What outputs are delayed for beside their filters' delays.
  public enum Alignment: String, Sendable, CaseIterable {
    case none
    /// Their main peaks come at once.
    case peaks
  }

  /// A route from an input to an output, through a kernel. Several may end in one output.
  public struct Filter: Sendable, Equatable {
    /// Unique; letters, digits, full stop, underscore and hyphen only, since it stands in URLs.
    public var name: String
    /// Channel of the capture device, from 0.
    public var from: Int
    /// Channel of the playback device, from 0.
    public var to: Int
    /// Paths of kernel files, or words (`dirac`, `eq:/srv/room.txt`): at least one. Several are convolved with each other.
    public var kernels: [String]
    /// Channel of the kernel files, from 0. A file of one channel among several serves any.
    public var channel: Int
    /// dB; nil: such that the output's worst case is 0 dB.
    public var gain: Double?
    /// Frames.
    public var delay: Int
    /// What a bypass leaves of the route.
    public var bypass: Bypass
    /// Whether kernels of another rate are resampled; else they are refused.
    public var resample: Bool
    /// Where the filter begins in the file, from 1.
    public var line: Int
    /// Where its `kernel` or `kernels` stand in the file, from 1: what is wrong with the kernel is reported there.
    public var kernelLine: Int
    /// Those of `kernels` into whose files' names the rate was put: they must have it.
    public var ratedKernels: Set<String>

    /// What is heard of a route while kernels are bypassed.
    public enum Bypass: String, Sendable, CaseIterable {
      /// An impulse at the kernel's main peak: level and delay stay.
      case impulse
      case mute
    }

    public init(
      name: String, from: Int, to: Int, kernels: [String], channel: Int = 0, gain: Double? = 0, delay: Int = 0,
      bypass: Bypass = .impulse, resample: Bool = false, line: Int = 1, kernelLine: Int = 1,
      ratedKernels: Set<String> = []
    ) {
      self.name = name
      self.from = from
      self.to = to
      self.kernels = kernels
      self.channel = channel
      self.gain = gain
      self.delay = delay
      self.bypass = bypass
      self.resample = resample
      self.line = line
      self.kernelLine = kernelLine
      self.ratedKernels = ratedKernels
    }
  }

  /// What happens to every output alike.
  public struct OutputSettings: Sendable, Equatable {
    /// dB, -120 to 0: what amplifies is a filter's gain.
    public var volume: Double
    /// The magnitude, in dB of full scale, above which a sample mutes the output, -120 to 0; nil: none does.
    public var ceiling: Double?
    /// Whether samples are dithered before they are rounded to a device's integers.
    public var isDithered: Bool

    public init(volume: Double = 0, ceiling: Double? = nil, isDithered: Bool = false) {
      self.volume = volume
      self.ceiling = ceiling
      self.isDithered = isDithered
    }
  }

  /// The socket that the daemon is controlled through.
  public struct Control: Sendable, Equatable {
    /// Path of the Unix socket; nil: the daemon's default.
    public var socket: String?
    /// Permission bits of the socket.
    public var mode: UInt16

    public init(socket: String? = nil, mode: UInt16 = 0o660) {
      self.socket = socket
      self.mode = mode
    }
  }

  public init(
    rate: Int, followsSource: Bool = false, block: Int = 256, precision: Precision = .float64, plan: Plan? = nil, workers: Int = 0,
    capture: Device, playback: Device, filters: [Filter], alignment: Alignment = .none, fade: Double = 20,
    output: OutputSettings = OutputSettings(), control: Control = Control()
  ) {
    self.rate = rate
    self.followsSource = followsSource
    self.block = block
    self.precision = precision
    self.plan = plan
    self.workers = workers
    self.capture = capture
    self.playback = playback
    self.filters = filters
    self.alignment = alignment
    self.fade = fade
    self.output = output
    self.control = control
  }
}
