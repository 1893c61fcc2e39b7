import Foundation
import PCM
import TestSupport

/// Raw frames of random integers over the whole range of a format, or of random floats.
func randomFrames(_ format: SampleFormat, count: Int, channels: Int, seed: UInt64) -> Data {
  var random = SeededGenerator(seed: seed)
  var bytes = Data(capacity: count * channels * format.bytes)
  for _ in 0..<count * channels {
    let bits = Int32(truncatingIfNeeded: random.next())
    switch format {
    case .float: withUnsafeBytes(of: Float(bits >> 8) * 0x1p-23) { bytes.append(contentsOf: $0) }
    case .double: withUnsafeBytes(of: Double(bits) * 0x1p-31) { bytes.append(contentsOf: $0) }
    case .s24in32: withUnsafeBytes(of: bits >> 8) { bytes.append(contentsOf: $0) }
    case .s24packed: withUnsafeBytes(of: bits >> 8) { bytes.append(contentsOf: $0.prefix(3)) }
    case .s16: withUnsafeBytes(of: bits >> 16) { bytes.append(contentsOf: $0.prefix(2)) }
    case .s32: withUnsafeBytes(of: bits) { bytes.append(contentsOf: $0) }
    }
  }
  return bytes
}

/// Interleaved S24_3LE frames, the same integer in both channels.
func packed24(_ samples: [Int32]) -> Data {
  var bytes = Data(capacity: samples.count * 6)
  for sample in samples {
    for _ in 0..<2 { withUnsafeBytes(of: sample) { bytes.append(contentsOf: $0.prefix(3)) } }
  }
  return bytes
}

/// Text kernel: `taps` zeros, but 1 at `tap`.
func impulseKernel(taps: Int, at tap: Int) -> String {
  (0..<taps).map { $0 == tap ? "1" : "0" }.joined(separator: "\n") + "\n"
}
