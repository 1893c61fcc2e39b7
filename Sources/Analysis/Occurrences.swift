/// Every index of `values` from which on they equal `pattern`, overlapping ones too.
///
/// Source: D. E. Knuth, J. H. Morris and V. R. Pratt, "Fast pattern matching in strings", 1977.
/// - Throws: the pattern is empty, or longer than the values.
/// - Complexity: O(values + pattern)
public func occurrences<Value: Equatable>(of pattern: [Value], in values: [Value]) throws(AnalysisError) -> [Int] {
  if pattern.isEmpty { throw .emptyKernel }
  if pattern.count > values.count { throw .patternLonger(patternFrames: pattern.count, recordingFrames: values.count) }
  // border[n]: how many of the first n + 1 values of the pattern, at most n, it begins as well as ends with.
  var border = [0]
  for value in pattern.dropFirst() { border.append(extended(border.last!, by: value, pattern, border)) }
  var (starts, equal) = ([Int](), 0)
  for (index, value) in values.enumerated() {
    equal = extended(equal, by: value, pattern, border)
    if equal == pattern.count { starts.append(index + 1 - equal) }
  }
  return starts
}

/// How much of the pattern's beginning is seen after `value`, of which `equal` values were seen before.
private func extended<Value: Equatable>(_ equal: Int, by value: Value, _ pattern: [Value], _ border: [Int]) -> Int {
  var equal = equal
  while equal == pattern.count || pattern[equal] != value {
    if equal == 0 { return 0 }
    equal = border[equal - 1]
  }
  return equal + 1
}
