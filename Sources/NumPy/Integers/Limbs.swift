/// How integers are written as sums of limbs: limb i counts 2^(i width), and all limbs are about equally large.
///
/// Limbs are balanced, from -2^(width-1) to 2^(width-1), which halves the sum of their squares compared with digits from zero up.
/// The sum of the limbs equals the integer modulo 2^64.
package struct Limbs: Equatable {
  /// Bits of a limb.
  package var width: Int
  package var count: Int
  /// The largest absolute value of a limb.
  package var maximum: Double

  /// One limb, which is the integer itself.
  ///
  /// - Parameter magnitude: the largest absolute value of the integers.
  package init(whole magnitude: UInt64) { (width, count, maximum) = (64, 1, Double(magnitude)) }

  /// At most `count` limbs, as narrow as integers of `magnitude` allow.
  package init(count: Int, magnitude: UInt64) {
    self.init(width: (Self.bits(magnitude) + count - 1) / count, magnitude: magnitude)
  }

  /// As many limbs of `width` bits as integers of `magnitude` need.
  package init(width: Int, magnitude: UInt64) {
    let count = (Self.bits(magnitude) + width - 1) / width
    self.init(whole: magnitude)
    if count > 1 { (self.width, self.count, maximum) = (width, count, Double(sign: .plus, exponent: width - 1, significand: 1)) }
  }

  /// Bits of an integer of `magnitude`, with its sign.
  private static func bits(_ magnitude: UInt64) -> Int { 65 - magnitude.leadingZeroBitCount }

  /// Limb `index` of `value`. The last limb is the remainder.
  @inline(__always)
  package func limb(_ index: Int, of value: Int64) -> Int64 {
    if count == 1 { return value }
    var rest = value
    for _ in 0..<index { rest = (rest &- lowest(rest)) &>> Int64(width) }
    return index == count - 1 ? rest : lowest(rest)
  }

  @inline(__always)
  private func lowest(_ value: Int64) -> Int64 { (value &<< Int64(64 - width)) &>> Int64(64 - width) }
}

/// The products of two integers' limbs, grouped by the power of 2 that they count. Products that wrap around are left out.
package struct LimbProducts: Equatable {
  package var signal: Limbs
  package var kernel: Limbs
  /// By ascending powers.
  var groups: [Group]

  /// Limbs of signal and kernel whose products count 2^shift.
  struct Group: Equatable {
    var shift: Int
    var pairs: [Pair]
  }

  struct Pair: Equatable {
    var signal: Int
    var kernel: Int
  }

  /// The products modulo 2^bits.
  init(_ signal: Limbs, _ kernel: Limbs, bits: Int) {
    (self.signal, self.kernel) = (signal, kernel)
    var pairs: [Int: [Pair]] = [:]
    for i in 0..<signal.count {
      for j in 0..<kernel.count {
        let shift = i * signal.width + j * kernel.width
        if shift < bits { pairs[shift, default: []].append(Pair(signal: i, kernel: j)) }
      }
    }
    groups = pairs.sorted { $0.key < $1.key }.map { Group(shift: $0.key, pairs: $0.value) }
  }

  var pairCount: Int { groups.reduce(0) { $0 + $1.pairs.count } }
  /// Pairs of the largest group.
  var largestGroup: Int { groups.map(\.pairs.count).max()! }
}
