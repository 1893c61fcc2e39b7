import Analysis
import Glibc
import Numbers

/// A response by its points.
public struct ResponseTable: Sendable, Equatable {
  public struct Point: Sendable, Equatable {
    /// Hz.
    public var frequency: Double
    /// dB.
    public var gain: Double
    /// Degrees; nil if the table has none.
    public var phase: Double?

    public init(_ frequency: Double, _ gain: Double, phase: Double? = nil) {
      (self.frequency, self.gain, self.phase) = (frequency, gain, phase)
    }
  }

  /// By rising frequency, all above 0 Hz. Phases have no jumps of more than half a turn.
  public let points: [Point]
  /// Whether all points have one.
  public var hasPhase: Bool { points[0].phase != nil }
  private let logarithms: [Double]

  /// The most points.
  public static let mostPoints = 1 << 18

  /// - Parameter points: at least one, in any order; each has a phase, or none has. Equal ones count once.
  /// - Throws: a frequency or a gain is none, or a frequency has two gains.
  public init(_ points: [Point]) throws(DesignError) {
    guard !points.isEmpty else { throw DesignError("a response has at least one point: write 1000 -3") }
    for point in points { try Self.check(point) }
    var sorted = points.sorted { $0.frequency < $1.frequency }
    sorted = sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }.map { sorted[$0] }
    for (point, next) in zip(sorted, sorted.dropFirst()) where point.frequency == next.frequency {
      throw DesignError(found: "\(shown(point.frequency)) Hz", "the frequency has two gains: leave one out")
    }
    for index in sorted.indices.dropFirst() {
      guard let before = sorted[index - 1].phase, let phase = sorted[index].phase else { continue }
      sorted[index].phase = before + (phase - before).remainder(dividingBy: 360)
    }
    self.points = sorted
    logarithms = sorted.map { log($0.frequency) }
  }

  static func check(_ point: Point) throws(DesignError) {
    guard point.frequency.isFinite, point.frequency > 0 else {
      throw DesignError(found: "\(shown(point.frequency))", "a point's frequency is above 0 Hz, in Hz")
    }
    guard point.gain.magnitude <= 300 else {
      throw DesignError(found: "\(shown(point.gain))", "a point's gain is at most 300 dB either way: is it in dB?")
    }
    guard point.phase?.isFinite ?? true else {
      throw DesignError(found: "\(shown(point.phase!))", "a point's phase is a number of degrees")
    }
  }

  /// |H|, in dB: on straight lines over the logarithm of the frequency, and level outside of the points.
  public func gain(at frequency: Double) -> Double {
    guard let (index, _) = segment(frequency) else { return frequency < points[0].frequency ? points[0].gain : points.last!.gain }
    let share = (log(frequency) - logarithms[index]) / (logarithms[index + 1] - logarithms[index])
    return points[index].gain + share * (points[index + 1].gain - points[index].gain)
  }

  /// Degrees: on straight lines over the frequency, as those of a delay are.
  ///
  /// At 0 Hz and at half of the rate a real kernel has whole half turns. Below the points the phase goes to the nearest one;
  /// above them, or above 0.95 of half of the rate, to the one nearest to where it is heading.
  public func phase(at frequency: Double, rate: Double) -> Double {
    let edge = min(points.last!.frequency, 0.95 * rate / 2)
    guard frequency > edge else { return phase(at: frequency) }
    let (end, before) = (phase(at: edge), phase(at: 0.9 * edge))
    let share = (frequency - edge) / (rate / 2 - edge)
    let target = 180 * ((end + (end - before) / (0.1 * edge) * (rate / 2 - edge)) / 180).rounded()
    return end + min(share, 1) * (target - end)
  }

  private func phase(at frequency: Double) -> Double {
    guard let first = points[0].phase, let last = points.last!.phase else { return 0 }
    guard let (index, share) = segment(frequency) else {
      if frequency >= points[0].frequency { return last }
      let start = 180 * (first / 180).rounded()
      return start + (first - start) * frequency / points[0].frequency
    }
    return points[index].phase! + share * (points[index + 1].phase! - points[index].phase!)
  }

  /// The point at or before a frequency that has one behind it too, and the share of the way to that.
  private func segment(_ frequency: Double) -> (index: Int, share: Double)? {
    guard frequency >= points[0].frequency, frequency < points.last!.frequency else { return nil }
    var (low, high) = (0, points.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if points[middle].frequency <= frequency { low = middle } else { high = middle }
    }
    return (low, (frequency - points[low].frequency) / (points[high].frequency - points[low].frequency))
  }
}
