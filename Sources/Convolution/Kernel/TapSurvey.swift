/// What one reading of taps tells of them.
struct TapSurvey {
  /// Of all taps and their order; equal for equal ones. Only for search: other taps may have it too.
  private(set) var digest = TapSurvey.seed
  /// The sum of their magnitudes; infinite where it is beyond float64.
  private(set) var magnitudes = 0.0
  /// The first tap that is not finite.
  private(set) var fault: (index: Int, value: Double)?
  private var count = 0

  /// Another one in each process, so that nobody can make up many kernels of one digest.
  private static let seed = UInt64.random(in: .min ... .max)

  /// Takes the taps that follow. All parts but the last have a multiple of 4 taps.
  mutating func take(_ taps: UnsafeBufferPointer<Double>) {
    let sum = sumOfMagnitudes(taps.baseAddress!, count: taps.count)
    if !sum.isFinite, fault == nil, let index = taps.firstIndex(where: { !$0.isFinite }) { fault = (count + index, taps[index]) }
    magnitudes += sum
    count += taps.count
    digest = Self.mixed(digest, with: taps)
  }

  /// Four sums side by side: a product takes longer than it takes to begin the next.
  private static func mixed(_ digest: UInt64, with taps: UnsafeBufferPointer<Double>) -> UInt64 {
    var (a, b, c, d) = (digest, digest ^ 1, digest ^ 2, digest ^ 3)
    let whole = taps.count / 4 * 4
    for n in stride(from: 0, to: whole, by: 4) {
      a = mixed(a, taps[n])
      b = mixed(b, taps[n + 1])
      c = mixed(c, taps[n + 2])
      d = mixed(d, taps[n + 3])
    }
    for n in whole..<taps.count { a = mixed(a, taps[n]) }
    return [b, c, d].reduce(a) { ($0 ^ $1) &* factor &+ ($0 >> 29) }
  }

  /// Odd, half of its bits set.
  private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inline(__always)
  private static func mixed(_ digest: UInt64, _ tap: Double) -> UInt64 {
    // Both zeros are equal.
    let product = (digest ^ (tap + 0).bitPattern) &* factor
    return product ^ product >> 32
  }
}

/// The sum of magnitudes, in eight sums side by side.
func sumOfMagnitudes(_ values: UnsafePointer<Double>, count: Int) -> Double {
  var sums = SIMD8<Double>.zero
  let whole = count / 8 * 8
  for n in stride(from: 0, to: whole, by: 8) {
    sums += UnsafeRawPointer(values + n).loadUnaligned(as: SIMD8<Double>.self).magnitudes
  }
  var sum = sums.sum()
  for n in whole..<count { sum += values[n].magnitude }
  return sum
}

extension SIMD8<Double> {
  fileprivate var magnitudes: Self {
    unsafeBitCast(unsafeBitCast(self, to: SIMD8<UInt64>.self) & SIMD8<UInt64>(repeating: UInt64.max >> 1), to: Self.self)
  }
}
