import CIntrinsics
import Convolution
import Vector

/// A convolution frame by frame by FFT; what that leaves uncertain is summed up in order.
struct TransformedConvolution: Sendable {
  private let kernel: OrderedKernel
  private let rounding: Rounding
  private let isExact: Bool
  private let transform: OverlapSave
  private let bound: ErrorBound
  private let grid: Grid?

  /// Precondition: the taps fit a frame of 2 `points` values.
  init(_ taps: [Double], _ kernel: OrderedKernel, points: Int, profile: Profile, rounding: Rounding, isExact: Bool) {
    self.kernel = kernel
    (self.rounding, self.isExact) = (rounding, isExact)
    transform = OverlapSave(taps: taps, points: points)
    bound = ErrorBound(taps: taps, profile: profile, frame: transform.window)
    grid = isExact ? Grid(taps: taps) : nil
  }

  /// Values of a frame.
  var frame: Int { transform.window }
  /// Outputs of a frame.
  var outputs: Int { transform.outputs }
  /// Bytes that it takes: spectrum and factors.
  var byteCount: Int { 2 * frame * MemoryLayout<Double>.stride }
  /// Bytes that `write` works in.
  var workBytes: Int { 2 * frame * MemoryLayout<Double>.stride }

  /// Writes outputs of the full convolution, at most those of a frame.
  func write(
    _ part: Range<Int>, of window: SignalWindow, to y: UnsafeMutablePointer<Double>, with work: UnsafeMutablePointer<Double>
  ) -> RoundingWork {
    let (input, output) = (work, work + frame)
    let (squares, largest) = load(part, of: window, into: input)
    if largest == 0 {
      y.update(repeating: 0, count: part.count)
      return RoundingWork()
    }
    // Where squares overflow or vanish, or are no numbers, the bound means nothing.
    guard squares > 0x1p-600 && squares < 0x1p600 else {
      kernel.write(part, of: window, to: y)
      return RoundingWork(repaired: part.count)
    }
    transform.convolve(input, into: output)
    y.update(from: output + transform.taps - 1, count: part.count)
    var ignored = 0.0
    let norms = (squares.squareRoot(), Self.loops.squares(output, frame, &ignored).squareRoot())
    if let step = grid?.step(input, count: frame, largest: largest), bound.exact(norms.0, norms.1) < step / 4 {
      Grid.snap(y, count: part.count, to: step)
      return RoundingWork(snapped: part.count, bound: bound.exact(norms.0, norms.1))
    }
    let distance = bound.numPy(norms.0, norms.1)
    return RoundingWork(repaired: isExact ? repair(part, of: window, input, y, distance) : 0, bound: distance)
  }

  /// Puts the values that the outputs need, zero where the signal has none, at the frame's start. Returns the sum of their squares
  /// and the largest magnitude, which is 0 only if all values are zero.
  private func load(_ part: Range<Int>, of window: SignalWindow, into input: UnsafeMutablePointer<Double>) -> (Double, Double) {
    let begin = part.lowerBound - (transform.taps - 1)
    let inside = (begin..<part.upperBound).clamped(to: window.indices)
    input.update(repeating: 0, count: inside.lowerBound - begin)
    (input + (inside.lowerBound - begin)).update(from: window.values + (inside.lowerBound - window.indices.lowerBound), count: inside.count)
    (input + (inside.upperBound - begin)).update(repeating: 0, count: frame - (inside.upperBound - begin))
    var largest = 0.0
    let squares = Self.loops.squares(input, frame, &largest)
    return (squares, largest)
  }

  private static let loops = VectorLoops.table(.float64)

  /// Computes again what values within `distance` of it would be rounded to in different ways. Returns how many there were.
  ///
  /// - Parameter input: the frame, in which output n has the values from n on.
  private func repair(
    _ part: Range<Int>, of window: SignalWindow, _ input: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ distance: Double
  ) -> Int {
    var count = 0
    // After a sound has ended all outputs are uncertain, since nothing is certain of zero: there a look does.
    var (seen, lastNonzero) = (0, -1)
    rounding.forEachUncertain(y, count: part.count, bound: distance) { n in
      for index in max(seen, n)..<n + transform.taps where input[index] != 0 { lastNonzero = index }
      seen = n + transform.taps
      if lastNonzero < n {
        y[n] = 0
      } else {
        kernel.write(part.lowerBound + n..<part.lowerBound + n + 1, of: window, to: y + n)
        count += 1
      }
    }
    return count
  }
}
