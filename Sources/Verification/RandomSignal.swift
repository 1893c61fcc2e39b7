import Numbers
import PCM

/// The input of a verification: integers of random magnitudes, channel by channel.
package struct RandomSignal {
  /// Bits of an integer: those of the capture format; 24 for floating point, which holds them all.
  let bits: Int
  /// All samples of each input.
  let samples: [[Int32]]

  /// - Parameter peak: the largest magnitude; full scale is 1.
  package init(_ format: SampleFormat, inputs: Int, frames: Int, peak: Double, using random: inout SplitMix64) {
    bits = format.bits ?? 24
    let largest = max(1, Int64(Double(1 << (bits - 1)) * peak) - 1)
    samples = (0..<inputs).map { _ in Self.channel(frames, largest: largest, using: &random) }
  }

  /// Stretches of noise of random peaks, of single samples in silence, and of silence. Quiet ones make the most ties.
  private static func channel(_ frames: Int, largest: Int64, using random: inout SplitMix64) -> [Int32] {
    var samples: [Int32] = []
    samples.reserveCapacity(frames)
    while samples.count < frames {
      let end = min(frames, samples.count + Int.random(in: 64...max(64, frames / 16), using: &random))
      let peak = max(1, largest >> Int64.random(in: 0...12, using: &random))
      let kind = Int.random(in: 0...5, using: &random)
      while samples.count < end {
        let isSilent = kind == 0 || kind == 1 && random.next() & 15 != 0
        samples.append(isSilent ? 0 : Int32(Int64.random(in: -peak...peak, using: &random)))
      }
    }
    return samples
  }

  /// The distance of two samples.
  var step: Double { Double(sign: .plus, exponent: 1 - bits, significand: 1) }

  package func doubles(_ input: Int) -> [Double] { samples[input].map { Double($0) * step } }
}
