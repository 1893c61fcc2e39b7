/// A number with a fixed count of decimals, a dot before them; without, if it is not finite or 1e15 and more.
///
/// - Parameter rule: how the last decimal is rounded.
package func decimal(_ value: Double, places: Int, rounded rule: FloatingPointRoundingRule = .toNearestOrAwayFromZero) -> String {
  guard value.isFinite, value.magnitude < 1e15 else { return "\(value)" }
  let scale = (0..<places).reduce(1) { scale, _ in 10 * scale }
  let signed = Int((value * Double(scale)).rounded(rule))
  let units = abs(signed)
  let sign = signed < 0 ? "-" : ""
  guard places > 0 else { return sign + "\(units)" }
  let fraction = String(units % scale)
  return sign + "\(units / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
}

/// A share of 1 as "12.3 %".
///
/// - Parameters:
///   - places: decimals.
///   - rule: how the last one is rounded: `.up` for a share that is compared with a limit.
package func percent(
  _ share: Double, places: Int = 1, rounded rule: FloatingPointRoundingRule = .toNearestOrAwayFromZero
) -> String {
  decimal(share * 100, places: places, rounded: rule) + " %"
}

extension StringProtocol {
  /// The text without white space at its ends, as a number is read from it.
  package var trimmed: SubSequence {
    let start = drop(while: \.isWhitespace)
    return start[..<(start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex)]
  }
}
