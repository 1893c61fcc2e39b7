/// What follows the type on a filter line, in any order.
struct EqualiserParameters: Equatable {
  /// Hz.
  var frequency: Double?
  /// dB.
  var gain: Double?
  var q: Double?
  /// Octaves.
  var bandwidth: Double?

  init(_ scanner: inout LineScanner) throws(DesignError) {
    while !scanner.isAtEnd {
      let found = scanner.next
      switch scanner.word() {
      case "fc", "freq", "frequency":
        try Self.refuseSecond(frequency, found)
        scanner.takeColon()
        frequency = try Self.frequency(&scanner)
      case "gain":
        try Self.refuseSecond(gain, found)
        scanner.takeColon()
        gain = try scanner.gain("Gain", isOptionalUnit: true)
      case "q":
        try Self.refuseSecond(q, found)
        scanner.takeColon()
        q = try scanner.value("Q", as: .plain)
      case "bw":
        try Self.refuseSecond(bandwidth, found)
        bandwidth = try Self.bandwidth(&scanner)
      case "t":
        // T60 target 300 ms: what the filter was made for; Q says it already.
        guard scanner.number() == "60" else { throw Self.unknown(found) }
        _ = scanner.take("target")
        _ = try scanner.value("T60 target", as: .plain)
        _ = scanner.take("ms", "s")
      default: throw Self.unknown(found)
      }
    }
  }

  private static func frequency(_ scanner: inout LineScanner) throws(DesignError) -> Double {
    guard let text = scanner.number() else { throw DesignError(found: scanner.next, "a number must follow Fc: write Fc 1000 Hz") }
    if scanner.take("khz", "k") || scanner.take(spaced: "k", "hz") { return try NumberText.value(text, as: .plain) * 1_000 }
    let value = try NumberText.value(text, as: .frequency)
    if !scanner.take("hz") { _ = scanner.take(spaced: "h", "z") }
    return value
  }

  private static func bandwidth(_ scanner: inout LineScanner) throws(DesignError) -> Double {
    let isNamed = scanner.take("oct", "octave", "octaves")
    let value = try scanner.value("BW Oct", as: .plain)
    guard scanner.take("oct", "octave", "octaves") || isNamed else {
      throw DesignError(found: "BW \(shown(value))", "a bandwidth is in octaves: write BW Oct 1.5")
    }
    return value
  }

  private static func refuseSecond(_ value: Double?, _ found: String) throws(DesignError) {
    if value != nil { throw DesignError(found: found, "the line has this twice: one filter has one value, the next one its own line") }
  }

  private static func unknown(_ found: String) -> DesignError {
    DesignError(found: found, "this is none of a filter's values: write Fc 1000 Hz, Gain -3 dB, and Q 1.41 or BW Oct 1")
  }
}

extension LineScanner {
  /// Takes two words if they come next.
  fileprivate mutating func take(spaced first: String, _ second: String) -> Bool {
    guard tokens.prefix(2) == [.word(first), .word(second)] else { return false }
    skip()
    skip()
    return true
  }
}
