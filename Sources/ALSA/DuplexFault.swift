import Glibc

extension Duplex {
  /// What stopped a stream.
  public struct Fault: Sendable, Equatable {
    public var direction: Direction
    /// Positive, from errno.h.
    public var errno: Int32

    public enum Kind: Sendable, CaseIterable {
      /// The device ran over or dry.
      case xrun
      case suspended
      /// It moved no frame for longer than its buffer lasts.
      case stalled
      /// The positions of both devices do not belong together any more.
      case apart
      /// It is gone, or does not work.
      case lost
    }

    @_noLocks @_noAllocation
    public init(direction: Direction, errno: Int32) {
      self.direction = direction
      self.errno = errno
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

    /// Whether the stream can be started again; else the device has to be opened anew.
    public var isRecoverable: Bool { @_noLocks @_noAllocation get { kind != .lost } }
  }

  /// EAGAIN and EINTR are no faults: the call moved nothing.
  @_noLocks @_noAllocation
  package static func fault(_ direction: Direction, _ result: Int) -> Fault? {
    if result >= 0 || result == -Int(EAGAIN) || result == -Int(EINTR) { return nil }
    return Fault(direction: direction, errno: Int32(truncatingIfNeeded: 0 &- result))
  }
}
