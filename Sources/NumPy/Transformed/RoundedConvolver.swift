import Buffers
import Convolution

/// Convolves windows of a signal in float64 for results that are rounded afterwards: by FFT, with a proof for each output that it
/// is rounded as NumPy's is, or else by NumPy's own sum.
///
/// Several threads may use it at once, each with a `Workspace` of its own.
public struct RoundedConvolver: Sendable {
  /// What one thread works in.
  public struct Workspace: ~Copyable {
    fileprivate let memory: Memory

    /// For any of some convolvers.
    public init(for convolvers: [RoundedConvolver]) {
      memory = Memory(byteCount: convolvers.map(\.workBytes).max() ?? 0)
    }
  }

  /// K, the length of the kernel.
  public let taps: Int
  private let kernel: OrderedKernel
  private let transformed: TransformedConvolution?

  /// - Parameters:
  ///   - taps: at least one; the signal is at least as long.
  ///   - outputs: how many are expected: what the choice between direct sum and transform depends on.
  ///   - rounding: what becomes of the results; with `.none` they have NumPy's bits by the direct sum alone.
  ///   - isExact: false leaves out what exactness costs: results lie within a bound of NumPy's.
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
    let costs = OfflineCosts(taps: taps.count)
    let points = mayTransform && ErrorBound.isPossible(taps) ? costs.points(outputs: outputs, always: method == .fft) : nil
    transformed = points.map {
      TransformedConvolution(taps, kernel, points: $0, profile: profile, rounding: rounding, isExact: isExact)
    }
  }

  /// `direct` or `fft`.
  public var method: ConvolutionMethod { transformed == nil ? .direct : .fft }
  /// Values of a transform's frame; 0 without one.
  public var frame: Int { transformed?.frame ?? 0 }
  /// Outputs that are computed at once: best asked for in multiples of this.
  public var stride: Int { transformed?.outputs ?? OutputSums.stripOutputs }
  /// Bytes that it takes, without workspaces.
  public var byteCount: Int { taps * MemoryLayout<Double>.stride + (transformed?.byteCount ?? 0) }

  /// Seconds that `count` outputs are expected to take, by the shipped costs.
  public func seconds(outputs count: Int) -> Double {
    let costs = OfflineCosts(taps: taps)
    return 1e-9 * (transformed.map { costs.transformed(points: $0.frame / 2, outputs: count) } ?? costs.direct(outputs: count))
  }

  /// Bytes of a workspace.
  public var workBytes: Int { transformed?.workBytes ?? 0 }

  /// Writes outputs of the full convolution, as far as they lie within it.
  ///
  /// - Parameters:
  ///   - window: has the values that they need.
  ///   - y: room for them, apart from the window.
  /// - Complexity: O(log K) an output and O(K) for each one repaired; O(K) an output by the direct sum.
  public func write(
    _ outputs: Range<Int>, of window: SignalWindow, to y: UnsafeMutablePointer<Double>, with workspace: borrowing Workspace
  ) -> RoundingWork {
    guard let transformed else {
      kernel.write(outputs, of: window, to: y)
      return RoundingWork()
    }
    let scratch = workspace.memory.base.assumingMemoryBound(to: Double.self)
    var work = RoundingWork()
    for first in Swift.stride(from: outputs.lowerBound, to: outputs.upperBound, by: transformed.outputs) {
      let part = first..<min(first + transformed.outputs, outputs.upperBound)
      work += transformed.write(part, of: window, to: y + (first - outputs.lowerBound), with: scratch)
    }
    return work
  }
}

/// What it took to have results rounded as NumPy's are.
public struct RoundingWork: Sendable, Equatable {
  /// Outputs that were summed again in NumPy's order.
  public var repaired = 0
  /// Outputs whose exact sums were taken from the operands' common grid.
  public var snapped = 0
  /// How far at most the other outputs lie from NumPy's.
  public var bound = 0.0

  public init(repaired: Int = 0, snapped: Int = 0, bound: Double = 0) {
    (self.repaired, self.snapped, self.bound) = (repaired, snapped, bound)
  }

  /// That of both.
  public static func += (sum: inout RoundingWork, other: RoundingWork) {
    sum = RoundingWork(
      repaired: sum.repaired + other.repaired, snapped: sum.snapped + other.snapped, bound: max(sum.bound, other.bound))
  }
}
