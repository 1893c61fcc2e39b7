import Analysis
import ConfigurationFile
import ControlAPI
import Convolution
import FilterKernels
import Numbers

extension FilterSet {
  /// Puts a preset in the place of all filters. O(filters).
  ///
  /// - Parameters:
  ///   - trim: dB, added to every gain; other than 0 it ends that a gain is auto.
  ///   - delay: frames by which all main peaks come later.
  /// - Returns: why it cannot be; nil: it has been done.
  /// - Precondition: the preset fits the configuration.
  package mutating func take(_ preset: HeldPreset, trim: Double = 0, delay: Int = 0) -> String? {
    let held = Dictionary(preset.filters.map { ($0.name, $0) }) { first, _ in first }
    var next = self
    for index in next.filters.indices {
      guard var filter = held[next.filters[index].name] else { continue }
      // The configuration says what a bypass leaves.
      filter.isMutedByBypass = next.filters[index].isMutedByBypass
      next.filters[index] = filter
    }
    _ = next.balanceGains()
    // What kernels need before their time 0 is taken from the delays first.
    let later = delay > 0 ? delay + next.leadFrames : 0
    for index in next.filters.indices where trim != 0 || later != 0 {
      if trim != 0 { (next.filters[index].gain, next.filters[index].isGainAuto) = (next.filters[index].gain + trim, false) }
      next.filters[index].delay += later
      let filter = next.filters[index]
      guard filter.gain >= FilterChange.gains.lowerBound, filter.delay <= FilterChange.mostDelay else {
        return "\(filter.name) would have a gain of \(filter.gain) dB and a delay of \(quantity(filter.delay, "frame")): "
          + "at least \(Int(FilterChange.gains.lowerBound)) dB and at most \(FilterChange.mostDelay) frames are possible"
      }
    }
    next.preset = PresetMark(name: preset.name, saved: preset.saved, trim: trim, delay: delay)
    self = next
    return nil
  }

  /// Whether both sound the same, apart from a bypass, as far as it is known without a look at taps. O(filters).
  package func areEqual(to other: FilterSet) -> Bool {
    filters.count == other.filters.count && configuration.rate == other.configuration.rate
      && zip(filters, other.filters).allSatisfy { one, other in
        one.response === other.response && (one.name, one.from, one.to) == (other.name, other.from, other.to)
          && (one.gain, one.delay, one.leadFrames) == (other.gain, other.delay, other.leadFrames)
      }
  }

  /// What these filters are as a preset, without a bypass.
  ///
  /// - Parameters:
  ///   - prepared: nil: it is not to be prepared.
  ///   - isCancelled: asked some hundred times a second.
  /// - Returns: nil where it is cancelled.
  /// - Complexity: O(taps log taps) for each path from an input to an output that no equal kernel has.
  package func readiness(prepared: PreparedMatrix?, isCancelled: () -> Bool) -> HeldPreset.Readiness? {
    var open = self
    open.bypass = false
    guard let powers = open.outputPowers(isCancelled: isCancelled) else { return nil }
    let peaks = open.mainPeaks
    let mean = powers.reduce(0, +) / Double(max(powers.count, 1))
    func level(_ power: Double) -> Double? { power.isFinite ? finiteDecibels(power.squareRoot()) : nil }
    return HeldPreset.Readiness(
      outputs: zip(powers, peaks).map { PresetReport.Output(level: level($0), peakFrames: $1) }, level: level(mean),
      peakFrames: peaks.compactMap { $0 }.max(), bytes: prepared == nil ? 0 : open.memoryBytes, prepared: prepared)
  }

  private struct Path: Hashable { var from, to: Int }

  private var paths: [Path: [LiveFilter]] { Dictionary(grouping: filters) { Path(from: $0.from, to: $0.to) } }

  /// Taps of the sum of all filters of a path, at the most.
  private static func length(of path: [LiveFilter]) -> Int {
    (path.map { $0.start + $0.response.count }.max() ?? 0) - (path.map(\.start).min() ?? 0)
  }

  /// Bytes that `readiness` takes, beside what is prepared already.
  package var ratingBytes: Int {
    let longest = paths.values.map(Self.length).max() ?? 0
    return PinkNoiseGain.bytes(taps: longest, rate: configuration.rate) + 3 * MemoryLayout<Double>.stride * longest
  }

  /// For each output, its power for K-weighted pink noise of power 1 on every input, none of which is like another.
  private func outputPowers(isCancelled: () -> Bool) -> [Double]? {
    var powers = [Double](repeating: 0, count: configuration.playback.channels)
    let paths = paths
    guard let longest = paths.values.map(Self.length).max() else { return powers }
    let pink = PinkNoiseGain(taps: longest, rate: configuration.rate)
    var known: [ImpulseResponse: Double] = [:]
    for (path, routes) in paths {
      if isCancelled() { return nil }
      if routes.count == 1 {
        let power = known[routes[0].response] ?? pink.power(of: routes[0].response.taps)
        known[routes[0].response] = power
        powers[path.to] += power * routes[0].factor * routes[0].factor
      } else {
        guard let sum = Self.sum(of: routes, isCancelled: isCancelled) else { return nil }
        powers[path.to] += pink.power(of: sum)
      }
    }
    return powers
  }

  /// Nil where it is cancelled.
  private static func sum(of filters: [LiveFilter], isCancelled: () -> Bool) -> [Double]? {
    let first = filters.map(\.start).min() ?? 0
    let end = filters.map { $0.start + $0.response.count }.max() ?? 0
    var sum = [Double](repeating: 0, count: end - first)
    for filter in filters {
      if isCancelled() { return nil }
      for (index, tap) in filter.response.taps.enumerated() { sum[filter.start - first + index] += filter.factor * tap }
    }
    return sum
  }
}

extension LiveFilter {
  /// The frame of the first tap, but for what is added to all.
  fileprivate var start: Int { delay - leadFrames }
}
