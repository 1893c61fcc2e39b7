import Glibc

/// A family of low and high passes, with its order: BW1 to BW8, LR2, LR4, LR6, LR8, BE2 to BE8.
public struct Family: Sendable, Equatable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// -3 dB at the frequency.
    case butterworth = "BW"
    /// Two Butterworth filters of half the order: -6 dB at the frequency. The sum of low and high pass is an all-pass, where the
    /// order is 2 or 6 with one of them inverted.
    case linkwitzRiley = "LR"
    /// -3 dB at the frequency.
    case bessel = "BE"
  }

  public enum Side: String, Sendable {
    case low, high
  }

  public var kind: Kind
  public var order: Int

  static let remedy = "write BW1 to BW8 (Butterworth), LR2, LR4, LR6, LR8 (Linkwitz-Riley), BE2 to BE8 (Bessel) or sinc"

  /// Reads "LR4".
  public init(_ text: some StringProtocol) throws(DesignError) {
    guard let kind = Kind(rawValue: text.prefix(2).uppercased()), let order = Int(text.dropFirst(2)), kind.orders.contains(order) else {
      throw DesignError(found: String(text), "there is no such family of filters: \(Self.remedy)")
    }
    (self.kind, self.order) = (kind, order)
  }

  public var description: String { "\(kind.rawValue)\(order)" }

  /// A low or high pass, by the bilinear transform with the frequency in its place.
  ///
  /// - Returns: nil for a low pass at or above half of the rate, which does nothing.
  public func sections(_ side: Side, at frequency: Double, rate: Double) throws(DesignError) -> [Section]? {
    let first = SectionForm(side == .low ? .lowPass : .highPass, at: frequency)
    try first.validate()
    if try first.isBeyond(rate: rate) { return nil }
    // The frequency of the analogue prototype's 1, of which poles have their multiples.
    let k = tan(.pi * frequency / rate)
    return poles.map { pole in
      let own = side == .low ? k * pole.frequency : k / pole.frequency
      return Self.section(side, own, q: pole.q)
    }
  }

  private var poles: [BesselPoles.Pole] {
    switch kind {
    case .bessel: BesselPoles.poles(order: order)
    case .butterworth: Self.butterworth(order)
    case .linkwitzRiley: Self.butterworth(order / 2) + Self.butterworth(order / 2)
    }
  }

  /// On the unit circle, evenly.
  private static func butterworth(_ order: Int) -> [BesselPoles.Pole] {
    let pairs = (0..<order / 2).map { index in
      BesselPoles.Pole(frequency: 1, q: 0.5 / sin(.pi * (Double(index) + 0.5) / Double(order)))
    }
    return pairs + (order % 2 == 1 ? [BesselPoles.Pole(frequency: 1, q: nil)] : [])
  }

  /// The bilinear transform of a pole pair, or a real pole, at the analogue frequency k.
  private static func section(_ side: Side, _ k: Double, q: Double?) -> Section {
    guard let q else {
      let b: (Double, Double, Double) = side == .low ? (k, k, 0) : (1, -1, 0)
      return Section(b: b, a: (1 + k, k - 1, 0))
    }
    let square = k * k
    let b: (Double, Double, Double) = side == .low ? (square, 2 * square, square) : (1, -2, 1)
    return Section(b: b, a: (1 + k / q + square, 2 * (square - 1), 1 - k / q + square))
  }
}

extension Family.Kind {
  var orders: [Int] {
    switch self {
    case .butterworth: Array(1...8)
    case .linkwitzRiley: [2, 4, 6, 8]
    case .bessel: Array(2...8)
    }
  }
}
