import ArgumentParser
import Numbers

/// The value of an option that takes a number: decimal digits, as everywhere else. What is no finite number is refused with the limits.
@Sendable func decimalArgument(_ text: String) throws -> Double {
  guard let number = decimalNumber(text) ?? (text.lowercased().contains("x") ? nil : Double(text)) else {
    throw ValidationError("write a number in decimal digits")
  }
  return number
}
