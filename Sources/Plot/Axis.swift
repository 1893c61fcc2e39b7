import Glibc
import Terminal

/// An axis of a chart.
public struct Axis: Sendable {
  public enum Scale: Sendable { case linear, logarithmic }

  /// A marked value.
  public struct Tick: Sendable, Equatable {
    public var value: Double
    public var label: String
  }

  /// The title, with the unit.
  public var title: String
  public var scale: Scale
  public var range: ClosedRange<Double>
  /// The distance of ticks, on linear axes only; nil chooses 1, 2 or 5 times a power of ten.
  public var step: Double?

  /// Precondition: the range is not empty, and positive on a logarithmic axis. Values of 1e-9 to 1e9 have short labels.
  public init(_ title: String, _ range: ClosedRange<Double>, _ scale: Scale = .linear, step: Double? = nil) {
    precondition(range.upperBound > range.lowerBound && (scale == .linear || range.lowerBound > 0), "an axis has a length")
    (self.title, self.scale, self.range, self.step) = (title, scale, range, step)
  }

  /// The position of a value: 0 at the axis' start, 1 at its end.
  public func position(_ value: Double) -> Double {
    let (low, high) = (range.lowerBound, range.upperBound)
    // Halves, since a difference may be beyond float64.
    return scale == .linear ? (value / 2 - low / 2) / (high / 2 - low / 2) : log(value / low) / log(high / low)
  }

  /// About `count` round values.
  public func ticks(_ count: Int) -> [Tick] { scale == .linear ? linearTicks(count) : logarithmicTicks(count) }

  private func linearTicks(_ count: Int) -> [Tick] {
    let least = (range.upperBound / 2 - range.lowerBound / 2) / Double(count) * 2
    let power = pow(10, log10(least).rounded(.down))
    let step = step ?? [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * 0.999 } ?? 10 * power
    // A range at float64's ends has no steps.
    guard step.isNormal, step > 0, (range.upperBound - range.lowerBound).isFinite else { return [] }
    let decimals = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
    let (first, last) = ((range.lowerBound / step - 1e-6).rounded(.up), (range.upperBound / step + 1e-6).rounded(.down))
    return stride(from: first, through: last, by: 1).map { Tick(value: $0 * step, label: fixed($0 * step, decimals)) }
  }

  private func logarithmicTicks(_ count: Int) -> [Tick] {
    let decades = Int(log10(range.lowerBound).rounded(.down))...Int(log10(range.upperBound).rounded(.up))
    func ticks(_ mantissas: [Double]) -> [Tick] {
      decades.flatMap { decade in
        mantissas.map { mantissa in
          let value = mantissa * pow(10, Double(decade))
          return Tick(value: value, label: value >= 1_000 ? "\(fixed(value / 1_000, 0))k" : fixed(value, max(0, -decade)))
        }
      }.filter { range.contains($0.value) || abs(position($0.value) - 1) < 1e-9 }
    }
    let fine = ticks([1, 2, 5])
    return fine.count <= count ? fine : ticks([1])
  }
}
