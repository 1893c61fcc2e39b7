import Glibc

/// A line of a filter text: Equalizer APO's, Room EQ Wizard's and AutoEq's.
enum EqualiserLine: Equatable {
  /// dB.
  case preamp(Double)
  case form(SectionForm)
  /// Coefficients, which hold at any rate.
  case section(Section)
  /// Switched off, or `None`.
  case off
  /// Empty, or a comment.
  case remark

  init(_ line: Substring) throws(DesignError) {
    var scanner = LineScanner(line)
    if scanner.isAtEnd || scanner.tokens.first == .other("#") {
      self = .remark
    } else if scanner.take("preamp") {
      scanner.takeColon()
      self = .preamp(try scanner.gain("Preamp", isOptionalUnit: true))
      try scanner.finish()
    } else {
      if scanner.take("filter") {
        _ = scanner.number()
        scanner.takeColon()
      }
      self = try Self.filter(&scanner)
    }
  }

  private static func filter(_ scanner: inout LineScanner) throws(DesignError) -> EqualiserLine {
    if scanner.take("off") { return .off }
    _ = scanner.take("on")
    let found = scanner.next
    guard let word = scanner.word() else { throw EqualiserLineType.unknown(found) }
    if word == "none" { return .off }
    if word == "iir" { return .section(try scanner.coefficients()) }
    let type = try EqualiserLineType(word, &scanner)
    return .form(try type.form(EqualiserParameters(&scanner)))
  }

  /// Whether a text is lines of filters, rather than a file's name.
  static func begins(_ text: some StringProtocol) -> Bool {
    let head = text.drop { $0.isWhitespace }
    let word = head.prefix { $0.isLetter }.lowercased()
    let rest = head.dropFirst(word.count)
    switch word {
    case "preamp", "filter": return rest.drop { $0.isWhitespace || $0.isNumber }.first == ":"
    case "on", "off", "none", "iir": return rest.first?.isWhitespace ?? false
    default: return EqualiserLineType.names.contains(word) && (rest.first?.isWhitespace ?? false)
    }
  }
}

/// The commands of Equalizer APO that are no filters of a channel.
private let commands: Set = [
  "device", "channel", "copy", "delay", "convolution", "include", "if", "elseif", "else", "endif", "stage", "eval", "loudnesscorrection",
  "vstplugin", "graphiceq",
]

extension EqualiserLineType {
  static func unknown(_ found: String) -> DesignError {
    if found.lowercased() == "graphiceq" {
      return DesignError(found: found, "a graphic equaliser is no filter line: name its file as graphic:FILE")
    }
    if commands.contains(found.lowercased()) {
      return DesignError(
        found: found,
        "this command of Equalizer APO is no filter: keep the filters of one channel in a file of their own, or make a configuration of the"
          + " whole: convolvectl import")
    }
    return DesignError(
      found: found,
      "this is no filter: write PK Fc 1000 Hz Gain -3 dB Q 1.41, or LP, HP, LPQ, HPQ, BP, NO, AP, LS, HS, LSC, HSC"
    )
  }
}

extension LineScanner {
  mutating func takeColon() {
    if tokens.first == .other(":") { skip() }
  }

  /// - Throws: something is left.
  func finish() throws(DesignError) {
    if !isAtEnd { throw DesignError(found: next, "nothing is expected here: end the line before it") }
  }

  /// A number of dB.
  mutating func gain(_ name: String, isOptionalUnit: Bool) throws(DesignError) -> Double {
    let value = try value(name, as: .plain)
    if !take("db"), !isOptionalUnit { throw DesignError(found: next, "\(name) is in dB: write \(name) -3 dB") }
    guard value.magnitude <= SectionForm.largestGain else {
      throw DesignError(found: "\(shown(value)) dB", "\(name) is at most \(Int(SectionForm.largestGain)) dB either way: is it in dB?")
    }
    return value
  }

  mutating func value(_ name: String, as use: NumberText.Use) throws(DesignError) -> Double {
    guard let text = number() else { throw DesignError(found: next, "a number must follow \(name)") }
    return try NumberText.value(text, as: use)
  }

  /// `Order 2 Coefficients b0 b1 b2 a0 a1 a2`.
  mutating func coefficients() throws(DesignError) -> Section {
    let remedy = "write IIR Order 2 Coefficients b0 b1 b2 a0 a1 a2"
    guard take("order") else { throw DesignError(found: next, "the order of the filter must follow IIR: \(remedy)") }
    let order = try value("Order", as: .plain)
    guard order == 1 || order == 2 else {
      throw DesignError(found: "Order \(shown(order))", "an IIR filter has order 1 or 2: write a higher one as sections of order 2")
    }
    guard take("coefficients", "coefs") else { throw DesignError(found: next, "Coefficients must follow the order: \(remedy)") }
    var values: [Double] = []
    while !isAtEnd { values.append(try value("Coefficients", as: .plain)) }
    let count = 2 * (Int(order) + 1)
    guard values.count == count else {
      throw DesignError(found: "\(values.count) coefficients", "of order \(Int(order)) there are \(count), first b and then a: \(remedy)")
    }
    if order == 1 { values = [values[0], values[1], 0, values[2], values[3], 0] }
    guard values[3] != 0 else { throw DesignError(found: "a0 \(shown(values[3]))", "a0 is not 0: all others are divided by it") }
    let section = Section(b: (values[0], values[1], values[2]), a: (values[3], values[4], values[5]))
    guard section.isFinite else {
      throw DesignError(found: "a0 \(shown(values[3]))", "the coefficients divided by a0 are beyond float64: choose a larger a0")
    }
    guard FreeResponse(section) != nil else {
      throw DesignError(
        found: "\(section)", "the filter never comes to rest, since a pole lies on the unit circle or outside: correct its a1 and a2")
    }
    return section
  }
}
