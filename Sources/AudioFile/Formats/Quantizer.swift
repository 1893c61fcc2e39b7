import CIntrinsics
import Numbers
import Vector

/// The samples that were beyond an integer format's range, and were set to its largest or smallest value.
public struct Clipping: Sendable, Equatable {
  public var samples = 0
  /// The largest magnitude of all samples, clipped or not; full scale is 1.
  public var peak = 0.0

  public init(samples: Int = 0, peak: Double = 0) {
    self.samples = samples
    self.peak = peak
  }

  /// The attenuation in dB that avoids all clipping, rounded up to a tenth; nil if none does.
  public var attenuation: Double? {
    guard peak.isFinite else { return nil }
    // Full scale is one step above the largest integer: a tenth of a dB covers the difference.
    return ((decibels(peak) + 0.001) * 10).rounded(.up) / 10
  }

  /// Adds the counts, and keeps the larger peak.
  public static func += (sum: inout Clipping, other: Clipping) {
    sum = Clipping(samples: sum.samples + other.samples, peak: max(sum.peak, other.peak))
  }
}

/// Converts numbers to integer samples: multiplies by 2^(bits-1), rounds half to even, and clips.
public struct Quantizer: Sendable {
  /// A value is NaN.
  public struct NotANumber: Error, Sendable, Equatable {
    /// The index of the first NaN.
    public var index: Int

    public init(index: Int) { self.index = index }
  }

  /// 2^(bits-1)
  private let scale: Double
  private static let loops = VectorLoops.table(.float64)

  /// - Precondition: 1 to 32 bits.
  public init(bits: Int) {
    precondition((1...32).contains(bits))
    scale = Double(sign: .plus, exponent: bits - 1, significand: 1)
  }

  /// Converts `count` values.
  ///
  /// - Parameters:
  ///   - values: full scale at 1; infinities clip.
  ///   - integers: room for `count` integers, which are right-justified.
  /// - Throws: a value is NaN.
  /// - Complexity: O(count)
  public func quantize(
    _ values: UnsafePointer<Double>, count: Int, into integers: UnsafeMutablePointer<Int32>
  ) throws(NotANumber) -> Clipping {
    var peak = 0.0
    let clipped = Self.loops.quantize(values, count, scale, integers, &peak)
    if peak.isNaN { throw NotANumber(index: (0..<count).first { values[$0].isNaN } ?? 0) }
    return Clipping(samples: clipped, peak: peak)
  }
}
