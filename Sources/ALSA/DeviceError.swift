import CALSA
import Glibc

/// Why a device cannot be used as asked.
public enum DeviceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// snd_pcm_open failed with this error number.
  case cannotOpen(device: String, direction: Direction, errno: Int32)
  /// The device opened, but does not offer what was asked for.
  case unsupported(device: String, direction: Direction, what: String, offered: String)
  /// The device has no controls that tell what plays into it.
  case silentOnSource(device: String)
  /// The device's definition pipes its sound into a command, which the daemon denies itself.
  case runsCommand(device: String, direction: Direction)
  /// Another call to ALSA failed with this error number.
  case failed(device: String, direction: Direction, call: String, errno: Int32)

  public var description: String {
    switch self {
    case .cannotOpen(let device, let direction, let code): "\(direction) device \(device) \(Self.cause(code, direction))"
    case .unsupported(let device, let direction, let what, let offered):
      "\(direction) device \(device) does not offer \(what): it offers \(offered)"
    case .silentOnSource(let device):
      "capture device \(device) does not say what plays into it, as the loopback of snd-aloop does: give `rate` in Hz instead of auto"
    case .runsCommand(let device, let direction):
      "\(direction) device \(device) must not run a command: take `file \"|...\"` out of its definition, and start what it needs yourself"
    case .failed(let device, let direction, _, ENODEV): "\(direction) device \(device) \(Self.cause(ENODEV, direction))"
    case .failed(let device, let direction, let call, let code):
      "\(direction) device \(device): \(call): \(String(cString: snd_strerror(-code)))"
    }
  }

  private static func cause(_ code: Int32, _ direction: Direction) -> String {
    switch code {
    case ENOENT, ENODEV, ENXIO: "is not there: check its name with `\(direction == .capture ? "arecord" : "aplay") -L`, or plug it in"
    case EBUSY: "is in use by another program: close that one, or choose another device"
    case EACCES, EPERM: "may not be opened by this user: add the user to the group audio"
    default: "cannot be opened: \(String(cString: snd_strerror(-code)))"
    }
  }

  /// Whether another program has the device open.
  public var isBusy: Bool { openingErrno == EBUSY }

  /// Whether this user may not open the device.
  public var isForbidden: Bool { openingErrno == EACCES || openingErrno == EPERM }

  private var openingErrno: Int32? {
    if case .cannotOpen(_, _, let code) = self { code } else { nil }
  }
}

/// Checks the results of calls to ALSA for one device.
struct CallCheck {
  let device: String
  let direction: Direction

  /// - Throws: `DeviceError.failed` where `code` is negative.
  func callAsFunction(_ call: String, _ code: Int32) throws(DeviceError) {
    guard code >= 0 else { throw .failed(device: device, direction: direction, call: call, errno: -code) }
  }
}
