import Glibc

/// Samples that did not fit an integer format, and were set to its largest or smallest value.
public struct Clipping: Sendable, Equatable {
  public var samples = 0
  /// The largest magnitude, 1 being full scale.
  public var peak = 0.0

  public init(samples: Int = 0, peak: Double = 0) {
    self.samples = samples
    self.peak = peak
  }

  /// dB to lower the level by so that nothing clips, rounded up to a tenth; nil if no level would do.
  public var attenuation: Double? {
    guard peak.isFinite else { return nil }
    // Full scale is one step above the largest integer: a tenth of a dB covers the difference.
    return ((20 * log10(peak) + 0.001) * 10).rounded(.up) / 10
  }
}

/// Numbers to integer samples: times 2^(bits-1), rounded half to even, clipped.
struct Quantizer {
  let scale: Double
  /// Places that libsndfile wants the value shifted up, since its integers are of 32 bits.
  let shift: Int32
  var clipping = Clipping()

  init(bits: Int) {
    scale = Double(sign: .plus, exponent: bits - 1, significand: 1)
    shift = Int32(32 - bits)
  }

  /// A sample in the upper bits of the result. Precondition: `value` is a number.
  mutating func integer(_ value: Double) -> Int32 {
    let rounded = (value * scale).rounded(.toNearestOrEven)
    clipping.peak = max(clipping.peak, abs(value))
    let clipped = min(max(rounded, -scale), scale - 1)
    if clipped != rounded { clipping.samples += 1 }
    return Int32(clipped) << shift
  }
}
