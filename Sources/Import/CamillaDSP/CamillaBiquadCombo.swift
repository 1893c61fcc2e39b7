import ConfigurationFile
import Glibc

/// Several biquads of CamillaDSP under one name.
struct CamillaBiquadCombo {
  private let parameters: Node
  private let rate: Int

  init(_ parameters: Node, rate: Int) { (self.parameters, self.rate) = (parameters, rate) }

  func kernels() throws(Unequal) -> [PathKernel] {
    switch parameters["type"]?.text {
    case "LinkwitzRileyLowpass": return try pass("lowpass", isLinkwitzRiley: true)
    case "LinkwitzRileyHighpass": return try pass("highpass", isLinkwitzRiley: true)
    case "ButterworthLowpass": return try pass("lowpass", isLinkwitzRiley: false)
    case "ButterworthHighpass": return try pass("highpass", isLinkwitzRiley: false)
    case "Tilt": return try tilt()
    case "FivePointPeq": return try fivePoints()
    case "GraphicEqualizer": return try graphic()
    case let type: throw Unequal("biquads of type \(quoted(type ?? "nothing")) have no equal here")
    }
  }

  private func number(_ key: String) throws(Unequal) -> Double { try CamillaFilter.number(key, parameters) }

  private func pass(_ word: String, isLinkwitzRiley: Bool) throws(Unequal) -> [PathKernel] {
    let (frequency, order) = (try number("freq"), try number("order"))
    guard frequency > 0, frequency < Double(rate) / 2 else {
      throw Unequal("`freq` is \(shown(frequency)) Hz: it must be above 0 and below half of \(rate)")
    }
    guard order == order.rounded(), (1...64).contains(order), !isLinkwitzRiley || Int(order) % 2 == 0 else {
      throw Unequal("`order` is \(shown(order)): it must be \(isLinkwitzRiley ? "even, " : "")1 to 64")
    }
    let (count, text) = (Int(order), shownFrequency(frequency))
    if count <= 8 { return [.words("\(word):\(isLinkwitzRiley ? "LR" : "BW")\(count)@\(text)")] }
    // Higher orders in sections; the two halves of a Linkwitz-Riley filter are alike.
    let half = isLinkwitzRiley ? count / 2 : count
    let name = word == "lowpass" ? "LPQ" : "HPQ"
    let lines = (0..<half / 2).map { index in
      "\(name) Fc \(text) Hz Q \(shown(0.5 / sin(.pi / Double(half) * (Double(index) + 0.5))))"
    }
    let single = half % 2 == 1 ? [PathKernel.words("\(word):BW1@\(text)")] : []
    let one = [PathKernel.lines(lines)] + single
    return isLinkwitzRiley ? one + one : one
  }

  private func tilt() throws(Unequal) -> [PathKernel] {
    let gain = try number("gain")
    return [
      .lines(["LSC Fc 110 Hz Gain \(shown(-gain / 2)) dB Q 0.35", "HSC Fc 3500 Hz Gain \(shown(gain / 2)) dB Q 0.35"])
    ]
  }

  private func fivePoints() throws(Unequal) -> [PathKernel] {
    var lines: [String] = []
    for (type, key) in [("LSC", "ls"), ("PK", "p1"), ("PK", "p2"), ("PK", "p3"), ("HSC", "hs")] {
      let (frequency, gain, q) = (try number("f" + key), try number("g" + key), try number("q" + key))
      guard frequency > 0, frequency < Double(rate) / 2 else {
        throw Unequal("`f\(key)` is \(shown(frequency)) Hz: it must be above 0 and below half of \(rate)")
      }
      if gain != 0 { lines.append("\(type) Fc \(shownFrequency(frequency)) Hz Gain \(shown(gain)) dB Q \(shown(q))") }
    }
    return lines.isEmpty ? [] : [.lines(lines)]
  }

  /// Bands that are equally wide in octaves.
  private func graphic() throws(Unequal) -> [PathKernel] {
    let least = try parameters["freq_min"].map { _ throws(Unequal) in try number("freq_min") } ?? 20
    let most = try parameters["freq_max"].map { _ throws(Unequal) in try number("freq_max") } ?? 20_000
    guard least > 0, least < most, most < Double(rate) / 2 else {
      throw Unequal("`freq_min` is above 0, `freq_max` above that and below half of \(rate)")
    }
    let gains = try CamillaFilter.numbers("gains", parameters) ?? []
    guard !gains.isEmpty else { throw Unequal("`gains` is missing") }
    let width = log2(most / least) / Double(gains.count)
    let lines = gains.enumerated().compactMap { band, gain in
      gain.magnitude <= 0.001
        ? nil : "PK Fc \(shownFrequency(least * exp2((Double(band) + 0.5) * width))) Hz Gain \(shown(gain)) dB BW Oct \(shown(width))"
    }
    return lines.isEmpty ? [] : [.lines(lines)]
  }
}
