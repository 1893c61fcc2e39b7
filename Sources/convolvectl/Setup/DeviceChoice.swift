import ALSA
import Terminal

/// A device as it was chosen.
struct DeviceChoice {
  let name: String
  /// Nil where it is busy: then nobody knows.
  let offer: DeviceOffer?

  init(_ direction: Direction, given: String?, _ table: DeviceTable, _ questions: Questions) throws(Failure) {
    let devices = table.devices(direction)
    if let given {
      self = try Self(given, direction, devices)
    } else {
      self = try questions.ask(
        "\(direction) device (number or name)", option: "--\(direction)", default: Self.likely(direction, devices)
      ) { (answer) throws(Failure) in try Self(answer, direction, devices) }
    }
    if offer == nil { print("  \(name.printableLine) is busy: it is taken as it is, unchecked") }
  }

  /// - Parameter answer: a number of the table, or ALSA's name of a device that need not be in it.
  private init(_ answer: String, _ direction: Direction, _ devices: [ListedDevice]) throws(Failure) {
    if let number = Int(answer) {
      guard devices.indices.contains(number - 1) else {
        throw Failure(.usage, "\(number): the \(direction) devices are 1 to \(devices.count)")
      }
      name = devices[number - 1].name
    } else {
      if let refusal = DeviceName.refusal(of: answer) { throw Failure(.usage, "\(JSON.string(answer).text): \(refusal)") }
      name = answer
    }
    do throws(DeviceError) {
      let offer = try DeviceOffer(of: name, direction)
      guard !offer.formats.isEmpty else {
        throw .unsupported(device: name, direction: direction, what: "a known format", offered: "others")
      }
      self.offer = offer
    } catch {
      guard error.isBusy else { throw Failure(error.isForbidden ? .notPermitted : .noInput, error.description) }
      offer = nil
    }
  }

  /// Sound mostly comes from a loopback's second device, and goes to a card that is none.
  private static func likely(_ direction: Direction, _ devices: [ListedDevice]) -> String? {
    let isLoopback = { (device: ListedDevice) in device.name.hasPrefix("hw:CARD=Loopback") }
    let index =
      direction == .capture
      ? devices.firstIndex { isLoopback($0) && $0.name.hasSuffix("DEV=1") } : devices.firstIndex { !isLoopback($0) }
    return (index ?? devices.indices.first).map { "\($0 + 1)" }
  }

  /// The channels with which it is to be opened, so that `wanted` of them can be filtered: some devices have more, always.
  func channels(for wanted: Int) throws(Failure) -> Int {
    guard let offer else { return wanted }
    guard wanted <= offer.channels.upperBound else {
      throw Failure(.badData, "\(name) has \(offer.channelText), and not \(wanted): give --channels, or kernels for fewer")
    }
    return max(wanted, offer.channels.lowerBound)
  }
}
