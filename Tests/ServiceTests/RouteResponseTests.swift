import AudioFile
import ConfigurationFile
import ControlAPI
import Convolution
import FilterKernels
import Filters
import Foundation
import TestSupport
import Testing

@Suite("Responses of filters")
struct RouteResponseTests {
  /// Filters of random taps; two lead from input 0 to output 0.
  private static func filters(_ random: inout SeededGenerator) throws -> FilterSet {
    let routes = [(0, 0), (0, 0), (1, 0), (1, 1)].enumerated().map { index, route in
      let taps = random.noise(Int.random(in: 1...60, using: &random)).map { "\($0)" }.joined(separator: ",")
      return "  - { name: f\(index), from: \(route.0), to: \(route.1), kernel: \"taps:\(taps)\","
        + " gain: \(Double.random(in: -20...6, using: &random)), delay: \(Int.random(in: 0...40, using: &random)) }"
    }
    let text = ConfigurationText(
      yaml: """
        rate: 48000
        capture: { device: none }
        playback: { device: none }
        align: \(Bool.random(using: &random) ? "peaks" : "none")
        filters:
        \(routes.joined(separator: "\n"))
        """, folder: "/")
    return try text.filters(text.checkedConfiguration(), KernelReader())
  }

  /// What is convolved between an input and an output, from frame 0 on.
  private static func taps(_ routes: [Route]) -> [Double] {
    var taps = [Double](repeating: 0, count: routes.map { $0.delay + $0.response.count }.max() ?? 0)
    for route in routes { for (index, tap) in route.response.taps.enumerated() { taps[route.delay + index] += route.gain * tap } }
    return taps
  }

  @Test("hold numbers alone, however large the taps, and are broken off between two filters")
  func extreme() throws {
    for taps in ["1e300,-1e300,3e-300", "1.7e308", "1e308,1e308", "1e308,-1e308", "5e-324,0,-5e-324", "0"] {
      let line = "{ name: f, from: 0, to: 0, kernel: \"taps:\(taps)\", gain: 60 }"
      let text = ConfigurationText(
        yaml: "rate: 48000\ncapture: { device: none }\nplayback: { device: none }\nfilters: [\(line), \(line.replacing("f,", with: "g,"))]",
        folder: "/")
      let filters = try text.filters(text.checkedConfiguration(), KernelReader())
      for subject in [ResponseRequest.Subject.filter("f"), .output(0, input: 0)] {
        let routes = try #require(RouteResponse(filters, ResponseRequest(subject, points: 64)))
        var cache = ResponseCache()
        let response = try #require(routes.computed(&cache) { false })
        #expect(throws: Never.self, "\(taps)") { try JSONEncoder().encode(response) }
        var looks = 0
        let broken = routes.computed(&cache) {
          looks += 1
          return looks > 1
        }
        #expect(broken == nil && routes.bytes >= 8 * response.taps)
      }
    }
  }

  @Test("are those of what is convolved, gains and delays in force, of one filter and of a sum")
  func responses() throws {
    let seed = UInt64.random(in: 0...(.max))
    var random = SeededGenerator(seed: seed)
    for _ in 0..<40 {
      var filters = try Self.filters(&random)
      var cache = ResponseCache()
      let subjects: [(ResponseRequest.Subject, [Int])] = [(.filter("f2"), [2]), (.output(0, input: 0), [0, 1]), (.filter("f2"), [2])]
      for (subject, indices) in subjects {
        let all = Self.taps(indices.map { filters.routes[$0] })
        filters.bypass = Bool.random(using: &random)
        let routes = try #require(RouteResponse(filters, ResponseRequest(subject, points: 33)))
        filters.bypass = false
        let response = try #require(routes.computed(&cache) { false })
        let peak = all.indices.reduce(0) { abs(all[$1]) > abs(all[$0]) ? $1 : $0 }
        #expect(response.peakFrames == peak && abs(response.peak! - all[peak]) < 1e-12, "seed \(seed)")
        #expect(response.filters == indices.map { "f\($0)" } && response.delayFrames + response.taps == all.count)
        #expect(response.frequencies.count == 33 && response.frequencies[0] == 10 && response.frequencies[32] == 24_000)
        for (index, frequency) in response.frequencies.enumerated() {
          let gain = FrequencyReference(all, at: frequency / 48_000)
          let level = try #require(response.magnitudes[index])
          #expect(abs(pow(10, level / 20) - gain.magnitude) < 1e-9, "seed \(seed)")
          if let phase = response.phases[index], gain.magnitude > 1e-3 {
            let turns = gain.phase / (2 * .pi) + frequency / 48_000 * Double(peak)
            #expect(abs((phase / 360 - turns).remainder(dividingBy: 1)) < 1e-6, "seed \(seed)")
            #expect(abs(response.groupDelays[index]! - gain.delay) < 1e-6 / gain.magnitude, "seed \(seed)")
          }
        }
        // All of it, frame by frame.
        #expect(response.impulse.start == 0 && response.impulse.step == 1 && response.impulse.minima.count == all.count)
        #expect(zip(response.impulse.maxima, all).allSatisfy { abs($0 - $1) < 1e-12 } && response.impulse.minima == response.impulse.maxima)
        #expect(abs(response.stepResponse.maxima.last! - all.reduce(0, +)) < 1e-9)
      }
    }
  }

  @Test("show a window of the impulse and of the step: each point the least and the largest of its frames")
  func traces() throws {
    let seed = UInt64.random(in: 0...(.max))
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let filters = try Self.filters(&random)
      let all = Self.taps([filters.routes[3]])
      var request = ResponseRequest(.filter("f3"), points: 2, samples: Int.random(in: 2...20, using: &random))
      request.frames = Int.random(in: 2...120, using: &random)
      if Bool.random(using: &random) { request.start = Int.random(in: 0...130, using: &random) }
      var cache = ResponseCache()
      let response = try #require(RouteResponse(filters, request)?.computed(&cache) { false })
      let trace = response.impulse
      #expect(trace.minima.count <= request.samples && (trace.minima.count - 1) * trace.step < request.frames, "seed \(seed)")
      if let start = request.start { #expect(trace.start == min(start, all.count)) }
      let end = min(all.count, trace.start + request.frames)
      #expect(trace.minima.count == (end - trace.start + trace.step - 1) / trace.step, "seed \(seed)")
      var sums: [Double] = []
      for tap in all { sums.append((sums.last ?? 0) + tap) }
      for point in trace.minima.indices {
        let frames = trace.start + point * trace.step..<min(end, trace.start + (point + 1) * trace.step)
        #expect(trace.minima[point] == all[frames].min() && trace.maxima[point] == all[frames].max(), "seed \(seed)")
        #expect(abs(response.stepResponse.maxima[point] - sums[frames].max()!) < 1e-9, "seed \(seed)")
      }
    }
  }

  @Test("of what is not there are none; of silence they have no phase; what is cancelled ends")
  func absent() throws {
    var random = SeededGenerator(seed: 7)
    var filters = try Self.filters(&random)
    #expect(RouteResponse(filters, ResponseRequest(.filter("x"))) == nil)
    #expect(RouteResponse(filters, ResponseRequest(.output(1, input: 0))) == nil)
    filters.filters[3].response = try ImpulseResponse([0, 0])
    var cache = ResponseCache()
    let silent = try #require(RouteResponse(filters, ResponseRequest(.filter("f3"), points: 5))?.computed(&cache) { false })
    #expect(silent.peakFrames == nil && silent.magnitudes == [nil, nil, nil, nil, nil] && silent.phases == silent.groupDelays)
    var other = ResponseCache()
    #expect(RouteResponse(filters, ResponseRequest(.filter("f0")))?.computed(&other) { true } == nil)
  }
}

/// H and the group delay by their definitions.
private struct FrequencyReference {
  var magnitude: Double
  var phase: Double
  var delay: Double

  init(_ taps: [Double], at frequency: Double) {
    var (re, im, nre, nim) = (0.0, 0.0, 0.0, 0.0)
    for (n, tap) in taps.enumerated() {
      let (c, s) = (cos(2 * .pi * frequency * Double(n)), -sin(2 * .pi * frequency * Double(n)))
      (re, im, nre, nim) = (re + tap * c, im + tap * s, nre + Double(n) * tap * c, nim + Double(n) * tap * s)
    }
    (magnitude, phase) = (hypot(re, im), atan2(im, re))
    delay = (nre * re + nim * im) / (re * re + im * im)
  }
}
