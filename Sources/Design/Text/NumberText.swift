/// A number as people and programs of several countries write it.
struct NumberText {
  enum Use {
    /// A comma is a decimal point.
    case plain
    /// A frequency in Hz of a filter line: three digits behind the only comma or point are thousands, as Equalizer APO has it.
    case frequency
    /// A frequency in a list: a point is a decimal one.
    case listed
  }

  enum Reading: Equatable {
    case value(Double)
    /// It can be read in two ways.
    case ambiguous(Double, Double)
    case none
  }

  /// Reads a number without blanks.
  static func read(_ text: some StringProtocol, as use: Use) -> Reading {
    // Most numbers are plain.
    if use != .frequency, let value = number(text) { return .value(value) }
    let digits = canonical(text)
    let parts = (commas: digits.count { $0 == "," }, points: digits.count { $0 == "." })
    switch (parts.commas, parts.points) {
    case (0, 0): return reading(digits)
    case (1, 0), (0, 1): return single(digits, isComma: parts.commas == 1, use)
    default: return several(digits, parts, use)
    }
  }

  /// Without what only separates groups of digits, and with a sign of ASCII.
  private static func canonical(_ text: some StringProtocol) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0xA0, 0x2007, 0x2009, 0x202F, 0x27, 0x2019: break
      case 0x2212: result.append("-")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// A finite number in decimal digits; not "inf", "nan" or hexadecimal, which Double takes.
  private static func number(_ text: some StringProtocol) -> Double? {
    guard text.utf8.allSatisfy({ (0x2B...0x2E).contains($0) || (0x30...0x39).contains($0) || $0 | 0x20 == 0x65 }) else { return nil }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  private static func reading(_ text: some StringProtocol) -> Reading { number(text).map(Reading.value) ?? .none }

  private static func single(_ digits: String, isComma: Bool, _ use: Use) -> Reading {
    let decimal = reading(digits.replacing(",", with: "."))
    guard case .value(let value) = decimal, use == .frequency || use == .listed && isComma else { return decimal }
    let halves = digits.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "." }
    guard isGroup(halves[1]), (1...3).contains(halves[0].count), let thousands = number(halves[0] + halves[1]), thousands >= 0 else {
      return decimal
    }
    // 1,050 is a thousand and fifty; 100.000 may have three decimals, and 0.500 has.
    if use == .frequency, (1_000..<100_000).contains(thousands) { return .value(thousands) }
    return .ambiguous(thousands, value)
  }

  /// Thousands, and decimals after the other sign: 1,234.5 and 1.234,5 and 1.234.567.
  private static func several(_ digits: String, _ parts: (commas: Int, points: Int), _ use: Use) -> Reading {
    guard use != .plain else { return .none }
    let last: Character? = parts.commas == 0 || parts.points == 0 ? nil : digits.last { $0 == "," || $0 == "." }
    let decimals = last.map { digits.split(separator: $0, omittingEmptySubsequences: false) } ?? [digits[...]]
    guard decimals.count <= 2 else { return .none }
    let groups = decimals[0].split(omittingEmptySubsequences: false) { $0 == "," || $0 == "." }
    guard groups.count > 1, (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy(isGroup) else { return .none }
    return reading(groups.joined() + (decimals.count == 2 ? "." + decimals[1] : ""))
  }

  private static func isGroup(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 3 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}

extension NumberText {
  /// - Throws: it is none, or two.
  static func value(_ text: some StringProtocol, as use: Use = .plain) throws(DesignError) -> Double {
    switch read(text, as: use) {
    case .value(let value): return value
    case .ambiguous(let thousands, let decimal):
      throw DesignError(
        found: String(text),
        "the number can be read with a decimal or with thousands: write it without separators, \(shown(thousands)) or \(shown(decimal))")
    case .none: throw DesignError(found: String(text), "this is no number: write one like 1000 or -3.5")
    }
  }
}
