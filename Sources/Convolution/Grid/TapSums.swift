import Vector

/// What some taps add to the sums of an output, found in one reading.
struct TapSums: Sendable, Equatable {
  /// The sum of their magnitudes.
  private(set) var magnitudes = 0.0
  /// Nil where no sums are exact, so that it need not be known.
  private(set) var lowestBit: LowestBit?

  init(_ precision: Precision) { lowestBit = precision == .float64 ? LowestBit() : nil }

  mutating func take(_ taps: UnsafeBufferPointer<Double>) {
    guard let start = taps.baseAddress else { return }
    magnitudes += sumOfMagnitudes(start, count: taps.count)
    lowestBit?.take(taps)
  }
}

/// The lowest bit that is set in any of some numbers.
struct LowestBit: Sendable, Equatable {
  /// Its exponent plus `bias`.
  private var least = UInt64(Self.most + Self.bias)

  /// What an exponent has added, and the bits of a fraction.
  private static let bias = 1023 + 52
  /// Where no bit is set.
  private static let most = 100
  private static let fractionBits: UInt64 = 52

  mutating func take(_ values: UnsafeBufferPointer<Double>) {
    var least = least
    for value in values {
      let bits = value.bitPattern & (UInt64.max >> 1)
      let zeros = min(UInt64(truncatingIfNeeded: (bits & (1 << Self.fractionBits - 1)).trailingZeroBitCount), Self.fractionBits)
      // A number that is not normal counts as 2^-1023 or so: as too fine, whatever its bits are.
      let place = bits == 0 ? .max : bits >> Self.fractionBits + (bits >> Self.fractionBits == 0 ? 0 : zeros)
      least = min(least, place)
    }
    self.least = least
  }

  mutating func take(_ other: LowestBit) { least = min(least, other.least) }

  /// Nil below -100, which is finer than any integer format; 100 where no bit is set.
  var exponent: Int? {
    let exponent = Int(least) - Self.bias
    return exponent < -100 ? nil : exponent
  }
}
