import Vector

/// The part of a signal that is in memory, for outputs that need no other.
///
/// Output o of a convolution with K taps needs the values o-K+1 ... o, as far as the signal has them.
public struct SignalWindow: @unchecked Sendable {
  /// The value at `indices.lowerBound`, and those after it. They must outlive the window.
  public var values: UnsafePointer<Double>
  /// Within the signal.
  public var indices: Range<Int>
  /// Of the whole signal; `.max` while its end is not known, which then lies after every output that is asked for.
  public var signalCount: Int

  public init(values: UnsafePointer<Double>, indices: Range<Int>, signalCount: Int) {
    (self.values, self.indices, self.signalCount) = (values, indices, signalCount)
  }
}

/// Taps to be summed in NumPy's order with the values of windows.
struct OrderedKernel: Sendable {
  let loops: DirectConvolution
  /// NumPy's second operand to the dot: the taps, the last one first.
  private let reversed: [Double]

  init(_ taps: [Double], _ profile: Profile) {
    loops = DirectConvolution(.float64, profile, taps: taps.count)
    reversed = taps.reversed()
  }

  /// Writes outputs of the full convolution.
  func write(_ outputs: Range<Int>, of window: SignalWindow, to y: UnsafeMutablePointer<Double>) {
    reversed.withUnsafeBytes { r in
      let sums = OutputSums(
        x: window.values, start: window.indices.lowerBound, n: window.signalCount, r: r.baseAddress!, m: reversed.count,
        elementBytes: MemoryLayout<Double>.stride, loops: loops)
      sums.write(outputs, to: y, jobs: 1)
    }
  }
}
