import ArgumentParser
import Numbers

/// A finite number of dB, which may be negative: see `Main.arguments`.
struct Decibels {
  let value: Double

  init?(_ text: String) {
    guard let value = decimalNumber(text.drop { $0 == " " }), value.isFinite else { return nil }
    self.value = value
  }

  /// The daemon holds it against its limits, which the message tells beforehand.
  @Sendable static func attenuation(_ text: String) throws -> Decibels {
    guard let decibels = Decibels(text) else { throw ValidationError("write a number of dB, -120 to 0") }
    return decibels
  }

  /// Of a filter.
  @Sendable static func gain(_ text: String) throws -> Decibels {
    guard let decibels = Decibels(text) else { throw ValidationError("write a number of dB, as in --gain -3") }
    return decibels
  }
}

/// The value of an option that takes a whole number.
@Sendable func wholeArgument<Number: FixedWidthInteger>(_ text: String) throws -> Number {
  guard let number = Number(text) else { throw ValidationError("write a whole number\(Number.min == 0 ? ", 0 or more" : "")") }
  return number
}

/// The value of an option that takes a number.
@Sendable func decimalArgument(_ text: String) throws -> Double {
  guard let number = decimalNumber(text) else { throw ValidationError("write a number in decimal digits") }
  return number
}
