import Glibc

/// What stopped a running device.
public struct DeviceFault: Sendable, Equatable {
  public var direction: Direction
  /// Positive, from errno.h.
  public var errno: Int32

  public enum Kind: Sendable, CaseIterable {
    /// The device ran over or dry: the cause of most xruns.
    case xrun
    case suspended
    /// The device moved no frame for longer than its buffer lasts.
    case stalled
    /// The positions of both devices do not match any more.
    case apart
    /// The device is gone, or does not work.
    case lost
  }

  @_noLocks @_noAllocation
  public init(direction: Direction, errno: Int32) {
    self.direction = direction
    self.errno = errno
  }

  /// The fault that the result of an ALSA call shows; nil: there is none. EAGAIN and EINTR are no faults: the call moved nothing.
  @_noLocks @_noAllocation
  package init?(_ direction: Direction, result: Int) {
    if result >= 0 || result == -Int(EAGAIN) || result == -Int(EINTR) { return nil }
    self.init(direction: direction, errno: Int32(truncatingIfNeeded: 0 &- result))
  }

  public var kind: Kind {
    @_noLocks @_noAllocation get {
      switch errno {
      case EPIPE: .xrun
      case ESTRPIPE: .suspended
      case ETIMEDOUT: .stalled
      case ERANGE: .apart
      default: .lost
      }
    }
  }

  /// Whether the device can be started again; if not, it has to be opened anew.
  public var isRecoverable: Bool { @_noLocks @_noAllocation get { kind != .lost } }
}
