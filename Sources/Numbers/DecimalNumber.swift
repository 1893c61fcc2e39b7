/// The number that a text of decimal digits stands for, as `-3`, `.5` or `1e-3`: no hexadecimal, no word such as `inf`.
///
/// - Returns: nil for another text; an infinity for a number beyond float64.
package func decimalNumber(_ text: some StringProtocol) -> Double? {
  var rest = text.utf8[...]
  func take(_ characters: StaticString) -> Bool {
    guard let first = rest.first, characters.withUTF8Buffer({ $0.contains(first) }) else { return false }
    rest = rest.dropFirst()
    return true
  }
  func digits() -> Bool {
    var isThere = false
    while take("0123456789") { isThere = true }
    return isThere
  }
  _ = take("+-")
  let hasWhole = digits()
  let hasFraction = take(".") && digits()
  guard hasWhole || hasFraction else { return nil }
  if take("eE") {
    _ = take("+-")
    guard digits() else { return nil }
  }
  return rest.isEmpty ? Double(String(text)) : nil
}
