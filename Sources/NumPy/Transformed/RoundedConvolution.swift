import NPY
import Platform
import Synchronization

/// The results of a float64 convolution that are about to be rounded, and how they were computed.
public struct RoundedConvolution: Sendable {
  /// Values that round as those of np.convolve do, if exactness was asked for.
  public var values: [Double]
  /// `direct` or `fft`.
  public var method: ConvolutionMethod
  /// Values of a transform's window; 0 for the direct sum.
  public var windowLength: Int
  public var work: RoundingWork
}

/// Convolves a whole signal as np.convolve does in float64, for results that are rounded afterwards.
///
/// - Parameters: those of `RoundedConvolver`, and
///   - jobs: threads that share the outputs; the result does not depend on their number.
///   - isCancelled: asked before each window; the result means nothing once it has said so.
/// - Throws: an operand is empty.
/// - Complexity: that of `RoundedConvolver`.
public func convolveRounded(
  _ a: [Double], _ v: [Double], mode: ConvolutionMode = .full, profile: Profile = .automatic, method: ConvolutionMethod = .auto,
  rounding: Rounding, isExact: Bool = true, jobs: Int = 1, isCancelled: @Sendable () -> Bool = { false }
) throws(NumPyError) -> RoundedConvolution {
  if a.isEmpty { throw .emptySignal }
  if v.isEmpty { throw .emptyKernel }
  let (signal, taps) = a.count >= v.count ? (a, v) : (v, a)
  let outputs = mode.outputs(signal.count, taps.count)
  let convolver = RoundedConvolver(
    taps: taps, outputs: outputs.count, profile: profile, method: method, rounding: rounding, isExact: isExact)
  let work = Mutex(RoundingWork())
  let values = [Double](unsafeUninitializedCapacity: outputs.count) { values, count in
    // Each part goes to one thread, so no two write to one place.
    nonisolated(unsafe) let y = values.baseAddress!
    signal.withUnsafeBufferPointer { signal in
      let slice = SignalSlice(values: signal.baseAddress!, indices: signal.indices, signalCount: signal.count)
      outputs.forEachPart(
        ofLength: convolver.stride, jobs: jobs, unless: isCancelled, making: { RoundedConvolver.Workspace(for: [convolver]) }
      ) { part, workspace in
        let done = convolver.write(part, of: slice, to: y + (part.lowerBound - outputs.lowerBound), with: workspace)
        work.withLock { $0 += done }
      }
    }
    count = outputs.count
  }
  return RoundedConvolution(values: values, method: convolver.method, windowLength: convolver.windowLength, work: work.withLock { $0 })
}
