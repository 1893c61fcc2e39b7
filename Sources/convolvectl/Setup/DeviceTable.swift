import ALSA
import Numbers
import PCM
import Terminal

/// The devices of this machine, numbered.
struct DeviceTable {
  let capture = ListedDevice.all(.capture)
  let playback = ListedDevice.all(.playback)

  func devices(_ direction: Direction) -> [ListedDevice] { direction == .capture ? capture : playback }

  var text: String { (lines("Capture", capture) + lines("Playback", playback)).joined(separator: "\n") }

  private func lines(_ title: String, _ devices: [ListedDevice]) -> [String] {
    guard !devices.isEmpty else {
      return ["\(title): no device is there. A card that should be: is its driver loaded (lsmod)? None at all: modprobe snd-aloop"]
    }
    let width = devices.map(\.name.count).max()! + 2
    var lines = ["\(title):"]
    for (index, device) in devices.enumerated() {
      let name = device.title.isEmpty ? device.name : device.name.left(width) + device.title
      lines += ["\(index + 1)".right(3) + "  " + name, "     " + text(device)]
    }
    return lines
  }

  private func text(_ device: ListedDevice) -> String {
    switch device.offer {
    case .success(let offer): offer.text
    case .failure(let error) where error.isBusy: "busy: another program has it open, or convolved itself"
    case .failure: "not permitted: this user is not in the group audio"
    }
  }
}

extension DeviceOffer {
  var text: String { "\(rateText), \(channelText), \(formats.map(\.rawValue).joined(separator: " "))" }

  var rateText: String {
    guard let least = rates.first, let most = rates.last else { return "no usual rate" }
    return rates.count > 4 ? "\(least) to \(most) Hz" : rates.map(String.init).joined(separator: ", ") + " Hz"
  }

  var channelText: String {
    let (least, most) = (channels.lowerBound, channels.upperBound)
    return least == most ? quantity(least, "channel") : "\(least) to \(most) channels"
  }
}
