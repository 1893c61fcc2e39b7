import CIntrinsics
import Vector

/// The sum of several convolutions, each of a signal of its own and later by a number of values, in float64 and for results that are
/// rounded afterwards. The rounded bits are those of
///
///     y = np.zeros(length)
///     for x, taps, delay in terms: y[delay:delay + len(x) + len(taps) - 1] += np.convolve(x, taps)
///
/// for signals that are at least as long as their taps. Each term may lie by its bound from NumPy's, and each addition rounds two sums
/// that differ by as much: with partial sums of at most P and n additions, the sums differ by no more than the sum of the bounds and
/// 2 n u P. Where that leaves it open how a sum is rounded, all of its terms are summed again in NumPy's order.
///
/// Several threads may use it at once, each with a `Workspace` of its own.
public struct RoundedSum: Sendable {
  /// One of the convolutions.
  public struct Term: Sendable {
    /// Which signal it takes.
    public var signal: Int
    public var convolver: RoundedConvolver
    /// Values by which its result is later.
    public var delay: Int

    public init(signal: Int, convolver: RoundedConvolver, delay: Int) {
      (self.signal, self.convolver, self.delay) = (signal, convolver, delay)
    }

    /// Which of its outputs are among those of the sum.
    ///
    /// - Parameter signalCount: `.max` while it is unknown.
    func outputs(_ outputs: Range<Int>, signalCount: Int) -> Range<Int> {
      let end = signalCount > .max - convolver.taps ? Int.max : signalCount + convolver.taps - 1
      return (outputs.lowerBound - delay..<outputs.upperBound - delay).clamped(to: 0..<end)
    }
  }

  /// Memory that one thread works in.
  public struct Workspace: ~Copyable {
    fileprivate let convolver: RoundedConvolver.Workspace
    fileprivate let values: UnsafeMutablePointer<Double>

    /// Memory that fits each of `sums`.
    public init(for sums: [RoundedSum]) {
      convolver = RoundedConvolver.Workspace(for: sums.flatMap { $0.terms.map(\.convolver) })
      values = .allocate(capacity: sums.map(\.stride).max() ?? 1)
    }

    deinit { values.deallocate() }
  }

  public let terms: [Term]
  private let rounding: Rounding
  private let isExact: Bool

  /// - Parameters:
  ///   - terms: with convolvers for this rounding and exactness.
  ///   - rounding: how results are stored.
  ///   - isExact: false saves the cost of exactness: results then lie within a bound of NumPy's.
  public init(_ terms: [Term], rounding: Rounding, isExact: Bool = true) {
    (self.terms, self.rounding, self.isExact) = (terms, rounding, isExact)
  }

  /// Outputs that are computed at once; multiples of it are fastest.
  public var stride: Int { terms.map(\.convolver.stride).max() ?? DirectOutputs.partOutputs }
  /// Bytes of a workspace.
  public var workBytes: Int { (terms.map(\.convolver.workBytes).max() ?? 0) + stride * MemoryLayout<Double>.stride }

  /// Estimates the seconds for `count` outputs, from the shipped costs.
  public func seconds(outputs count: Int) -> Double { terms.reduce(0) { $0 + $1.convolver.seconds(outputs: count) } }

  private static let loops = VectorLoops.table(.float64)

  /// Writes outputs of the sum.
  ///
  /// - Parameters:
  ///   - outputs: from 0.
  ///   - slices: of each signal, holding the values that the outputs need. A signal that is shorter than a term's taps counts as if
  ///     zeros followed, which the slice then holds.
  ///   - y: room for the outputs; must not overlap the slices.
  /// - Complexity: that of each term, and O(K) for each output that is summed again and each term of K taps.
  public func write(
    _ outputs: Range<Int>, of slices: [SignalSlice], to y: UnsafeMutablePointer<Double>, with workspace: borrowing Workspace
  ) -> RoundingWork {
    var work = RoundingWork()
    for first in Swift.stride(from: outputs.lowerBound, to: outputs.upperBound, by: stride) {
      let part = first..<min(first + stride, outputs.upperBound)
      work += write(part: part, of: slices, to: y + (first - outputs.lowerBound), with: workspace)
    }
    return work
  }

  private func write(
    part: Range<Int>, of slices: [SignalSlice], to y: UnsafeMutablePointer<Double>, with workspace: borrowing Workspace
  ) -> RoundingWork {
    y.update(repeating: 0, count: part.count)
    var (work, distance, peaks) = (RoundingWork(), 0.0, 0.0)
    for term in terms {
      let slice = Self.slice(slices[term.signal], term.convolver)
      let outputs = term.outputs(part, signalCount: slice.signalCount)
      if outputs.isEmpty { continue }
      let estimate = term.convolver.estimate(outputs, of: slice, to: workspace.values, with: workspace.convolver)
      let sum = y + (outputs.lowerBound + term.delay - part.lowerBound)
      for index in 0..<outputs.count { sum[index] += workspace.values[index] }
      var peak = 0.0
      _ = Self.loops.squares(workspace.values, outputs.count, &peak)
      (distance, peaks) = (distance + estimate.distance, peaks + peak)
      work += estimate.work
    }
    // Of outputs, and not of terms.
    (work.repaired, work.snapped) = (min(work.repaired, part.count), distance == 0 && work.snapped > 0 ? part.count : 0)
    // Sums of terms that are NumPy's are NumPy's.
    if distance == 0 { return work }
    work.bound = 1.001 * (distance + 2 * 0x1p-53 * Double(terms.count) * (peaks + distance))
    if isExact { work.repaired = repair(part, of: slices, y, work.bound, workspace) }
    return work
  }

  /// Sums each output again that has a rounding boundary within `distance`. Returns how many there were.
  private func repair(
    _ part: Range<Int>, of slices: [SignalSlice], _ y: UnsafeMutablePointer<Double>, _ distance: Double, _ workspace: borrowing Workspace
  ) -> Int {
    var uncertain: [Int] = []
    if distance.isFinite {
      rounding.forEachUncertain(y, count: part.count, bound: distance) { uncertain.append(part.lowerBound + $0) }
    } else {
      uncertain = Array(part)
    }
    if uncertain.isEmpty { return 0 }
    for output in uncertain { y[output - part.lowerBound] = 0 }
    for term in terms {
      let slice = Self.slice(slices[term.signal], term.convolver)
      let there = term.outputs(part, signalCount: slice.signalCount)
      let outputs = uncertain.map { $0 - term.delay }.filter(there.contains)
      term.convolver.sum(outputs, of: slice, with: workspace.convolver) { place, value in
        y[outputs[place] + term.delay - part.lowerBound] += value
      }
    }
    return uncertain.count
  }

  /// As long as the taps at least.
  private static func slice(_ slice: SignalSlice, _ convolver: RoundedConvolver) -> SignalSlice {
    var slice = slice
    slice.signalCount = max(slice.signalCount, convolver.taps)
    return slice
  }
}
