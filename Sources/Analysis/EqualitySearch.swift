/// Finds all places, also overlapping ones, where values equal a pattern; the values come block by block. A NaN equals nothing.
///
/// Takes twice the pattern's memory, and that of the places found.
/// Source: D. E. Knuth, J. H. Morris and V. R. Pratt, "Fast pattern matching in strings", 1977.
public struct EqualitySearch<Value: Equatable> {
  private let pattern: [Value]
  /// Of the first n + 1 values of the pattern: how many, at most n, it begins as well as ends with.
  private var border = [0]
  /// How many of the pattern's first values are equal to the last ones taken.
  private var equal = 0
  private var taken = 0
  private var starts: [Int] = []

  /// Bytes that a search for so many values takes, without those of the places found.
  public static func byteCount(frames: Int) -> Int { min(frames, 1 << 56) * (MemoryLayout<Value>.stride + 3 * MemoryLayout<Int>.stride) }

  /// Places found so far.
  public var foundCount: Int { starts.count }

  /// - Throws: the pattern is empty.
  public init(pattern: [Value]) throws(AnalysisError) {
    if pattern.isEmpty { throw .emptyKernel }
    self.pattern = pattern
    for value in pattern.dropFirst() { border.append(extended(border.last!, by: value)) }
  }

  /// Takes the next values. Complexity: O(values)
  public mutating func process(_ block: some Sequence<Value>) {
    for value in block {
      equal = extended(equal, by: value)
      taken += 1
      if equal == pattern.count { starts.append(taken - equal) }
    }
  }

  /// Ends the search.
  ///
  /// - Returns: the indices of the pattern's first value, counted from 0.
  /// - Throws: the values were fewer than the pattern's.
  public func finish() throws(AnalysisError) -> [Int] {
    if taken < pattern.count { throw .patternLonger(patternFrames: pattern.count, recordingFrames: taken) }
    return starts
  }

  /// How much of the pattern's beginning is seen after `value`, of which `equal` values were seen before.
  private func extended(_ equal: Int, by value: Value) -> Int {
    var equal = equal
    while equal == pattern.count || pattern[equal] != value {
      if equal == 0 { return 0 }
      equal = border[equal - 1]
    }
    return equal + 1
  }
}
