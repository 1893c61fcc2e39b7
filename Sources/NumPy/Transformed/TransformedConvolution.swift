import CIntrinsics
import Convolution
import Vector

/// Convolves window by window by FFT, and sums uncertain outputs again in NumPy's order.
struct TransformedConvolution: Sendable {
  private let kernel: OrderedKernel
  private let rounding: Rounding
  private let isExact: Bool
  private let transform: OverlapSave
  private let bound: ErrorBound
  private let grid: Grid?

  /// Precondition: the taps fit a window of 2 `points` values.
  init(_ taps: [Double], _ kernel: OrderedKernel, points: Int, profile: Profile, rounding: Rounding, isExact: Bool) {
    self.kernel = kernel
    (self.rounding, self.isExact) = (rounding, isExact)
    transform = OverlapSave(taps: taps, points: points)
    bound = ErrorBound(taps: taps, profile: profile, windowLength: transform.window)
    grid = isExact ? Grid(taps: taps) : nil
  }

  /// Values of a window.
  var windowLength: Int { transform.window }
  /// Outputs of a window.
  var outputs: Int { transform.outputs }
  /// Bytes of spectrum and factors.
  var byteCount: Int { 2 * windowLength * MemoryLayout<Double>.stride }
  /// Bytes that `write` works in.
  var workBytes: Int { 2 * windowLength * MemoryLayout<Double>.stride }

  /// Bounds how far outputs can lie from NumPy's, for values of up to `peak`: no output is larger than that times the taps' magnitudes.
  func largestDistance(peak: Double, taps: [Double]) -> Double {
    let norm = peak * Double(windowLength).squareRoot()
    return bound.numPy(norm, norm * taps.reduce(0) { $0 + abs($1) })
  }

  /// Writes outputs of the full convolution, at most those of one window.
  func write(
    _ part: Range<Int>, of slice: SignalSlice, to y: UnsafeMutablePointer<Double>, with work: UnsafeMutablePointer<Double>
  ) -> RoundingWork {
    var (done, distance) = estimate(part, of: slice, to: y, with: work)
    if isExact, distance > 0 { done.repaired = repair(part, of: slice, work, y, distance) }
    return done
  }

  /// Writes the same outputs without summing any again.
  ///
  /// - Returns: also how far they can lie from NumPy's; 0 if they are NumPy's.
  func estimate(
    _ part: Range<Int>, of slice: SignalSlice, to y: UnsafeMutablePointer<Double>, with work: UnsafeMutablePointer<Double>
  ) -> (work: RoundingWork, distance: Double) {
    let (input, output) = (work, work + windowLength)
    let (squares, largest) = load(part, of: slice, into: input)
    if largest == 0 {
      y.update(repeating: 0, count: part.count)
      return (RoundingWork(), 0)
    }
    // The bound means nothing where squares overflow, vanish or are NaN.
    guard squares > 0x1p-600 && squares < 0x1p600 else {
      kernel.write(part, of: slice, to: y)
      return (RoundingWork(repaired: part.count), 0)
    }
    transform.convolve(input, into: output)
    y.update(from: output + transform.taps - 1, count: part.count)
    var ignored = 0.0
    let norms = (squares.squareRoot(), Self.loops.squares(output, windowLength, &ignored).squareRoot())
    if let step = grid?.step(input, count: windowLength, largest: largest), bound.exact(norms.0, norms.1) < step / 4 {
      Grid.snap(y, count: part.count, to: step)
      return (RoundingWork(snapped: part.count, bound: bound.exact(norms.0, norms.1)), 0)
    }
    let distance = bound.numPy(norms.0, norms.1)
    return (RoundingWork(bound: distance), distance)
  }

  /// Sums outputs of one window in NumPy's order.
  ///
  /// - Parameters:
  ///   - outputs: ascending.
  ///   - body: called with the place of each in `outputs`, and its sum.
  func sum(
    _ outputs: ArraySlice<Int>, of slice: SignalSlice, with work: UnsafeMutablePointer<Double>, _ body: (Int, Double) -> Void
  ) {
    guard let first = outputs.first, let last = outputs.last else { return }
    let part = first..<last + 1
    if load(part, of: slice, into: work).1 == 0 {
      for place in outputs.indices { body(place, 0) }
      return
    }
    var again = OrderedAgain(kernel, taps: transform.taps, part, slice, work)
    for place in outputs.indices { body(place, again.sum(outputs[place] - first).value) }
  }

  /// Puts the values that the outputs need at the window's start, with zeros where the signal has none. Returns the sum of their
  /// squares and the largest magnitude, which is 0 only if all values are zero.
  private func load(_ part: Range<Int>, of slice: SignalSlice, into input: UnsafeMutablePointer<Double>) -> (Double, Double) {
    let begin = part.lowerBound - (transform.taps - 1)
    let inside = (begin..<part.upperBound).clamped(to: slice.indices)
    input.update(repeating: 0, count: inside.lowerBound - begin)
    (input + (inside.lowerBound - begin)).update(from: slice.values + (inside.lowerBound - slice.indices.lowerBound), count: inside.count)
    (input + (inside.upperBound - begin)).update(repeating: 0, count: windowLength - (inside.upperBound - begin))
    var largest = 0.0
    let squares = Self.loops.squares(input, windowLength, &largest)
    return (squares, largest)
  }

  private static let loops = VectorLoops.table(.float64)

  /// Sums again each output that has a rounding boundary within `distance`. Returns how many there were.
  ///
  /// - Parameter input: the window; output n needs its values from n on.
  private func repair(
    _ part: Range<Int>, of slice: SignalSlice, _ input: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ distance: Double
  ) -> Int {
    var count = 0
    var again = OrderedAgain(kernel, taps: transform.taps, part, slice, input)
    rounding.forEachUncertain(y, count: part.count, bound: distance) { n in
      let (value, isSummed) = again.sum(n)
      y[n] = value
      if isSummed { count += 1 }
    }
    return count
  }
}

/// Sums single outputs of a window in NumPy's order, one after the other, and takes the sum of equal values from before.
private struct OrderedAgain {
  private let kernel: OrderedKernel
  private let taps: Int
  private let part: Range<Int>
  private let slice: SignalSlice
  private let input: UnsafePointer<Double>
  // After the end of a sound every output is uncertain, since zero is a boundary. Comparing the inputs with zero decides there.
  private var seen = 0
  private var lastNonzero = -1
  // Where equal values begin that last until `seen`, and the last output that was summed again of as many as there are taps.
  private var runStart = 0
  private var summed = (place: -1, value: 0.0)

  /// - Parameter input: the window of the outputs `part`; output n needs its values from n on.
  init(_ kernel: OrderedKernel, taps: Int, _ part: Range<Int>, _ slice: SignalSlice, _ input: UnsafePointer<Double>) {
    (self.kernel, self.taps, self.part, self.slice, self.input) = (kernel, taps, part, slice, input)
  }

  /// - Parameter n: the output's place in the window, larger than the one before.
  /// - Returns: the sum, and whether it is one of values that are not all zero.
  mutating func sum(_ n: Int) -> (value: Double, isSummed: Bool) {
    if n > seen { runStart = n }
    for index in max(seen, n)..<n + taps {
      if input[index] != 0 { lastNonzero = index }
      if index > runStart, input[index].bitPattern != input[index - 1].bitPattern { runStart = index }
    }
    seen = n + taps
    if lastNonzero < n { return (0, false) }
    let isComplete = (taps - 1..<slice.signalCount).contains(part.lowerBound + n)
    if isComplete, summed.place >= runStart { return (summed.value, true) }
    var value = 0.0
    kernel.write(part.lowerBound + n..<part.lowerBound + n + 1, of: slice, to: &value)
    if isComplete { summed = (n, value) }
    return (value, true)
  }
}
