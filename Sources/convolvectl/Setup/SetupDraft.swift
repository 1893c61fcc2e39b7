import ConfigurationFile
import Terminal

/// A configuration that is to be written.
struct SetupDraft {
  /// Hz, or "auto".
  let rate: String
  let block: Int
  let capture: String
  let captureChannels: Int
  let playback: String
  let playbackChannels: Int
  var kernels: KernelChoice
  /// dB; nil: the kernels' safe one.
  let gain: Double?
  /// Of the file that is replaced; nil: the default.
  var control: Configuration.Control?

  var yaml: String {
    """
    # Written by `convolvectl setup`. All keys: convolved.yaml(5). After a change: convolvectl reload.
    rate: \(rate)
    block: \(block)
    capture:  { device: \(quoted(capture)), channels: \(captureChannels) }
    playback: { device: \(quoted(playback)), channels: \(playbackChannels) }
    filters:\(gain == nil && kernels.safeGain < 0 ? "  # at these gains no signal clips; music mostly allows some dB more" : "")
    \((0..<kernels.channels).map(filter).joined(separator: "\n"))\(controlLine)

    """
  }

  private var controlLine: String {
    guard let control else { return "" }
    let socket = control.socket.map { "socket: \(quoted($0)), " } ?? ""
    return "\ncontrol: { \(socket)mode: \"\(String(0o10000 | control.mode, radix: 8).dropFirst())\" }"
  }

  /// What is to be said of a gain that nobody chose.
  var gainText: String? {
    let safe = kernels.safeGain
    guard gain == nil, safe < 0 else { return nil }
    let text = "gain: \(safe) dB on every channel: the highest at which no signal clips"
    guard let sine = kernels.sineGain, sine > safe else { return text }
    return "\(text), and much lower than most music needs. --gain \(sine == 0 ? 0 : sine) is the highest at which no sine clips"
  }

  private func filter(_ channel: Int) -> String {
    let (index, fileChannel) = kernels.source(of: channel)
    let name = kernels.channels == 2 ? ["left", "right"][channel] : "channel\(channel)"
    let source = "kernel: \(quoted(kernels.kernels[index].text)), channel: \(fileChannel)"
    return "  - { name: \(name), from: \(channel), to: \(channel), \(source), gain: \(gain ?? kernels.safeGain) }"
  }

  /// YAML takes JSON's strings.
  private func quoted(_ text: String) -> String { JSON.string(text).text }
}
