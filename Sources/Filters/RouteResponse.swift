import Analysis
import ConfigurationFile
import ControlAPI
import Convolution
import FilterKernels
import Numbers

/// How routes from one input to one output respond together.
package struct RouteResponse: Sendable {
  private let rate: Int
  private let names: [String]
  /// At least one.
  private let routes: [Route]
  private let request: ResponseRequest

  /// Hz.
  private static let lowest = 10.0
  /// Phases and group delays are told above -60 dB of the largest gain: those of what is not heard are noise.
  private static let floor = 1e-3

  /// - Returns: nil where there is no such filter, or no route from that input to that output.
  package init?(_ filters: FilterSet, _ request: ResponseRequest) {
    let chosen: [LiveFilter]
    switch request.subject {
    case .filter(let name): chosen = filters.filters.filter { $0.name == name }
    case .output(let output, let input): chosen = filters.filters.filter { $0.to == output && $0.from == input }
    }
    guard !chosen.isEmpty else { return nil }
    let (lead, alignment) = (filters.leadFrames, filters.alignment)
    routes = chosen.compactMap { $0.route(bypass: false, lead: lead + alignment[$0.to]) }
    (rate, names, self.request) = (filters.configuration.rate, chosen.map(\.name), request)
  }

  /// Taps of the sum of all routes.
  private var length: Int { (routes.map { $0.delay + $0.response.count }.max() ?? 0) - (routes.map(\.delay).min() ?? 0) }

  /// Bytes that `computed` takes at the most: the sum, and the taps of a route.
  package var bytes: Int { MemoryLayout<Double>.stride * (length + (routes.map(\.response.count).max() ?? 0)) + 1 << 20 }

  /// - Parameters:
  ///   - known: responses of kernels that were computed before.
  ///   - isCancelled: asked some hundred times a second.
  /// - Returns: nil where it is cancelled.
  /// - Complexity: O(taps · points)
  package func computed(_ known: inout ResponseCache, isCancelled: () -> Bool) -> FilterResponse? {
    guard let samples = samples(&known, isCancelled: isCancelled) else { return nil }
    let start = routes.map(\.delay).min() ?? 0
    guard let taps = sum(from: start, isCancelled: isCancelled) else { return nil }
    let top = taps.indices.reduce(0) { abs(taps[$1]) > abs(taps[$0]) ? $1 : $0 }
    let peak = taps[top] == 0 ? nil : start + top
    let magnitudes = samples.gains.map(\.magnitude)
    let floor = (magnitudes.max() ?? 0) * Self.floor
    let heard = magnitudes.indices.map { magnitudes[$0] > floor && magnitudes[$0].isFinite }
    let traces = traces(taps, from: start, peak: peak ?? start)
    return FilterResponse(
      rate: rate, filters: names, taps: taps.count, delayFrames: start, peakFrames: peak, peak: peak.map { _ in finite(taps[top]) },
      frequencies: frequencies,
      magnitudes: magnitudes.map { $0.isFinite ? finiteDecibels($0) : nil },
      phases: heard.indices.map { heard[$0] ? Self.phase(samples, $0, without: peak ?? 0) : nil },
      groupDelays: heard.indices.map { heard[$0] ? samples.groupDelay($0).flatMap { $0.isFinite ? $0 : nil } : nil },
      impulse: traces.impulse, stepResponse: traces.step)
  }

  /// Hz.
  private var frequencies: [Double] {
    ResponseSamples.logarithmic(from: Self.lowest, to: Double(rate) / 2, count: request.points)
  }

  /// Degrees, without a delay.
  private static func phase(_ samples: ResponseSamples, _ index: Int, without delay: Int) -> Double {
    let turns = samples.gains[index].phase / (2 * .pi) + (samples.frequencies[index] * Double(delay)).truncatingRemainder(dividingBy: 1)
    return 360 * turns.remainder(dividingBy: 1)
  }

  private func samples(_ known: inout ResponseCache, isCancelled: () -> Bool) -> ResponseSamples? {
    let frequencies = frequencies.map { $0 / Double(rate) }
    var sum = ResponseSamples(silenceAt: frequencies)
    for route in routes {
      guard !isCancelled(), let samples = known.samples(of: route.response, at: frequencies, isCancelled: isCancelled) else { return nil }
      sum.add(samples, times: route.gain, delay: route.delay)
    }
    return sum
  }

  /// The taps of all routes, gains included, from a frame on; nil where it is cancelled.
  private func sum(from start: Int, isCancelled: () -> Bool) -> [Double]? {
    var sum = [Double](repeating: 0, count: length)
    for route in routes {
      if isCancelled() { return nil }
      let offset = route.delay - start
      for (index, tap) in route.response.taps.enumerated() { sum[offset + index] += route.gain * tap }
    }
    return sum
  }

  private func traces(_ taps: [Double], from start: Int, peak: Int) -> (impulse: FilterResponse.Trace, step: FilterResponse.Trace) {
    let end = start + taps.count
    let first = min(request.start ?? max(0, peak - request.frames / 4), end)
    let shown = first..<first + min(request.frames, end - first)
    let step = max(1, (shown.count + request.samples - 1) / request.samples)
    var (impulse, sums) = (FilterResponse.Trace(start: first, step: step), FilterResponse.Trace(start: first, step: step))
    // Before the first tap all is 0.
    var sum = taps.prefix(max(0, first - start)).reduce(0, +)
    for frame in shown {
      let tap = frame < start ? 0 : taps[frame - start]
      sum += tap
      let isNew = (frame - first) % step == 0
      impulse.add(tap, isNew: isNew)
      sums.add(sum, isNew: isNew)
    }
    return (impulse, sums)
  }
}

/// The nearest number that JSON knows; 0 for what is none, as a sum of infinities.
private func finite(_ value: Double) -> Double {
  value.isNaN ? 0 : min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
}

extension FilterResponse.Trace {
  /// - Parameter isNew: whether it begins a point.
  fileprivate mutating func add(_ value: Double, isNew: Bool) {
    let value = finite(value)
    if isNew {
      minima.append(value)
      maxima.append(value)
    } else {
      minima[minima.count - 1] = min(minima[minima.count - 1], value)
      maxima[maxima.count - 1] = max(maxima[maxima.count - 1], value)
    }
  }
}
