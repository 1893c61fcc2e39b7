/// The number that a text of decimal digits stands for, as `-3`, `.5` or `1e-3`: no hexadecimal, no word such as `inf`.
///
/// - Returns: nil for another text; an infinity for a number beyond float64.
package func decimalNumber(_ text: some StringProtocol) -> Double? {
  let text = String(text)
  return isDecimal(text.utf8) ? Double(text) : nil
}

private func isDecimal(_ text: String.UTF8View) -> Bool {
  var rest = text[...]
  func take(_ first: UInt8, _ second: UInt8) {
    if let next = rest.first, next == first || next == second { rest.removeFirst() }
  }
  func digits() -> Bool {
    let count = rest.count
    while let next = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { rest.removeFirst() }
    return rest.count < count
  }
  take(UInt8(ascii: "+"), UInt8(ascii: "-"))
  let hasWhole = digits()
  var hasFraction = false
  if rest.first == UInt8(ascii: ".") {
    rest.removeFirst()
    hasFraction = digits()
  }
  guard hasWhole || hasFraction else { return false }
  if let next = rest.first, next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
    rest.removeFirst()
    take(UInt8(ascii: "+"), UInt8(ascii: "-"))
    guard digits() else { return false }
  }
  return rest.isEmpty
}
