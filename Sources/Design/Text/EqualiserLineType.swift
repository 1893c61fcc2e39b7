import Glibc

/// The type of a filter line, with what Equalizer APO makes of it.
struct EqualiserLineType {
  enum Kind {
    case peaking, lowPass, highPass, bandPass, notch, allPass
    /// Fc is the frequency of half of the gain, or a corner.
    case lowShelf(isCentre: Bool), highShelf(isCentre: Bool)
  }

  private let name: String
  private let kind: Kind
  /// dB an octave, as in `LSC 10.8 dB`.
  private let slope: Double?

  static let names: Set = [
    "pk", "peq", "modal", "lp", "hp", "lpq", "hpq", "bp", "no", "ap", "ls", "hs", "lsc", "hsc",
  ]

  /// - Parameter word: in lower case.
  init(_ word: String, _ scanner: inout LineScanner) throws(DesignError) {
    name = word.uppercased()
    switch word {
    case "pk", "peq", "modal": kind = .peaking
    case "lp", "lpq": kind = .lowPass
    case "hp", "hpq": kind = .highPass
    case "bp": kind = .bandPass
    case "no": kind = .notch
    case "ap": kind = .allPass
    case "ls", "lsc": kind = .lowShelf(isCentre: word == "lsc")
    case "hs", "hsc": kind = .highShelf(isCentre: word == "hsc")
    default: throw Self.unknown(word)
    }
    guard case .number(let text)? = scanner.tokens.first else {
      slope = nil
      return
    }
    guard word.hasPrefix("ls") || word.hasPrefix("hs") else {
      let gain = ["pk", "peq", "modal"].contains(word) ? " Gain 3 dB" : ""
      throw DesignError(
        found: "\(name) \(text)", "only a shelf has a slope, and a frequency follows Fc: write \(name) Fc 1000 Hz\(gain) Q 0.7")
    }
    scanner.skip()
    slope = try NumberText.value(text)
    guard scanner.take("db") else {
      throw DesignError(found: "\(name) \(text)", "a slope is in dB an octave: write \(name) 12 dB Fc 1000 Hz Gain 3 dB")
    }
  }

  private var isShelf: Bool {
    switch kind {
    case .lowShelf, .highShelf: true
    default: false
    }
  }

  private var hasGain: Bool {
    if case .peaking = kind { true } else { isShelf }
  }

  /// - Throws: a value is missing, needless or none.
  func form(_ parameters: EqualiserParameters) throws(DesignError) -> SectionForm {
    guard let frequency = parameters.frequency else { throw missing("Fc 1000 Hz") }
    if hasGain, parameters.gain == nil { throw missing("Gain -3 dB") }
    if !hasGain, let gain = parameters.gain, gain != 0 {
      throw DesignError(found: "Gain \(shown(gain)) dB", "\(name) has no gain: leave it out, or write a Preamp: line")
    }
    let widths = [parameters.q, parameters.bandwidth, slope].compactMap { $0 }
    guard widths.count < 2 else { throw DesignError(found: name, "a filter has one width: Q, BW Oct or a slope") }
    let result = SectionForm(sectionKind(parameters.gain ?? 0), at: frequency, try width(parameters))
    // A corner depends on a width that is one.
    try result.validate()
    return try cornered(result)
  }

  private func sectionKind(_ gain: Double) -> SectionForm.Kind {
    switch kind {
    case .peaking: .peaking(gain: gain)
    case .lowPass: .lowPass
    case .highPass: .highPass
    case .bandPass: .bandPass
    case .notch: .notch
    case .allPass: .allPass
    case .lowShelf: .lowShelf(gain: gain)
    case .highShelf: .highShelf(gain: gain)
    }
  }

  private func width(_ parameters: EqualiserParameters) throws(DesignError) -> SectionForm.Width {
    if let q = parameters.q { return .q(q) }
    if let octaves = parameters.bandwidth { return .octaves(octaves) }
    // S is 1 for 12 dB an octave.
    if let slope { return .slope(slope / 12) }
    switch kind {
    case .lowShelf, .highShelf: return .slope(0.9)
    case .notch: return .q(30)
    case .bandPass: return .q(0.5.squareRoot())
    case .lowPass, .highPass:
      if name.hasSuffix("Q") { throw missing("Q 0.7") }
      return .q(0.5.squareRoot())
    case .peaking, .allPass: throw missing("Q 1.41")
    }
  }

  /// Of LS and HS with a width Fc is a corner: the centre lies Fc · 10^(|G| / 80 / S) further on.
  private func cornered(_ form: SectionForm) throws(DesignError) -> SectionForm {
    let isLow: Bool
    switch kind {
    case .lowShelf(isCentre: false): isLow = true
    case .highShelf(isCentre: false): isLow = false
    default: return form
    }
    let amplitude = pow(10, form.gain / 40)
    let inverseSlope: Double
    switch form.width {
    case .slope(let s):
      // Without a slope of its own Fc is the centre.
      if slope == nil { return form }
      inverseSlope = 1 / s
    case .q(let q): inverseSlope = (1 / (q * q) - 2) / (amplitude + 1 / amplitude) + 1
    case .octaves(let octaves):
      throw DesignError(
        found: "BW Oct \(shown(octaves))", "\(name) has no bandwidth: write Q or a slope, or \(name)C with Fc as the centre")
    }
    let factor = pow(10, abs(form.gain) / 80 * inverseSlope)
    var result = form
    result.frequency = isLow ? form.frequency * factor : form.frequency / factor
    guard result.frequency.isFinite, result.frequency > 0 else {
      throw DesignError(found: "\(shown(form.gain)) dB", "the shelf is too broad for its gain: choose a larger Q or slope")
    }
    return result
  }

  private func missing(_ example: String) -> DesignError {
    DesignError(found: name, "\(name) needs \(example.prefix { $0 != " " }): write \(name) ... \(example)")
  }
}
