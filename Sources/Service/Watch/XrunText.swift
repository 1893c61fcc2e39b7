import ALSA
import ConfigurationFile
import ControlAPI
import Engine
import FoundationEssentials
import Glibc

/// Describes what interrupted the sound, for status, events and log.
struct XrunText {
  private let names: [Direction: String]

  init(_ configuration: Configuration) {
    names = [.capture: configuration.capture.device, .playback: configuration.playback.device]
  }

  /// What happened to which device, why as far as is known, and what helps.
  func text(_ xrun: Xrun) -> String {
    let (name, side) = (names[xrun.direction]!, xrun.direction.rawValue)
    let (took, allowed) = (milliseconds(xrun.nanoseconds), milliseconds(xrun.allowedNanoseconds))
    switch xrun.cause {
    case .lateBlock:
      return "\(side) xrun: \(name): a block took \(took), and the queue lasts \(allowed):"
        + " a larger block, shorter kernels or float32 help"
    case .lateThread:
      return
        "\(side) xrun: \(name) was not served for \(took), and lasts \(allowed) when it is full: other programs or the machine held the"
        + " thread up: `periods: 4`, a larger block, or real-time priority where the thread has none help"
    case .device:
      return "\(side) xrun: \(name) stopped by itself, \(took) after it was served; it lasts \(allowed):"
        + " its driver or the program behind it did so, not a late block"
    case .stalled: return stalled(xrun.direction)
    case .suspended: return "\(side) suspended: \(name) slept, with the system or to save power"
    case .apart:
      return "\(side) xrun: \(name) is not where it should be beside the other device: one stood still, or their clocks differ:"
        + " where they do, `clock: resampled` helps"
    case .lost: return lost(DeviceFault(direction: xrun.direction, errno: xrun.errno))
    }
  }

  /// Describes a device that moves no frame.
  func stalled(_ direction: Direction) -> String {
    "\(direction) stalled: \(names[direction]!) moves no frame: its clock or the program behind it stands still; sound goes on when"
      + " it does"
  }

  /// Describes a device that has to be opened anew.
  func lost(_ fault: DeviceFault) -> String {
    let what =
      switch fault.kind {
      case .lost where fault.errno == ENODEV: "is gone: plug it in; it is opened as soon as it is there"
      case .lost: "failed (\(String(cString: strerror(fault.errno)))): it is opened again"
      default: "could not be started again and again: it is opened anew"
      }
    return "\(fault.direction) device \(names[fault.direction]!) \(what)"
  }

  private func milliseconds(_ nanoseconds: Int) -> String { "\(Double((nanoseconds + 50_000) / 100_000) / 10) ms" }
}

extension Status.Xrun {
  init(_ xrun: Xrun, _ text: XrunText) {
    let date = Date(timeIntervalSince1970: Double(xrun.time / 1_000_000) / 1000)
    self.init(
      time: date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)), direction: xrun.direction.rawValue,
      cause: xrun.cause.rawValue, text: text.text(xrun))
  }
}
