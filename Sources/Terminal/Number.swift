import Glibc

/// Formats a number with `decimals` decimals as printf's `%.*f` does: rounded half to even, but never "-0.0".
public func fixed(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
  var text = [CChar](repeating: 0, count: 340 + decimals)
  _ = withVaList([Int32(decimals), value]) { vsnprintf(&text, text.count, "%.*f", $0) }
  let digits = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  return digits.hasPrefix("-") && !digits.contains { ("1"..."9").contains($0) } ? String(digits.dropFirst()) : digits
}

extension String {
  /// Right-justifies the text in `width` characters.
  public func right(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }

  /// Left-justifies the text in `width` characters.
  public func left(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
