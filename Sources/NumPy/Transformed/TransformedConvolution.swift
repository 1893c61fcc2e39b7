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
  /// Where the repairs that it saves take longer.
  private let magnitudes: MagnitudeSums?
  private let grid: Grid?

  /// Precondition: the taps fit a window of 2 `points` values.
  init(_ taps: [Double], _ kernel: OrderedKernel, _ plan: OfflinePlan, profile: Profile, rounding: Rounding, isExact: Bool) {
    self.kernel = kernel
    (self.rounding, self.isExact) = (rounding, isExact)
    transform = OverlapSave(taps: taps, points: plan.points)
    bound = ErrorBound(taps: taps, profile: profile, windowLength: transform.window)
    magnitudes = plan.takesMagnitudes ? MagnitudeSums(weights: ErrorBound.weights(taps, profile), points: plan.points) : nil
    grid = isExact ? Grid(taps: taps) : nil
  }

  /// Values of a window.
  var windowLength: Int { transform.window }
  /// Outputs of a window.
  var outputs: Int { transform.outputs }
  /// Bytes of spectra and factors.
  var byteCount: Int {
    2 * windowLength * MemoryLayout<Double>.stride + (magnitudes == nil ? 0 : MagnitudeSums.byteCount(windowLength: windowLength))
  }
  /// Bytes that `write` works in.
  var workBytes: Int { 2 * windowLength * MemoryLayout<Double>.stride }

  /// Bounds how far outputs can lie from NumPy's, for values of up to `peak`.
  func largestDistance(peak: Double) -> Double { bound.numPy(peak * Double(windowLength).squareRoot()) }

  /// Writes outputs of the full convolution, at most those of one window.
  func write(
    _ part: Range<Int>, of slice: SignalSlice, to y: UnsafeMutablePointer<Double>, with work: UnsafeMutablePointer<Double>
  ) -> RoundingWork {
    var (done, distances) = estimate(part, of: slice, to: y, with: work)
    if isExact, !distances.isEmpty { done.repaired = repair(part, of: slice, work, y, distances) }
    return done
  }

  /// Outputs that share a distance.
  private var group: Int { magnitudes == nil ? outputs : MagnitudeSums.group }

  /// Writes the same outputs without summing any again.
  ///
  /// - Returns: also how far they can lie from NumPy's, for each `group` of them; none if they are NumPy's.
  func estimate(
    _ part: Range<Int>, of slice: SignalSlice, to y: UnsafeMutablePointer<Double>, with work: UnsafeMutablePointer<Double>
  ) -> (work: RoundingWork, distances: [Double]) {
    let (input, output) = (work, work + windowLength)
    let (squares, largest) = load(part, of: slice, into: input)
    if largest == 0 {
      y.update(repeating: 0, count: part.count)
      return (RoundingWork(), [])
    }
    // The bound means nothing where squares overflow, vanish or are NaN.
    guard squares > 0x1p-600 && squares < 0x1p600 else {
      kernel.write(part, of: slice, to: y)
      return (RoundingWork(repaired: part.count), [])
    }
    transform.convolve(input, into: output)
    y.update(from: output + transform.taps - 1, count: part.count)
    let norm = squares.squareRoot()
    if let step = grid?.step(input, count: windowLength, largest: largest), bound.exact(norm) < step / 4 {
      Grid.snap(y, count: part.count, to: step)
      return (RoundingWork(snapped: part.count, bound: bound.exact(norm)), [])
    }
    let distances =
      magnitudes?.bounds(input, norm: norm, outputs: part.count, with: output).map { bound.numPy(norm, magnitudes: $0) }
      ?? [bound.numPy(norm)]
    return (RoundingWork(bound: distances.max()!), distances)
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
    var again = OrderedAgain(kernel, part, slice, work)
    let values = again.sums(outputs.map { $0 - first }, windowLength: windowLength, with: work + windowLength).values
    for (place, value) in zip(outputs.indices, values) { body(place, value) }
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

  /// Sums again each output that has a rounding boundary within its group's distance. Returns how many there were.
  ///
  /// - Parameter work: the window, and room for as many values.
  private func repair(
    _ part: Range<Int>, of slice: SignalSlice, _ work: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>,
    _ distances: [Double]
  ) -> Int {
    var uncertain: [Int] = []
    for (index, distance) in distances.enumerated() {
      let first = index * group
      rounding.forEachUncertain(y + first, count: min(group, part.count - first), bound: distance) { uncertain.append(first + $0) }
    }
    if uncertain.isEmpty { return 0 }
    var again = OrderedAgain(kernel, part, slice, work)
    let (values, summed) = again.sums(uncertain, windowLength: windowLength, with: work + windowLength)
    for (n, value) in zip(uncertain, values) { y[n] = value }
    return summed
  }
}
