import Buffers
import Convolution

/// Convolves slices of a signal in float64, for results that are rounded afterwards: by FFT, with a proof for each output that it
/// rounds as NumPy's does, and by NumPy's own sum where there is no proof.
///
/// Several threads may use it at once, each with a `Workspace` of its own.
public struct RoundedConvolver: Sendable {
  /// Memory that one thread works in.
  public struct Workspace: ~Copyable {
    fileprivate let memory: Memory

    /// Memory that fits each of `convolvers`.
    public init(for convolvers: [RoundedConvolver]) {
      memory = Memory(byteCount: convolvers.map(\.workBytes).max() ?? 0)
    }
  }

  /// K, the length of the kernel.
  public let taps: Int
  private let kernel: OrderedKernel
  private let transformed: TransformedConvolution?
  private let costs: OfflineCosts
  private let plan: OfflinePlan?

  /// - Parameters:
  ///   - taps: at least one; the signal is at least as long.
  ///   - outputs: how many are expected; decides between direct sum and transform.
  ///   - rounding: how results are stored; with `.none` only the direct sum gives NumPy's bits.
  ///   - isExact: false saves the cost of exactness: results then lie within a bound of NumPy's.
  /// - Complexity: O(K log K)
  public init(
    taps: [Double], outputs: Int, profile: Profile = .automatic, method: ConvolutionMethod = .auto, rounding: Rounding,
    isExact: Bool = true
  ) {
    precondition(!taps.isEmpty, "a kernel has at least one tap")
    self.taps = taps.count
    let kernel = OrderedKernel(taps, profile)
    self.kernel = kernel
    let mayTransform = method != .direct && (rounding != .none || !isExact)
    costs = OfflineCosts(taps, profile: profile, rounding: isExact ? rounding : .none)
    plan = mayTransform && ErrorBound.isPossible(taps) ? costs.plan(outputs: outputs, always: method == .fft) : nil
    transformed = plan.map {
      TransformedConvolution(taps, kernel, $0, profile: profile, rounding: rounding, isExact: isExact)
    }
  }

  /// `direct` or `fft`.
  public var method: ConvolutionMethod { transformed == nil ? .direct : .fft }
  /// Values of a transform's window; 0 for the direct sum.
  public var windowLength: Int { transformed?.windowLength ?? 0 }
  /// Outputs that are computed at once; multiples of it are fastest.
  public var stride: Int { transformed?.outputs ?? DirectOutputs.partOutputs }
  /// Bytes of taps, spectra and factors, without workspaces.
  public var byteCount: Int { taps * MemoryLayout<Double>.stride + (transformed?.byteCount ?? 0) }

  /// The most bytes that `init` takes for so many taps: copies of them, and a transform's window, spectra and factors.
  public static func largestByteCount(taps: Int) -> Int {
    // Windows of at most 8 to 16 times the taps, and of 2^25 values.
    let window = min(max(8 * min(taps, 1 << 30), 1 << 16), 1 << 25)
    return 6 * MemoryLayout<Double>.stride * (min(taps, 1 << 54) + window)
  }

  /// Estimates the seconds for `count` outputs, from the shipped costs.
  public func seconds(outputs count: Int) -> Double {
    1e-9 * (plan.map { costs.transformed($0, outputs: count) } ?? costs.direct(outputs: count))
  }

  /// Estimates the seconds for `count` outputs of direct sums, as `seconds(outputs:)` does.
  public static func directSeconds(taps: Int, outputs count: Int) -> Double { 1e-9 * OfflineCosts.direct(taps: taps, outputs: count) }

  /// Bounds how far outputs that are not exact can lie from NumPy's, for values of up to `peak`; 0 where sums are direct.
  public func largestDistance(peak: Double) -> Double { transformed?.largestDistance(peak: peak) ?? 0 }

  /// Bytes of a workspace.
  public var workBytes: Int { transformed?.workBytes ?? 0 }

  /// Writes outputs of the full convolution.
  ///
  /// - Parameters:
  ///   - outputs: indices into the full result, within it.
  ///   - slice: holds the values that the outputs need.
  ///   - y: room for the outputs; must not overlap the slice.
  /// - Complexity: O(log K) for each output, and O(K) for each one repaired; O(K) for each by the direct sum.
  public func write(
    _ outputs: Range<Int>, of slice: SignalSlice, to y: UnsafeMutablePointer<Double>, with workspace: borrowing Workspace
  ) -> RoundingWork {
    guard let transformed else {
      kernel.write(outputs, of: slice, to: y)
      return RoundingWork()
    }
    let scratch = workspace.memory.base.assumingMemoryBound(to: Double.self)
    var work = RoundingWork()
    for first in Swift.stride(from: outputs.lowerBound, to: outputs.upperBound, by: transformed.outputs) {
      let part = first..<min(first + transformed.outputs, outputs.upperBound)
      work += transformed.write(part, of: slice, to: y + (first - outputs.lowerBound), with: scratch)
    }
    return work
  }
}

// MARK: As a term of a sum

extension RoundedConvolver {
  /// Writes outputs of the full convolution as they come from the transform.
  ///
  /// - Returns: also how far they can lie from NumPy's; 0 if they are NumPy's.
  func estimate(
    _ outputs: Range<Int>, of slice: SignalSlice, to y: UnsafeMutablePointer<Double>, with workspace: borrowing Workspace
  ) -> (work: RoundingWork, distance: Double) {
    guard let transformed else {
      kernel.write(outputs, of: slice, to: y)
      return (RoundingWork(), 0)
    }
    let scratch = workspace.memory.base.assumingMemoryBound(to: Double.self)
    var (work, distance) = (RoundingWork(), 0.0)
    for first in Swift.stride(from: outputs.lowerBound, to: outputs.upperBound, by: transformed.outputs) {
      let part = first..<min(first + transformed.outputs, outputs.upperBound)
      let estimate = transformed.estimate(part, of: slice, to: y + (first - outputs.lowerBound), with: scratch)
      work += estimate.work
      distance = max(distance, estimate.distances.max() ?? 0)
    }
    return (work, distance)
  }

  /// Sums single outputs in NumPy's order.
  ///
  /// - Parameters:
  ///   - outputs: ascending, within the full result.
  ///   - body: called with the place of each in `outputs`, and its sum.
  func sum(
    _ outputs: [Int], of slice: SignalSlice, with workspace: borrowing Workspace, _ body: (Int, Double) -> Void
  ) {
    guard let transformed else {
      for (place, output) in outputs.enumerated() {
        var value = 0.0
        kernel.write(output..<output + 1, of: slice, to: &value)
        body(place, value)
      }
      return
    }
    let scratch = workspace.memory.base.assumingMemoryBound(to: Double.self)
    var rest = outputs[...]
    while let first = rest.first {
      let part = rest.prefix { $0 < first + transformed.outputs }
      transformed.sum(part, of: slice, with: scratch, body)
      rest = rest[part.endIndex...]
    }
  }
}

/// A part of a signal, in memory.
///
/// Output o of a convolution with K taps needs the values o-K+1 ... o, as far as the signal has them.
public struct SignalSlice: @unchecked Sendable {
  /// The values from `indices.lowerBound` on. They must outlive the slice.
  public var values: UnsafePointer<Double>
  /// Places of the values in the signal.
  public var indices: Range<Int>
  /// Values of the whole signal; `.max` while its end is unknown. The end then lies after every output that is asked for.
  public var signalCount: Int

  public init(values: UnsafePointer<Double>, indices: Range<Int>, signalCount: Int) {
    (self.values, self.indices, self.signalCount) = (values, indices, signalCount)
  }
}

/// How many results needed more than the transform to round as NumPy's do.
public struct RoundingWork: Sendable, Equatable {
  /// Outputs that were summed again in NumPy's order.
  public var repaired = 0
  /// Outputs that were moved to their exact sums, on the operands' common grid.
  public var snapped = 0
  /// The largest possible distance of the other outputs from NumPy's.
  public var bound = 0.0

  public init(repaired: Int = 0, snapped: Int = 0, bound: Double = 0) {
    (self.repaired, self.snapped, self.bound) = (repaired, snapped, bound)
  }

  /// Adds the counts, and keeps the larger bound.
  public static func += (sum: inout RoundingWork, other: RoundingWork) {
    sum = RoundingWork(
      repaired: sum.repaired + other.repaired, snapped: sum.snapped + other.snapped, bound: max(sum.bound, other.bound))
  }
}
