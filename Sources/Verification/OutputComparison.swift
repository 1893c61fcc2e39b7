import Convolution
import NumPy
import PCM

/// The differences between one output of the engine and the offline result.
public struct OutputComparison: Sendable, Equatable {
  /// Samples that were compared.
  public var samples = 0
  /// Samples that differ from the exact sum, rounded half to even where the format rounds.
  public var differing = 0
  /// Those of them whose exact sum lies within the engine's error of a tie. None where sums are on a grid.
  public var atTies = 0
  /// The largest difference; full scale is 1.
  public var largestDifference = 0.0
  /// The largest difference in steps of the format: of its integers, or of a floating point number of that size.
  public var largestSteps = 0.0
  /// Exact sums that are ties of the format; nil: sums are not on a grid.
  public var ties: Int?
  /// Samples too near to a tie for the offline result, for whose exact sums there was no time. They count as equal.
  public var undecided = 0
  /// The largest distance of the engine's sums from the exact ones; 0: they are on a grid.
  public var bound = 0.0
  /// The step of that grid.
  public var grid: Double?
}

/// Compares one output, sample by sample.
struct Comparator {
  let format: SampleFormat
  let sums: OutputSums
  let signal: RandomSignal
  /// The routes that end in the output.
  let routes: [Route]

  /// The most products for exact sums where engine and offline result agree: some seconds.
  private static let mostProducts = 1 << 31

  /// - Parameter played: the engine's output.
  /// - Returns: nil: it was cancelled.
  func compare(_ played: [Double], isCancelled: () -> Bool) -> OutputComparison? {
    var result = OutputComparison()
    result.samples = played.count
    result.grid = sums.grid(signalStep: signal.step)
    result.bound = result.grid == nil ? sums.bound : 0
    guard var offline = offline(played.count, isCancelled: isCancelled) else { return nil }
    if let grid = result.grid, offline.bound < grid / 2 {
      for n in offline.values.indices { offline.values[n] = (offline.values[n] / grid).rounded() * grid }
      offline.bound = 0
    }
    if result.grid != nil, offline.bound == 0, let bits = format.bits {
      let scale = Double(1 << (bits - 1))
      result.ties = offline.values.count { ($0 * scale - ($0 * scale).rounded(.down)) == 0.5 }
    }
    let exact = ExactSums(routes, signal, magnitudes: sums.magnitudes)
    var budget = Self.mostProducts
    for n in played.indices {
      if n & 0xFFF == 0 && isCancelled() { return nil }
      let nearest = stored(offline.values[n])
      if result.grid == nil && format.bits == nil {
        guard played[n] != nearest else { continue }
        let slack = result.bound + offline.bound
        let isNear = stored(offline.values[n] - slack) <= played[n] && played[n] <= stored(offline.values[n] + slack)
        result.add(played[n] - nearest, step: step(at: nearest), isAtTie: isNear)
        continue
      }
      if played[n] == nearest {
        if stored(offline.values[n] - offline.bound) == stored(offline.values[n] + offline.bound) { continue }
        budget -= exact.products
        if budget < 0 {
          result.undecided += 1
          continue
        }
      }
      let sum = exact[n]
      let expected = rounded(sum, exact)
      if played[n] == expected { continue }
      let slack = exact.units(result.bound)
      let isAtTie = rounded(sum - slack, exact) <= played[n] && played[n] <= rounded(sum + slack, exact)
      result.add(played[n] - expected, step: step(at: expected), isAtTie: isAtTie)
    }
    return result
  }

  /// The value as the format stores it.
  private func stored(_ value: Double) -> Double {
    switch format {
    case .double: return value
    case .float: return Double(Float(value))
    case .s16, .s24in32, .s24packed, .s32:
      let scale = Double(1 << (format.bits! - 1))
      return max(-scale, min((value * scale).rounded(.toNearestOrEven), scale - 1)) / scale
    }
  }

  private func rounded(_ sum: Int128, _ exact: ExactSums) -> Double {
    format.bits.map { exact.rounded(sum, bits: $0) } ?? stored(exact.value(sum))
  }

  /// The distance of two adjacent numbers of the format at this size.
  private func step(at value: Double) -> Double {
    if let bits = format.bits { return 1 / Double(1 << (bits - 1)) }
    return format == .float ? Double(Float(value).ulp) : value.ulp
  }

  /// The sum of np.convolve of each route, by other transforms, and its largest distance from the exact sums.
  private func offline(_ count: Int, isCancelled: () -> Bool) -> (values: [Double], bound: Double)? {
    var values = [Double](repeating: 0, count: count)
    var bound = 0.0
    for route in routes where route.gain != 0 && route.delay < count {
      if isCancelled() { return nil }
      let taps = route.response.taps.map { $0 * route.gain }
      guard let part = try? convolveRounded(signal.doubles(route.from), taps, rounding: .none, isExact: false) else { continue }
      for n in route.delay..<min(count, route.delay + part.values.count) { values[n] += part.values[n - route.delay] }
      // A direct sum rounds each term at most as often as there are terms.
      let magnitudes = taps.reduce(0) { $0 + $1.magnitude }
      bound += (part.method == .fft ? part.work.bound : Double(taps.count) * 0x1p-53 * magnitudes) + 0x1p-52 * sums.magnitudes
    }
    return (values, bound)
  }
}

extension OutputComparison {
  fileprivate mutating func add(_ difference: Double, step: Double, isAtTie: Bool) {
    differing += 1
    if isAtTie { atTies += 1 }
    largestDifference = max(largestDifference, difference.magnitude)
    largestSteps = max(largestSteps, difference.magnitude / step)
  }
}
