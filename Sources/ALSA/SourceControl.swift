import CALSA
import Glibc
import Synchronization

/// Tells whether, and at which rate, a program plays into the loopback that a capture device records from.
///
/// snd-aloop has controls for this on its card, one set for each capture subdevice; a device of software only may have them in a
/// control device of its own name. While this object lives, "PCM Notify" is set, so that a player may choose another rate while
/// capture is open. Not real-time safe.
///
/// Source: sound/drivers/aloop.c of the kernel, snd_ctl_elem_read(3)
public final class SourceControl: @unchecked Sendable {
  /// The state of the playing side.
  public enum State: Sendable, Equatable {
    case closed
    /// At this rate, Hz.
    case playing(rate: Int)
  }

  private let control: OpaquePointer
  /// snd_ctl_elem_value_t with the element's address, for repeated reads.
  private let active: OpaquePointer
  private let rate: OpaquePointer
  private let notify: OpaquePointer?
  /// Whether this object has set "PCM Notify", and must clear it.
  private let isNotifySet: Bool
  /// The values above are read into.
  private let reading = Mutex(())

  /// - Parameter device: ALSA's name of the capture device. It is opened for a moment, for its card and number.
  /// - Throws: where the device cannot be opened, or has no such controls.
  public init(capture device: String) throws(DeviceError) {
    let place = try Place(capture: device)
    var handle: OpaquePointer?
    guard snd_ctl_open(&handle, place.control, Int32(SND_CTL_NONBLOCK)) >= 0, let handle else { throw .silentOnSource(device: device) }
    let found = ["PCM Slave Active", "PCM Slave Rate", "PCM Notify"].map { Self.element($0, place, handle) }
    guard let active = found[0], let rate = found[1] else {
      for value in found { snd_ctl_elem_value_free(value) }
      snd_ctl_close(handle)
      throw .silentOnSource(device: device)
    }
    (control, self.active, self.rate, notify) = (handle, active, rate, found[2])
    isNotifySet = found[2].map { Self.set($0, to: 1, handle) } ?? false
  }

  deinit {
    if let notify, isNotifySet { _ = Self.set(notify, to: 0, control) }
    for value in [active, rate, notify] { snd_ctl_elem_value_free(value) }
    snd_ctl_close(control)
  }

  /// The present state; nil: the control device is gone.
  ///
  /// Complexity: two system calls.
  public func state() -> State? {
    reading.withLock { _ in
      guard let isActive = read(active) else { return nil }
      if isActive == 0 { return .closed }
      return read(rate).flatMap { $0 > 0 ? .playing(rate: $0) : nil }
    }
  }

  private func read(_ value: OpaquePointer) -> Int? {
    guard snd_ctl_elem_read(control, value) >= 0 else { return nil }
    // A boolean and an integer share their memory, by different types.
    return value == active ? Int(snd_ctl_elem_value_get_boolean(value, 0)) : snd_ctl_elem_value_get_integer(value, 0)
  }

  /// - Returns: whether the value has changed.
  private static func set(_ value: OpaquePointer, to wanted: Int, _ control: OpaquePointer) -> Bool {
    guard snd_ctl_elem_read(control, value) >= 0, snd_ctl_elem_value_get_boolean(value, 0) != wanted else { return false }
    snd_ctl_elem_value_set_boolean(value, 0, wanted)
    return snd_ctl_elem_write(control, value) >= 0
  }

  /// A value with the address of the element of that name; nil: there is none.
  private static func element(_ name: String, _ place: Place, _ control: OpaquePointer) -> OpaquePointer? {
    var (id, value): (OpaquePointer?, OpaquePointer?)
    snd_ctl_elem_id_malloc(&id)
    snd_ctl_elem_value_malloc(&value)
    defer { snd_ctl_elem_id_free(id) }
    snd_ctl_elem_id_set_interface(id, SND_CTL_ELEM_IFACE_PCM)
    snd_ctl_elem_id_set_device(id, place.device)
    snd_ctl_elem_id_set_subdevice(id, place.subdevice)
    snd_ctl_elem_id_set_name(id, name)
    snd_ctl_elem_value_set_id(value, id)
    if snd_ctl_elem_read(control, value) >= 0 { return value }
    snd_ctl_elem_value_free(value)
    return nil
  }

  /// The place of a capture device's controls.
  private struct Place {
    /// ALSA's name of the control device.
    var control: String
    var device: UInt32 = 0
    var subdevice: UInt32 = 0

    init(capture name: String) throws(DeviceError) {
      let pcm = try Device.open(name, .capture)
      defer { snd_pcm_close(pcm) }
      control = name
      var info: OpaquePointer?
      guard snd_pcm_info_malloc(&info) >= 0, let info else { return }
      defer { snd_pcm_info_free(info) }
      guard snd_pcm_info(pcm, info) >= 0, case let card = snd_pcm_info_get_card(info), card >= 0 else { return }
      (control, device, subdevice) = ("hw:\(card)", snd_pcm_info_get_device(info), snd_pcm_info_get_subdevice(info))
    }
  }
}
