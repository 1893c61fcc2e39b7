/// "1 tap", "2 taps"
func count(_ number: Int, _ unit: String) -> String { "\(number) \(unit)\(number == 1 ? "" : "s")" }

/// "WAV, 24-bit PCM, 2 channels, 65536 taps, 48000 Hz"
func describe(_ format: AudioFormat, channels: Int, _ length: Int, _ unit: String, _ rate: Int) -> String {
  "\(format.container), \(format.encodingName), \(count(channels, "channel")), \(count(length, unit)), \(rate) Hz"
}
