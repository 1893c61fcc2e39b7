import ALSA

/// The source and sink of the audio thread's sound, one block at a time. Points to their state, which an `Attachment` owns.
enum StreamEnds {
  case devices(UnsafeMutablePointer<Duplex>)
  case resampled(UnsafeMutablePointer<ResampledDuplex>)
  case recording(UnsafeMutablePointer<Recording>)

  /// Starts both anew, from any state.
  @_noLocks @_noAllocation
  func start() -> Duplex.Outcome {
    switch self {
    case .devices(let duplex): duplex.pointee.start()
    case .resampled(let duplex): duplex.pointee.start()
    case .recording(let recording): recording.pointee.start()
    }
  }

  /// Waits for a block and reads it.
  @_noLocks @_noAllocation
  func read() -> Duplex.Outcome {
    switch self {
    case .devices(let duplex): duplex.pointee.read()
    case .resampled(let duplex): duplex.pointee.read()
    case .recording(let recording): recording.pointee.read()
    }
  }

  /// Gives the block that was read, channel by channel; full scale is 1.
  @_noLocks @_noAllocation
  func decode(to planes: UnsafePointer<UnsafeMutablePointer<Double>>) {
    switch self {
    case .devices(let duplex): duplex.pointee.decode(to: planes)
    case .resampled(let duplex): duplex.pointee.decode(to: planes)
    case .recording(let recording): recording.pointee.decode(to: planes)
    }
  }

  /// Writes a block in the playback format.
  @_noLocks @_noAllocation
  func write(_ frames: UnsafeRawPointer) -> Duplex.Outcome {
    switch self {
    case .devices(let duplex): duplex.pointee.write(frames)
    case .resampled(let duplex): duplex.pointee.write(frames)
    case .recording(let recording): recording.pointee.write(frames)
    }
  }

  /// Stops at once and loses the queued frames.
  @_noLocks @_noAllocation
  func stop() {
    switch self {
    case .devices(let duplex): duplex.pointee.stop()
    case .resampled(let duplex): duplex.pointee.stop()
    case .recording(let recording): recording.pointee.stop()
    }
  }

  /// Frames between capture and playback as measured; nil: nothing to measure yet.
  @_noLocks @_noAllocation
  func measuredFrames() -> Int? {
    switch self {
    case .devices(let duplex): duplex.pointee.measuredFrames()
    case .resampled(let duplex): duplex.pointee.measuredFrames()
    case .recording(let recording): recording.pointee.measuredFrames()
    }
  }

  /// Whether both devices have moved since the start.
  var isMoving: Bool {
    @_noLocks @_noAllocation get {
      switch self {
      case .devices(let duplex): duplex.pointee.isMoving
      case .resampled(let duplex): duplex.pointee.isMoving
      case .recording: true
      }
    }
  }

  /// The state of the resampler; nil: there is none.
  var clock: (isSettled: Bool, ppm: Double)? {
    @_noLocks @_noAllocation get {
      if case .resampled(let duplex) = self { duplex.pointee.clock } else { nil }
    }
  }

  /// Whether the measured delay differs from the promised one, for devices of one clock.
  var isApart: Bool {
    @_noLocks @_noAllocation get {
      if case .devices(let duplex) = self { duplex.pointee.isApart } else { false }
    }
  }

  func deallocate() {
    switch self {
    case .devices(let duplex): duplex.deallocate()
    case .resampled(let duplex): duplex.deallocate()
    case .recording(let recording): recording.deallocate()
    }
  }
}
