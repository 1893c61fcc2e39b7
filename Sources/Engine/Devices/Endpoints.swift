import ALSA
import PCM

/// Where the audio thread's sound comes from and goes to.
public enum Endpoints: Sendable {
  case devices(Duplex)
  case resampled(ResampledDuplex)
  case recording(Recording)

  /// A format and the channels of a frame.
  typealias Side = (format: SampleFormat, channels: Int)

  var capture: Side {
    @_noLocks @_noAllocation get {
      switch self {
      case .devices(let duplex): (duplex.capture.format, duplex.capture.channels)
      case .resampled(let duplex): (.float, duplex.capture.channels)
      case .recording(let recording): (recording.format, recording.channels)
      }
    }
  }

  var playback: Side {
    @_noLocks @_noAllocation get {
      switch self {
      case .devices(let duplex): (duplex.playback.format, duplex.playback.channels)
      case .resampled(let duplex): (duplex.playback.format, duplex.playback.channels)
      case .recording(let recording): (recording.format, recording.channels)
      }
    }
  }

  /// Those of a played sample that the device uses; nil: it has floating point.
  var playbackBits: Int? {
    @_noLocks @_noAllocation get {
      switch self {
      case .devices(let duplex): duplex.playback.significantBits
      case .resampled(let duplex): duplex.playback.significantBits
      case .recording(let recording): recording.format.bits
      }
    }
  }

  var queueFrames: Int {
    @_noLocks @_noAllocation get {
      switch self {
      case .devices(let duplex): duplex.queueFrames
      case .resampled(let duplex): duplex.queueFrames
      case .recording(let recording): recording.queueFrames
      }
    }
  }

  @_noLocks @_noAllocation
  mutating func start() -> Duplex.Outcome {
    switch self {
    case .devices(var duplex):
      let outcome = duplex.start()
      self = .devices(duplex)
      return outcome
    case .resampled(var duplex):
      let outcome = duplex.start()
      self = .resampled(duplex)
      return outcome
    case .recording(var recording):
      let outcome = recording.start()
      self = .recording(recording)
      return outcome
    }
  }

  @_noLocks @_noAllocation
  mutating func read(_ frames: UnsafeMutableRawPointer) -> Duplex.Outcome {
    switch self {
    case .devices(var duplex):
      let outcome = duplex.read(frames)
      self = .devices(duplex)
      return outcome
    case .resampled(var duplex):
      let outcome = duplex.read(frames)
      self = .resampled(duplex)
      return outcome
    case .recording(var recording):
      let outcome = recording.read(frames)
      self = .recording(recording)
      return outcome
    }
  }

  @_noLocks @_noAllocation
  mutating func write(_ frames: UnsafeRawPointer) -> Duplex.Outcome {
    switch self {
    case .devices(var duplex):
      let outcome = duplex.write(frames)
      self = .devices(duplex)
      return outcome
    case .resampled(var duplex):
      let outcome = duplex.write(frames)
      self = .resampled(duplex)
      return outcome
    case .recording(var recording):
      let outcome = recording.write(frames)
      self = .recording(recording)
      return outcome
    }
  }

  @_noLocks @_noAllocation
  func stop() {
    switch self {
    case .devices(let duplex): duplex.stop()
    case .resampled(let duplex): duplex.stop()
    case .recording(let recording): recording.stop()
    }
  }

  /// How far the resampler is; nil where there is none.
  var clock: (isSettled: Bool, ppm: Double)? {
    @_noLocks @_noAllocation get {
      if case .resampled(let duplex) = self { duplex.clock } else { nil }
    }
  }

  /// Whether both devices have moved since the start.
  var isMoving: Bool {
    @_noLocks @_noAllocation get {
      switch self {
      case .devices(let duplex): duplex.isMoving
      case .resampled(let duplex): duplex.isMoving
      case .recording: true
      }
    }
  }

  /// Whether the measured delay is another than the promised one, where both devices have one clock.
  var isApart: Bool {
    @_noLocks @_noAllocation get {
      if case .devices(let duplex) = self { duplex.isApart } else { false }
    }
  }

  /// Frames that go by from one turn until a device that is not served meanwhile runs over or dry.
  @_noLocks @_noAllocation
  func bufferedFrames(_ direction: Direction) -> Int {
    switch self {
    case .devices(let duplex): direction == .capture ? duplex.capture.bufferFrames : duplex.queueFrames &+ duplex.block
    case .resampled(let duplex): direction == .capture ? duplex.capture.bufferFrames : duplex.queueFrames &+ duplex.block
    case .recording: queueFrames
    }
  }

  @_noLocks @_noAllocation
  func measuredFrames() -> Int? {
    switch self {
    case .devices(let duplex): duplex.measuredFrames()
    case .resampled(let duplex): duplex.measuredFrames()
    case .recording(let recording): recording.measuredFrames()
    }
  }
}
