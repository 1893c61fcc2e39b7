// Counts that come from elsewhere may be any number: sums of them end at the type's limits.

extension FixedWidthInteger {
  /// The sum, or the limit that it is beyond.
  package func saturatingAdd(_ other: Self) -> Self {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  /// The difference, or the limit that it is beyond.
  package func saturatingSubtract(_ other: Self) -> Self {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }
}

extension Sequence where Element: FixedWidthInteger {
  /// The sum, which no step brings beyond the type's limits.
  package var saturatedSum: Element { reduce(0) { $0.saturatingAdd($1) } }
}
