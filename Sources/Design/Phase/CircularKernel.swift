import Analysis

/// A kernel around time 0 as an inverse transform gives it: what lies before time 0 stands at the end, with its sign changed.
struct CircularKernel {
  private let transform: Transform

  init(_ transform: Transform) { self.transform = transform }

  private var half: Int { transform.length / 2 }

  private func tap(_ time: Int) -> Double { time < 0 ? -transform.values[transform.length + time] : transform.values[time] }

  /// A kernel of linear phase: an odd number of taps, at most `taps`, until what is left on both sides is negligible.
  func symmetric(taps most: Int, largest: Double) -> DesignedKernel {
    let limit = Magnitude.audible * largest
    var (reach, rest) = (half - 1, abs(transform.values[half]))
    while reach > 0, case let next = rest + 2 * abs(transform.values[reach]), next < limit { (reach, rest) = (reach - 1, next) }
    let isCut = reach > (most - 1) / 2
    while reach > (most - 1) / 2 { (reach, rest) = (reach - 1, rest + 2 * abs(transform.values[reach])) }
    let side = Array(transform.values[1..<reach + 1])
    return DesignedKernel(
      taps: side.reversed() + [transform.values[0]] + side, delayFrames: reach, end: isCut ? .longest : .settled(limit: -120),
      cutOff: rest / largest)
  }

  /// A kernel of at most `taps` taps, until what is left is negligible: of the two ends the quieter one is shortened.
  ///
  /// - Parameter isCausal: whether nothing but roundings lies before time 0.
  func cut(taps most: Int, largest: Double, isCausal: Bool) -> DesignedKernel {
    let limit = Magnitude.audible * largest
    var (first, end, rest) = (isCausal ? 0 : -half, half, 0.0)
    if isCausal { rest = (1...half).reduce(0) { $0 + abs(tap(-$1)) } }
    var isCut = false
    while end - first > 1 {
      // Time 0 stays.
      let (before, after) = (first < 0 ? abs(tap(first)) : .infinity, end > 1 ? abs(tap(end - 1)) : .infinity)
      let next = rest + min(before, after)
      if next >= limit {
        if end - first <= most { break }
        isCut = true
      }
      if before < after { first += 1 } else { end -= 1 }
      rest = next
    }
    return DesignedKernel(
      taps: (first..<end).map(tap), delayFrames: -first, end: isCut ? .longest : .settled(limit: -120), cutOff: rest / largest)
  }
}
