/// An integer as a sum of limbs: limb i stands for 2^(i width) times its value, and all have about the same size.
///
/// Limbs are balanced, from -2^(width-1) to 2^(width-1), so that their squares add up to half as much as those of digits
/// from zero up. Sums of limbs equal the integer modulo 2^64.
struct Limbs: Equatable {
  /// Bits of a limb.
  var width: Int
  var count: Int
  /// The largest absolute value of a limb.
  var maximum: Double

  /// One limb: the integer as it is.
  ///
  /// - Parameter magnitude: the largest absolute value of the integers.
  init(whole magnitude: UInt64) { (width, count, maximum) = (64, 1, Double(magnitude)) }

  /// `count` limbs, or fewer, each of as many bits as integers of `magnitude` need.
  init(count: Int, magnitude: UInt64) {
    self.init(width: (Self.bits(magnitude) + count - 1) / count, magnitude: magnitude)
  }

  /// As many limbs of `width` bits as integers of `magnitude` take.
  init(width: Int, magnitude: UInt64) {
    let count = (Self.bits(magnitude) + width - 1) / width
    self.init(whole: magnitude)
    if count > 1 { (self.width, self.count, maximum) = (width, count, Double(sign: .plus, exponent: width - 1, significand: 1)) }
  }

  /// Bits of an integer of `magnitude`, with one for the sign.
  private static func bits(_ magnitude: UInt64) -> Int { 65 - magnitude.leadingZeroBitCount }

  /// Limb `index` of `value`. The last one is what the others leave over.
  @inline(__always)
  func limb(_ index: Int, of value: Int64) -> Int64 {
    if count == 1 { return value }
    var rest = value
    for _ in 0..<index { rest = (rest &- lowest(rest)) &>> Int64(width) }
    return index == count - 1 ? rest : lowest(rest)
  }

  @inline(__always)
  private func lowest(_ value: Int64) -> Int64 { (value &<< Int64(64 - width)) &>> Int64(64 - width) }
}
