import Numbers

/// A low, high or band pass: `LR4@2000`, `BW3@80-8000`, `sinc@2 kHz/4095`.
public struct PassWords: Sendable, Equatable {
  public enum Band: String, Sendable {
    case low = "lowpass"
    case high = "highpass"
    case band = "bandpass"
  }

  public var band: Band
  /// nil: a windowed sinc, of linear phase.
  public var family: Family?
  /// Hz: one, or of a band pass two, the lower one first.
  public var frequencies: [Double]
  /// Of a windowed sinc; nil: as many as the frequency needs.
  public var taps: Int?

  /// - Parameter text: what follows the word and its colon.
  init(_ band: Band, _ text: Substring) throws(DesignError) {
    let example = band == .band ? "bandpass:BW4@300-3000" : "\(band.rawValue):LR4@2000"
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw DesignError(found: String(text), "a filter is a family, @ and a frequency: write \(example)") }
    self.band = band
    let isSinc = parts[0].lowercased() == "sinc"
    family = isSinc ? nil : try Family(parts[0])
    let values = parts[1].split(separator: "/", omittingEmptySubsequences: false)
    if values.count > 1 {
      guard isSinc else { throw DesignError(found: String(text), "only a sinc has a number of taps: write \(example)") }
      taps = try Self.taps(values.dropFirst().joined(separator: "/"))
    }
    let edges = values[0].split(separator: "-", omittingEmptySubsequences: false)
    guard edges.count == (band == .band ? 2 : 1) else {
      throw DesignError(
        found: String(values[0]), "a \(band == .band ? "band pass has two frequencies" : "filter has one frequency"): write \(example)")
    }
    frequencies = []
    for edge in edges { frequencies.append(try Self.frequency(edge)) }
    if band == .band, frequencies[0] >= frequencies[1] {
      throw DesignError(found: String(values[0]), "a band pass has the lower frequency first: write \(example)")
    }
  }

  /// "2000", "2000 Hz", "2 kHz", "2k".
  static func frequency(_ text: Substring) throws(DesignError) -> Double {
    var scanner = LineScanner(text)
    guard let number = scanner.number() else { throw DesignError(found: String(text), "this is no frequency: write 2000 or 2 kHz") }
    let isKilo = scanner.take("khz", "k")
    let value = try isKilo ? NumberText.value(number) * 1_000 : NumberText.value(number, as: .frequency)
    if !isKilo { _ = scanner.take("hz") }
    try scanner.finish()
    guard value > 0 else { throw DesignError(found: String(text), "a frequency is above 0 Hz") }
    return value
  }

  static func taps(_ text: some StringProtocol) throws(DesignError) -> Int {
    guard let taps = Int(text), (1...Cascade.longest).contains(taps) else {
      throw DesignError(found: String(text), "a kernel has 1 to \(Cascade.longest) taps: write a whole number")
    }
    return taps
  }

  /// Its sections, and what is to be known of them; nil of a windowed sinc.
  func cascade(rate: Double) throws(DesignError) -> (cascade: Cascade, notes: [String])? {
    guard let family else { return nil }
    var (cascade, notes) = (Cascade([]), [String]())
    let sides: [(Family.Side, Double)] =
      switch band {
      case .low: [(.low, frequencies[0])]
      case .high: [(.high, frequencies[0])]
      case .band: [(.high, frequencies[0]), (.low, frequencies[1])]
      }
    for (side, frequency) in sides {
      if let sections = try family.sections(side, at: frequency, rate: rate) {
        cascade.sections += sections
      } else {
        notes.append("the low pass at \(shown(frequency)) Hz does nothing at a rate of \(shown(rate)) Hz, since it lies above half of that")
      }
    }
    return (cascade, notes)
  }

  /// Throws as `sinc` does.
  func checkSinc(rate: Double) throws(DesignError) {
    _ = try WindowedSinc(taps: taps, lowest: frequencies[0], rate: rate)
    for frequency in frequencies { try WindowedSinc.check(frequency, rate: rate) }
  }

  /// A windowed sinc, of linear phase.
  func sinc(rate: Double) throws(DesignError) -> DesignedKernel {
    let sinc = try WindowedSinc(taps: taps, lowest: frequencies[0], rate: rate)
    let taps =
      switch band {
      case .low: try sinc.lowPass(at: frequencies[0], rate: rate)
      case .high: try sinc.highPass(at: frequencies[0], rate: rate)
      case .band: try sinc.bandPass(from: frequencies[0], to: frequencies[1], rate: rate)
      }
    return DesignedKernel(taps: taps, delayFrames: sinc.taps / 2)
  }
}
