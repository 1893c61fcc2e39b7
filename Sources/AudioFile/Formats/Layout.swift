/// "1 tap", "2 taps"
func count(_ number: Int, _ unit: String) -> String { "\(number) \(unit)\(number == 1 ? "" : "s")" }

/// "WAV, 24-bit PCM, 2 channels, 65536 taps, 48000 Hz"; "unknown length" instead of a length of nil.
func describe(_ format: AudioFormat, channels: Int, _ length: Int?, _ unit: String, _ rate: Int) -> String {
  let length = length.map { count($0, unit) } ?? "unknown length"
  return "\(format.container), \(format.encodingName), \(count(channels, "channel")), \(length), \(rate) Hz"
}
