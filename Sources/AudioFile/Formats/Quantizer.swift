import CIntrinsics
import Glibc
import Numbers
import Vector

/// Samples that did not fit an integer format, and were set to its largest or smallest value.
public struct Clipping: Sendable, Equatable {
  public var samples = 0
  /// The largest magnitude, clipped or not, 1 being full scale.
  public var peak = 0.0

  public init(samples: Int = 0, peak: Double = 0) {
    self.samples = samples
    self.peak = peak
  }

  /// dB to lower the level by so that nothing clips, rounded up to a tenth; nil if no level would do.
  public var attenuation: Double? {
    guard peak.isFinite else { return nil }
    // Full scale is one step above the largest integer: a tenth of a dB covers the difference.
    return ((decibels(peak) + 0.001) * 10).rounded(.up) / 10
  }

  /// That of both.
  public static func += (sum: inout Clipping, other: Clipping) {
    sum = Clipping(samples: sum.samples + other.samples, peak: max(sum.peak, other.peak))
  }
}

/// Numbers to integer samples: times 2^(bits-1), rounded half to even, clipped.
public struct Quantizer: Sendable {
  /// Why a number has no nearest integer.
  public struct NotANumber: Error, Sendable, Equatable {
    /// The first of them.
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

  /// Complexity: O(count).
  ///
  /// - Parameters:
  ///   - values: `count` of them, full scale at 1; infinities clip.
  ///   - integers: room for `count` of them, in the lower bits.
  /// - Throws: a value is not a number.
  public func quantize(
    _ values: UnsafePointer<Double>, count: Int, into integers: UnsafeMutablePointer<Int32>
  ) throws(NotANumber) -> Clipping {
    var peak = 0.0
    let clipped = Self.loops.quantize(values, count, scale, integers, &peak)
    if peak.isNaN { throw NotANumber(index: (0..<count).first { values[$0].isNaN } ?? 0) }
    return Clipping(samples: clipped, peak: peak)
  }
}
