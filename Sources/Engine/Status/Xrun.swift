import ALSA

/// An interruption of the sound: when it was found, and its cause as far as it is known.
public struct Xrun: Sendable, Equatable {
  public enum Cause: String, Sendable, CaseIterable {
    /// A block took longer than the queue lasts.
    case lateBlock
    /// The audio thread did not run, or was not woken, for longer than the device's buffer lasts.
    case lateThread
    /// The device ran over or dry although it was served in time.
    case device
    /// The device moved no frame.
    case stalled
    case suspended
    /// The positions of both devices do not match any more: their clocks differ.
    case apart
    /// The device is gone, or does not work, and has to be opened anew.
    case lost
  }

  /// The device that reported it.
  public var direction: Direction
  public var cause: Cause
  /// Positive, from errno.h.
  public var errno: Int32
  /// When it was found: nanoseconds since 1970, by the system's clock.
  public var time: Int
  /// The duration of the block, or the time since the device was last served, by `cause`.
  public var nanoseconds: Int
  /// The limit of `nanoseconds`.
  public var allowedNanoseconds: Int

  /// Durations that the audio thread knows when it finds a fault, in nanoseconds.
  public struct Times: Sendable {
    /// The last block's own.
    public var busy: Int
    /// The queue's: the limit of `busy`.
    public var queue: Int
    /// The time since the device was last served.
    public var unserved: Int
    /// The device's buffer's: the limit of `unserved`.
    public var buffered: Int

    @_noLocks @_noAllocation
    public init(busy: Int, queue: Int, unserved: Int, buffered: Int) {
      self.busy = busy
      self.queue = queue
      self.unserved = unserved
      self.buffered = buffered
    }
  }

  /// Finds the cause of a fault. Real-time safe.
  @_noLocks @_noAllocation
  public init(_ fault: DeviceFault, _ times: Times, at time: Int) {
    (direction, errno, self.time) = (fault.direction, fault.errno, time)
    (nanoseconds, allowedNanoseconds) = (times.unserved, times.buffered)
    switch fault.kind {
    case .xrun where times.busy > times.queue:
      cause = .lateBlock
      (nanoseconds, allowedNanoseconds) = (times.busy, times.queue)
    // Not all of the buffer: the device had been served a little late before.
    case .xrun: cause = times.unserved > times.buffered / 4 &* 3 ? .lateThread : .device
    case .suspended: cause = .suspended
    case .stalled: cause = .stalled
    case .apart: cause = .apart
    case .lost: cause = .lost
    }
  }
}
