import Glibc

extension SectionForm {
  /// The section at a rate: the bilinear transform of the analogue filter, with the frequency in its place.
  ///
  /// Source: R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients".
  /// - Parameter rate: Hz.
  /// - Returns: nil if the filter does nothing at this rate, since it lies beyond.
  public func section(rate: Double) throws(DesignError) -> Section? {
    try validate()
    if try isBeyond(rate: rate) { return nil }
    let angle = 2 * .pi * frequency / rate
    let section = if let first = firstOrder(angle) { first } else { try secondOrder(angle) }
    guard section.isFinite else {
      throw DesignError(
        found: "\(shown(frequency)) Hz", "the filter is too wide or too loud for float64 so near to half of the rate: make it narrower")
    }
    return section
  }

  private func secondOrder(_ angle: Double) throws(DesignError) -> Section {
    // Of cos ω, 1 - cos ω and 1 + cos ω each is rounded for itself: near 0 the difference would lose its digits.
    let (c, less, more) = (cos(angle), 2 * sin(angle / 2) * sin(angle / 2), 2 * cos(angle / 2) * cos(angle / 2))
    let amplitude = pow(10, gain / 40)
    let alpha = try alpha(angle, amplitude)
    let passive = (1 + alpha, -2 * c, 1 - alpha)
    switch kind {
    case .peaking:
      return Section(
        b: (1 + alpha * amplitude, -2 * c, 1 - alpha * amplitude), a: (1 + alpha / amplitude, -2 * c, 1 - alpha / amplitude))
    case .lowPass: return Section(b: (less / 2, less, less / 2), a: passive)
    case .highPass: return Section(b: (more / 2, -more, more / 2), a: passive)
    case .bandPass: return Section(b: (alpha, 0, -alpha), a: passive)
    case .notch: return Section(b: (1, -2 * c, 1), a: passive)
    case .allPass: return Section(b: (1 - alpha, -2 * c, 1 + alpha), a: passive)
    case .lowShelf: return shelf(amplitude, alpha, less: less, more: more, sign: 1)
    case .highShelf: return shelf(amplitude, alpha, less: more, more: less, sign: -1)
    case .lowPass1, .highPass1, .allPass1, .lowShelf1, .highShelf1: preconditionFailure("it is of first order")
    }
  }

  /// A low shelf; with cos ω and the middle coefficients of the other sign (`sign`) a high one.
  ///
  /// (A+1) ∓ cos ω is A (1 ∓ cos ω) + (1 ± cos ω).
  private func shelf(_ amplitude: Double, _ alpha: Double, less: Double, more: Double, sign: Double) -> Section {
    let slope = 2 * amplitude.squareRoot() * alpha
    let (top, bottom) = (amplitude * less + more, amplitude * more + less)
    // ∓ (A+1) cos ω.
    let (topMiddle, bottomMiddle) = (amplitude * less - more, amplitude * more - less)
    return Section(
      b: (amplitude * (top + slope), sign * 2 * amplitude * topMiddle, amplitude * (top - slope)),
      a: (bottom + slope, sign * -2 * bottomMiddle, bottom - slope))
  }

  private func alpha(_ angle: Double, _ amplitude: Double) throws(DesignError) -> Double {
    let s = sin(angle)
    switch width {
    case .q(let q): return s / (2 * q)
    case .octaves(let octaves): return s * sinh(M_LN2 / 2 * octaves * angle / s)
    case .slope(let slope):
      let square = (amplitude + 1 / amplitude) * (1 / slope - 1) + 2
      guard square > 0 else {
        let steepest = 12 / (1 - 2 / (amplitude + 1 / amplitude))
        throw DesignError(
          found: "\(shown(12 * slope)) dB",
          "the slope is too steep for the filter's gain: it is below \(Int(steepest.rounded(.down))) dB an octave")
      }
      return s / 2 * square.squareRoot()
    }
  }

  /// With K = tan(ω/2) for the analogue frequency 1; nil if the kind is of second order.
  private func firstOrder(_ angle: Double) -> Section? {
    let k = tan(angle / 2)
    let amplitude = pow(10, gain / 40)
    switch kind {
    case .lowPass1: return Section(b: (k, k, 0), a: (k + 1, k - 1, 0))
    case .highPass1: return Section(b: (1, -1, 0), a: (k + 1, k - 1, 0))
    case .allPass1: return Section(b: (k - 1, k + 1, 0), a: (k + 1, k - 1, 0))
    case .lowShelf1:
      let (zero, pole) = (k * amplitude, k / amplitude)
      return Section(b: (zero + 1, zero - 1, 0), a: (pole + 1, pole - 1, 0))
    case .highShelf1:
      let (zero, pole, square) = (k / amplitude, k * amplitude, amplitude * amplitude)
      return Section(b: (square * (zero + 1), square * (zero - 1), 0), a: (pole + 1, pole - 1, 0))
    default: return nil
    }
  }
}
