import ConfigurationFile
import Design
import Glibc

/// A biquad of CamillaDSP, by its documentation: the formulas are RBJ's, as ours.
struct CamillaBiquad {
  private let parameters: Node
  private let rate: Int

  init(_ parameters: Node, rate: Int) { (self.parameters, self.rate) = (parameters, rate) }

  func kernel() throws(Unequal) -> PathKernel {
    let type = parameters["type"]?.text ?? "nothing"
    switch type {
    case "LowpassFO": return .words("lowpass:BW1@\(try frequency())")
    case "HighpassFO": return .words("highpass:BW1@\(try frequency())")
    default: return .lines([try line(type)])
    }
  }

  private func number(_ key: String) throws(Unequal) -> Double { try CamillaFilter.number(key, parameters) }

  private func frequency(_ key: String = "freq") throws(Unequal) -> String {
    let value = try number(key)
    guard value > 0, value < Double(rate) / 2 else {
      throw Unequal("`\(key)` is \(shown(value)) Hz: it must be above 0 and below half of \(rate)")
    }
    return shownFrequency(value)
  }

  private func line(_ type: String) throws(Unequal) -> String {
    switch type {
    case "Free":
      return SectionLine.text([try number("b0"), try number("b1"), try number("b2")], [1, try number("a1"), try number("a2")])
    case "Lowpass": return "LPQ Fc \(try frequency()) Hz Q \(shown(try number("q")))"
    case "Highpass": return "HPQ Fc \(try frequency()) Hz Q \(shown(try number("q")))"
    case "Bandpass": return "BP Fc \(try frequency()) Hz\(try width())"
    case "Notch": return "NO Fc \(try frequency()) Hz\(try width())"
    case "Allpass": return "AP Fc \(try frequency()) Hz\(try width())"
    case "Peaking": return "PK Fc \(try frequency()) Hz Gain \(shown(try number("gain"))) dB\(try width())"
    case "Lowshelf": return try shelf("LSC")
    case "Highshelf": return try shelf("HSC")
    case "LowshelfFO": return try first(.lowShelf1(gain: try number("gain")))
    case "HighshelfFO": return try first(.highShelf1(gain: try number("gain")))
    case "AllpassFO": return try first(.allPass1)
    case "LinkwitzTransform": return try linkwitzTransform()
    case "GeneralNotch": return try generalNotch()
    default: throw Unequal("a biquad of type \(quoted(type)) has no equal here")
    }
  }

  private func width() throws(Unequal) -> String {
    if parameters["bandwidth"] != nil { return " BW Oct \(shown(try number("bandwidth")))" }
    return " Q \(shown(try number("q")))"
  }

  /// `q`, or `slope` in dB an octave.
  private func shelf(_ name: String) throws(Unequal) -> String {
    let (frequency, gain) = (try frequency(), shown(try number("gain")))
    if parameters["slope"] != nil { return "\(name) \(shown(try number("slope"))) dB Fc \(frequency) Hz Gain \(gain) dB" }
    return "\(name) Fc \(frequency) Hz Gain \(gain) dB Q \(shown(try number("q")))"
  }

  private func first(_ kind: SectionForm.Kind) throws(Unequal) -> String {
    _ = try frequency()
    let value = try number("freq")
    do throws(DesignError) {
      guard let section = try SectionForm(kind, at: value).section(rate: Double(rate)) else { return "Preamp: 0 dB" }
      return SectionLine.text([section.b0, section.b1, section.b2], [1, section.a1, section.a2])
    } catch {
      throw Unequal(error.description)
    }
  }

  /// From the resonance that a closed box has to another one, with the frequency between both in its place.
  private func linkwitzTransform() throws(Unequal) -> String {
    _ = try (frequency("freq_act"), frequency("freq_target"))
    let (actual, target) = (try number("freq_act"), try number("freq_target"))
    let (actualQ, targetQ) = (try number("q_act"), try number("q_target"))
    guard actualQ > 0, targetQ > 0 else { throw Unequal("`q_act` and `q_target` are above 0") }
    let (d0, d1) = (pow(2 * .pi * actual, 2), 2 * .pi * actual / actualQ)
    let (c0, c1) = (pow(2 * .pi * target, 2), 2 * .pi * target / targetQ)
    let centre = (actual + target) / 2
    let g = 2 * .pi * centre / tan(.pi * centre / Double(rate))
    let scale = c0 + g * c1 + g * g
    return SectionLine.text(
      [(d0 + g * d1 + g * g) / scale, 2 * (d0 - g * g) / scale, (d0 - g * d1 + g * g) / scale],
      [1, 2 * (c0 - g * g) / scale, (c0 - g * c1 + g * g) / scale])
  }

  private func generalNotch() throws(Unequal) -> String {
    let zeroKey = parameters["freq_z"] != nil ? "freq_z" : "freq_notch"
    let poleKey = parameters["freq_p"] != nil ? "freq_p" : "freq_pole"
    _ = try (frequency(zeroKey), frequency(poleKey))
    let (zero, pole) = (tan(.pi * (try number(zeroKey)) / Double(rate)), tan(.pi * (try number(poleKey)) / Double(rate)))
    let q = try number("q_p")
    guard q > 0 else { throw Unequal("`q_p` is above 0") }
    let alpha = pole / q
    let gain = parameters["normalize_at_dc"]?.isTrue ?? false ? pole * pole / (zero * zero) : 1
    let a = [1 + alpha + pole * pole, -2 + 2 * pole * pole, 1 - alpha + pole * pole]
    let b = [gain * (1 + zero * zero), -2 * gain * (1 - zero * zero), gain * (1 + zero * zero)]
    return SectionLine.text(b.map { $0 / a[0] }, a.map { $0 / a[0] })
  }
}
