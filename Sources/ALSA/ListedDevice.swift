import CALSA
import Glibc

/// A device of this machine that ALSA lists.
public struct ListedDevice: Sendable {
  /// The name for a configuration.
  public var name: String
  /// The name for people; empty: ALSA has none.
  public var title: String
  public var offer: Result<DeviceOffer, DeviceError>

  /// Converters and null devices, which every alsa-lib lists.
  private static let plugIns: Set<String> = [
    "null", "lavrate", "samplerate", "speexrate", "speex", "upmix", "vdownmix", "a52", "oss",
  ]

  /// The devices of sound cards by their `hw:` names, and those that the system or the user has defined: all that are present, busy
  /// or not. Opens each for a moment; not real-time safe. Source: snd_device_name_hint(3).
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
      if device.isPresent { devices.append(device) }
    }
    return devices
  }

  private static func isChoice(_ name: String) -> Bool {
    name.hasPrefix("hw:") || (!name.contains(":") && !plugIns.contains(name))
  }

  private static func offer(of name: String, _ direction: Direction) -> Result<DeviceOffer, DeviceError> {
    Result { () throws(DeviceError) in try DeviceOffer(of: name, direction) }
  }

  /// Whether the device is present, even if it is busy or forbidden.
  private var isPresent: Bool {
    switch offer {
    case .success(let offer): !offer.formats.isEmpty
    case .failure(let error): error.isBusy || error.isForbidden
    }
  }

  /// The first line of ALSA's description: the card and its device.
  private static func title(_ hint: UnsafeMutableRawPointer?) -> String {
    (text(hint, "DESC") ?? "").split(separator: "\n").first.map(String.init) ?? ""
  }

  private static func text(_ hint: UnsafeMutableRawPointer?, _ key: String) -> String? {
    guard let hint, let text = snd_device_name_get_hint(hint, key) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }
}
