import AudioFile
import Glibc
import Numbers

/// What the demonstration plays, and the rooms it plays it in.
enum DemonstrationSound {
  static let rate = 48000

  /// Speech: the channel names that alsa-utils installs, spoken left and right in turn; a phrase of plucked notes where
  /// they are missing. Two channels, peaks at -12 dBFS.
  static func signal(seconds: Int) -> (channels: [[Double]], description: String) {
    let folder = "/usr/share/sounds/alsa/"
    let names = ["Front_Center", "Front_Left", "Front_Right", "Side_Left", "Side_Right"]
    let speech = names.compactMap { try? AudioSignal(path: folder + $0 + ".wav") }.filter { $0.sampleRate == rate }
    let phrases = speech.isEmpty ? notes() : speech.map { $0.channels[0] }
    let frames = seconds * rate
    var channels = [[Double]](repeating: [Double](repeating: 0, count: frames), count: 2)
    var (start, index) = (0, 0)
    while start < frames {
      let phrase = phrases[index % phrases.count]
      // Nearer to one side, never wholly there.
      let balance = index % 3 == 0 ? (1, 1) : index % 3 == 1 ? (1, 0.25) : (0.25, 1)
      for n in 0..<min(phrase.count, frames - start) {
        channels[0][start + n] = phrase[n] * balance.0
        channels[1][start + n] = phrase[n] * balance.1
      }
      start += phrase.count + rate / 5
      index += 1
    }
    let peak = channels.joined().map(abs).max() ?? 1
    let gain = magnitude(decibels: -12) / max(peak, 1e-9)
    return (channels.map { $0.map { $0 * gain } }, speech.isEmpty ? "a phrase of plucked notes" : "the speech of alsa-utils")
  }

  /// Plucked strings. Source: K. Karplus and A. Strong, "Digital synthesis of plucked-string and drum timbres", 1983.
  private static func notes() -> [[Double]] {
    var random = SplitMix64(seed: 5)
    return [220.0, 277.2, 329.6, 440.0, 329.6].map { pitch in
      var string = random.noise(Int(Double(rate) / pitch))
      return (0..<rate).map { n in
        let here = n % string.count
        let value = string[here]
        string[here] = 0.498 * (value + string[(here + 1) % string.count])
        return value
      }
    }
  }

  /// A hall: the direct sound, and noise that decays by 60 dB in 1.2 s. Two channels that differ, as two ears do.
  static func hall(taps: Int) -> [[Double]] {
    (0..<2).map { channel in
      var random = SplitMix64(seed: UInt64(channel) + 1)
      var taps = random.noise(taps).enumerated().map { n, noise in
        n < rate / 50 ? 0 : 0.02 * noise * pow(10, -3 * Double(n) / (1.2 * Double(rate)))
      }
      taps[0] = 0.7
      return taps
    }
  }

  /// A telephone: 300 to 3,400 Hz, linear phase. Source: windowed sinc, Blackman window.
  static func telephone(taps: Int) -> [[Double]] {
    let middle = Double(taps - 1) / 2
    func lowPass(_ frequency: Double, _ n: Int) -> Double {
      let (t, f) = (Double(n) - middle, 2 * frequency / Double(rate))
      return t == 0 ? f : sin(.pi * f * t) / (.pi * t)
    }
    return [
      (0..<taps).map { n in
        let u = 2 * .pi * Double(n) / Double(taps - 1)
        return (lowPass(3400, n) - lowPass(300, n)) * (0.42 - 0.5 * cos(u) + 0.08 * cos(2 * u))
      }
    ]
  }
}
