import CALSA
import Glibc

/// A device that ALSA knows on this machine.
public struct ListedDevice: Sendable {
  /// What a configuration calls it.
  public var name: String
  /// What people call it; empty where ALSA has nothing to say.
  public var title: String
  public var offer: Result<DeviceOffer, DeviceError>

  /// Converters and dead ends, which every alsa-lib lists.
  private static let plugIns: Set<String> = [
    "null", "lavrate", "samplerate", "speexrate", "speex", "upmix", "vdownmix", "a52", "oss",
  ]

  /// The sound cards' devices by their `hw:` names, and what the system or the user has defined. Those that are not there are left
  /// out, those that are busy are not. Not real-time safe: opens each for a moment.
  /// Source: snd_device_name_hint(3).
  public static func all(_ direction: Direction) -> [ListedDevice] {
    _ = Device.library
    var hints: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    guard snd_device_name_hint(-1, "pcm", &hints) >= 0, let hints else { return [] }
    defer { _ = snd_device_name_free_hint(hints) }
    var devices: [ListedDevice] = []
    for hint in sequence(first: hints, next: { $0 + 1 }).lazy.map(\.pointee).prefix(while: { $0 != nil }) {
      let side = text(hint, "IOID").map { $0 == "Input" ? Direction.capture : .playback }
      guard let name = text(hint, "NAME"), side == nil || side == direction, isChoice(name) else { continue }
      guard !devices.contains(where: { $0.name == name }) else { continue }
      let device = ListedDevice(name: name, title: title(hint), offer: offer(of: name, direction))
      if device.isThere { devices.append(device) }
    }
    return devices
  }

  private static func isChoice(_ name: String) -> Bool {
    name.hasPrefix("hw:") || (!name.contains(":") && !plugIns.contains(name))
  }

  private static func offer(of name: String, _ direction: Direction) -> Result<DeviceOffer, DeviceError> {
    Result { () throws(DeviceError) in try DeviceOffer(of: name, direction) }
  }

  /// Whether it can be used, or could if it were free.
  private var isThere: Bool {
    switch offer {
    case .success(let offer): !offer.formats.isEmpty
    case .failure(let error): error.isBusy || error.isForbidden
    }
  }

  /// The first line of what ALSA has to say: the card and its device.
  private static func title(_ hint: UnsafeMutableRawPointer?) -> String {
    (text(hint, "DESC") ?? "").split(separator: "\n").first.map(String.init) ?? ""
  }

  private static func text(_ hint: UnsafeMutableRawPointer?, _ key: String) -> String? {
    guard let hint, let text = snd_device_name_get_hint(hint, key) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }
}

extension DeviceError {
  /// Another program has the device open.
  public var isBusy: Bool { openingErrno == EBUSY }

  /// This user may not open it.
  public var isForbidden: Bool { openingErrno == EACCES || openingErrno == EPERM }

  private var openingErrno: Int32? {
    if case .cannotOpen(_, _, let code) = self { code } else { nil }
  }
}
