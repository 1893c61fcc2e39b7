import Design
import Glibc
import Numbers

/// A cascade drawn from a seed, as numbers for Tests/Reference/design.py.
struct RandomCascade {
  let rate: Double
  let forms: [SectionForm]
  let cascade: Cascade

  /// - Parameter isSlow: whether it may ring for longer than a kernel is.
  init(_ random: inout SplitMix64, isSlow: Bool) throws {
    rate = [44_100, 48_000, 88_200, 96_000, 176_400, 192_000, 352_800, 384_000].randomElement(using: &random)!
    let rate = rate
    let drawn = (0..<Int.random(in: 1...12, using: &random)).map { _ in Self.form(rate, isSlow: isSlow, &random) }
    let sections = try drawn.compactMap { try $0.section(rate: rate) }
    cascade = try Cascade(sections).slowestFirst
    forms = cascade.sections.map { drawn[sections.firstIndex(of: $0)!] }
  }

  private static func form(_ rate: Double, isSlow: Bool, _ random: inout SplitMix64) -> SectionForm {
    func logarithmic(_ range: ClosedRange<Double>) -> Double {
      range.lowerBound * exp2(Double.random(in: 0...log2(range.upperBound / range.lowerBound), using: &random))
    }
    let gain = Double.random(in: -15...15, using: &random)
    let kinds: [SectionForm.Kind] = [
      .peaking(gain: gain), .peaking(gain: gain), .peaking(gain: gain), .lowShelf(gain: gain), .highShelf(gain: gain), .lowPass, .highPass,
      .bandPass, .notch, .allPass, .lowPass1, .highPass1, .allPass1, .lowShelf1(gain: gain), .highShelf1(gain: gain),
    ]
    let kind = kinds.randomElement(using: &random)!
    let frequency = isSlow ? logarithmic(10...40) : logarithmic(15...0.49 * rate)
    switch Int.random(in: 0...2, using: &random) {
    case 1 where kind.isShelf: return SectionForm(kind, at: frequency, .slope(logarithmic(0.2...1)))
    // Near half of the rate a bandwidth is one of thousands of octaves.
    case 2 where frequency < 0.4 * rate: return SectionForm(kind, at: frequency, .octaves(logarithmic(0.1...4)))
    default: return SectionForm(kind, at: frequency, .q(isSlow ? logarithmic(20...1_000) : logarithmic(0.3...10)))
    }
  }

  /// - Parameter kernel: of the cascade.
  func numbers(_ kernel: DesignedKernel) -> [Double] {
    let sections = cascade.sections.flatMap { [$0.b0, $0.b1, $0.b2, $0.a1, $0.a2] }
    return [rate, Double(forms.count)] + forms.flatMap(\.numbers) + [Double(cascade.sections.count)] + sections
      + [kernel.cutOff, Double(kernel.taps.count)] + kernel.taps
  }
}

extension SectionForm.Kind {
  fileprivate var isShelf: Bool {
    switch self {
    case .lowShelf, .highShelf: true
    default: false
    }
  }

  /// Its number in design.py, and the gain.
  fileprivate var numbers: (Double, Double) {
    switch self {
    case .peaking(let gain): (0, gain)
    case .lowShelf(let gain): (1, gain)
    case .highShelf(let gain): (2, gain)
    case .lowPass: (3, 0)
    case .highPass: (4, 0)
    case .bandPass: (5, 0)
    case .notch: (6, 0)
    case .allPass: (7, 0)
    case .lowPass1: (8, 0)
    case .highPass1: (9, 0)
    case .allPass1: (10, 0)
    case .lowShelf1(let gain): (11, gain)
    case .highShelf1(let gain): (12, gain)
    }
  }
}

extension SectionForm {
  fileprivate var numbers: [Double] {
    let (kind, gain) = kind.numbers
    return switch width {
    case .q(let q): [kind, frequency, gain, 0, q]
    case .octaves(let octaves): [kind, frequency, gain, 1, octaves]
    case .slope(let slope): [kind, frequency, gain, 2, slope]
    }
  }
}
