import NPY
import Synchronization

/// A float64 convolution whose results are to be rounded, and how it was computed.
public struct RoundedConvolution: Sendable {
  /// Values that are rounded as np.convolve's would be; if exactness was asked for.
  public var values: [Double]
  /// `direct` or `fft`.
  public var method: ConvolutionMethod
  /// Values of a transform's frame; 0 without one.
  public var frame: Int
  public var work: RoundingWork
}

/// np.convolve in float64 for results that are rounded afterwards, of a signal that is all there.
///
/// - Parameters: as those of `RoundedConvolver`.
///   - jobs: threads to share the outputs among; the result does not depend on it.
/// - Throws: an operand is empty.
/// - Complexity: as that of `RoundedConvolver`.
public func convolveRounded(
  _ a: [Double], _ v: [Double], mode: ConvolutionMode = .full, profile: Profile = .automatic, method: ConvolutionMethod = .auto,
  rounding: Rounding, isExact: Bool = true, jobs: Int = 1
) throws(NumPyError) -> RoundedConvolution {
  if a.isEmpty { throw .emptySignal }
  if v.isEmpty { throw .emptyKernel }
  let (signal, taps) = a.count >= v.count ? (a, v) : (v, a)
  let outputs = mode.outputs(signal.count, taps.count)
  let convolver = RoundedConvolver(
    taps: taps, outputs: outputs.count, profile: profile, method: method, rounding: rounding, isExact: isExact)
  let work = Mutex(RoundingWork())
  let values = [Double](unsafeUninitializedCapacity: outputs.count) { values, count in
    // No two threads take the same strip, so none writes where another does.
    nonisolated(unsafe) let y = values.baseAddress!
    signal.withUnsafeBufferPointer { signal in
      let window = SignalWindow(values: signal.baseAddress!, indices: signal.indices, signalCount: signal.count)
      forEachStrip(of: outputs, length: convolver.stride, jobs: jobs, making: { RoundedConvolver.Workspace(for: [convolver]) }) {
        strip, workspace in
        let done = convolver.write(strip, of: window, to: y + (strip.lowerBound - outputs.lowerBound), with: workspace)
        work.withLock { $0 += done }
      }
    }
    count = outputs.count
  }
  return RoundedConvolution(values: values, method: convolver.method, frame: convolver.frame, work: work.withLock { $0 })
}
