import Convolution

/// A float64 convolution whose results are to be rounded, and how it was computed.
public struct RoundedConvolution: Sendable {
  /// Values that are rounded as np.convolve's would be; if exactness was asked for.
  public var values: [Double]
  /// `direct` or `fft`.
  public var method: ConvolutionMethod
  /// Points of the transform, in values of a frame; 0 without one.
  public var frame = 0
  /// Outputs that were computed again in order.
  public var repaired = 0
  /// How far at most the FFT's values lie from NumPy's.
  public var bound = 0.0
  /// Whether the exact sums were taken from their common grid.
  public var isOnGrid = false
}

/// np.convolve in float64 for results that are rounded afterwards: by FFT, with a proof for each output that it is rounded as
/// NumPy's is, or else NumPy's own sum.
///
/// - Parameters:
///   - rounding: what becomes of the values; with `.none` they have NumPy's bits by the direct method alone.
///   - isExact: false leaves out what exactness costs: the values lie within `bound` of NumPy's.
/// - Throws: an operand is empty.
/// - Complexity: O(N log M), and O(M) for each output that has to be repaired.
public func convolveRounded(
  _ a: [Double], _ v: [Double], mode: ConvolutionMode = .full, profile: Profile = .automatic, method: ConvolutionMethod = .auto,
  rounding: Rounding, isExact: Bool = true, jobs: Int = 1
) throws(NumPyError) -> RoundedConvolution {
  if a.isEmpty { throw .emptySignal }
  if v.isEmpty { throw .emptyKernel }
  let (signal, kernel) = a.count >= v.count ? (a, v) : (v, a)
  let outputs = mode.outputs(signal.count, kernel.count)
  let mayTransform = method != .direct && (rounding != .none || !isExact)
  if mayTransform, let points = transformPoints(taps: kernel, outputs: outputs.count, always: method == .fft) {
    let transformed = TransformedConvolution(signal, kernel, points: points, profile: profile, rounding: rounding, isExact: isExact)
    return transformed.outputs(outputs, jobs: jobs)
  }
  return RoundedConvolution(values: orderedConvolution(a, v, mode, profile, jobs), method: .direct)
}

/// The size of the cheapest transform by the shipped costs; nil if the direct sum is cheaper, or the taps leave no room for a
/// bound.
private func transformPoints(taps: [Double], outputs: Int, always: Bool) -> Int? {
  let size = norm(taps)
  guard size > 0x1p-300 && size < 0x1p300 else { return nil }
  let costs = CostTable.shipped(.float64)
  func cost(_ points: Int) -> Double {
    let frames = (outputs + 2 * points - taps.count) / (2 * points - taps.count + 1)
    let transforms = costs.transformPair + costs.transformPointStep * Double(points * points.trailingZeroBitCount)
    return Double(frames) * (transforms + (costs.bin + 2 * checkedOutput) * Double(points))
  }
  let candidates = (4...18).map { 1 << $0 }.filter { 2 * $0 > taps.count }
  guard let cheapest = candidates.min(by: { cost($0) < cost($1) }) else { return nil }
  let direct = orderedTap * Double(taps.count) * Double(outputs)
  return always || cost(cheapest) < direct ? cheapest : nil
}

/// What one tap of one output costs in the ordered sum: 10^6 outputs of 1,024 taps took 32 ms on the machine of the shipped costs.
private let orderedTap = 0.031
/// What it costs to load a value, and to check or snap an output: an estimate.
private let checkedOutput = 1.0
