import ALSA

/// A gap in the sound: when it was found, and what is known of its cause.
public struct Xrun: Sendable, Equatable {
  public enum Cause: String, Sendable, CaseIterable {
    /// A block took longer than the queue lasts.
    case lateBlock
    /// The audio thread was not run, or not woken, for longer than the device's buffer lasts.
    case lateThread
    /// The device ran over or dry by itself: it had been served in time.
    case device
    /// The device moved no frame.
    case stalled
    case suspended
    /// The positions of both devices do not belong together any more: their clocks differ.
    case apart
    /// The device is gone, or does not work: it has to be opened anew.
    case lost
  }

  /// The device that reported it.
  public var direction: Direction
  public var cause: Cause
  /// Positive, from errno.h.
  public var errno: Int32
  /// Nanoseconds since 1970, by the system's clock.
  public var time: Int
  /// How long it took: the block, the time in which the thread did nothing, or the time since the device was served last.
  public var nanoseconds: Int
  /// How long it might have taken.
  public var allowedNanoseconds: Int

  /// What the audio thread knows when a fault is found, in nanoseconds.
  public struct Times: Sendable {
    /// What the last block took.
    public var busy: Int
    /// How long the queue lasts in which it is to be done.
    public var queue: Int
    /// Since the device was served last.
    public var unserved: Int
    /// How long it may be left so.
    public var buffered: Int

    @_noLocks @_noAllocation
    public init(busy: Int, queue: Int, unserved: Int, buffered: Int) {
      self.busy = busy
      self.queue = queue
      self.unserved = unserved
      self.buffered = buffered
    }
  }

  /// A fault, with what can be known of its cause. Real-time safe.
  @_noLocks @_noAllocation
  public init(_ fault: Duplex.Fault, _ times: Times, at time: Int) {
    (direction, errno, self.time) = (fault.direction, fault.errno, time)
    (nanoseconds, allowedNanoseconds) = (times.unserved, times.buffered)
    switch fault.kind {
    case .xrun where times.busy > times.queue:
      cause = .lateBlock
      (nanoseconds, allowedNanoseconds) = (times.busy, times.queue)
    // The device was served a little late before already.
    case .xrun: cause = times.unserved > times.buffered / 4 &* 3 ? .lateThread : .device
    case .suspended: cause = .suspended
    case .stalled: cause = .stalled
    case .apart: cause = .apart
    case .lost: cause = .lost
    }
  }
}
