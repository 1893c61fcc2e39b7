import BlockProcessing
import Convolution
import NumPy
import Numbers
import PCM
import TestSupport
import Testing
import Vector
import Verification

@Suite("Verification")
struct VerificationTests {
  private struct Case: CustomStringConvertible {
    var block: Int
    var inputs: Int
    var outputs: Int
    var routes: [Route]
    var workers: Int
    var capture: SampleFormat
    var playback: SampleFormat
    var precision = Precision.float64
    var description: String { "\(capture.rawValue) to \(playback.rawValue), block \(block), \(routes.count) routes, \(workers) workers" }

    func run(seed: UInt64, frames: Int = 30_000, of heard: [Route]? = nil) throws -> Verifier.Result {
      let parts = TailPlan.split(
        heard ?? routes, block: block, threads: workers, precision: precision, costs: .shipped(precision))
      let convolver = try Convolver(block: block, inputs: inputs, outputs: outputs, routes: parts.head, precision: precision)
      let verification = Verifier(routes: routes, capture: capture, playback: playback, frames: frames, seed: seed)
      let result = verification.run(convolver, tails: parts.tails)
      return try #require(result)
    }
  }

  /// Decaying noise, as integers of `bits` bits or in full precision.
  private func kernel(_ count: Int, bits: Int?, using random: inout SeededGenerator) throws -> ImpulseResponse {
    let taps = random.noise(count).enumerated().map { n, tap in tap * 0.3 / (1 + 0.01 * Double(n)) }
    guard let bits else { return try ImpulseResponse(taps) }
    let scale = Double(1 << (bits - 1))
    return try ImpulseResponse(taps.map { ($0 * scale).rounded() / scale })
  }

  private func randomCase(
    bits: Int?, capture: [SampleFormat], playback: [SampleFormat], gains: [Double], using random: inout SeededGenerator
  ) throws -> Case {
    let (inputs, outputs) = (Int.random(in: 1...3, using: &random), Int.random(in: 1...3, using: &random))
    let routes = try (0..<Int.random(in: 1...5, using: &random)).map { _ in
      Route(
        from: Int.random(in: 0..<inputs, using: &random), to: Int.random(in: 0..<outputs, using: &random),
        response: try kernel([1, 40, 900, 9000].randomElement(using: &random)!, bits: bits, using: &random),
        gain: gains.randomElement(using: &random)!, delay: [0, 0, 7, 3000].randomElement(using: &random)!)
    }
    return Case(
      block: [16, 64, 100, 256, 441, 1024].randomElement(using: &random)!, inputs: inputs, outputs: outputs, routes: routes,
      workers: [0, 0, 2].randomElement(using: &random)!, capture: capture.randomElement(using: &random)!,
      playback: playback.randomElement(using: &random)!)
  }

  private static let cases = Soak.cases > 0 ? 300 : 12

  @Test("finds no difference at all with samples and taps of 16 bits, whatever the matrix, block, threads and formats")
  func sixteenBits() throws {
    var random = SeededGenerator(seed: 91)
    var ties = 0
    for index in 0..<Self.cases {
      let trial = try randomCase(
        bits: 16, capture: [.s16], playback: SampleFormat.allCases, gains: [1, 1, 0.5, -1], using: &random)
      let result = try trial.run(seed: UInt64(index))
      for output in result.outputs {
        #expect(output.differing == 0 && output.samples == 30_000, "seed 91, case \(index), \(trial): \(output)")
        if trial.playback == .s24in32 || trial.playback == .s24packed { ties += output.ties ?? 0 }
      }
    }
    #expect(ties > 100, "there were ties of 24 bits")
  }

  @Test("finds no difference but at ties with any samples and taps of full precision")
  func fullPrecision() throws {
    var random = SeededGenerator(seed: 92)
    for index in 0..<Self.cases {
      let trial = try randomCase(
        bits: index % 3 == 0 ? 24 : nil, capture: SampleFormat.allCases, playback: SampleFormat.allCases, gains: [1, 0.3, -0.7],
        using: &random)
      let result = try trial.run(seed: UInt64(index))
      for output in result.outputs {
        #expect(output.passes && output.undecided == 0, "seed 92, case \(index), \(trial): \(output)")
        // At 16 and 24 bits ties are so rare that there is none in so short a time.
        if (trial.playback.bits ?? 32) < 32 && output.grid == nil { #expect(output.differing <= 1, "case \(index)") }
      }
    }
  }

  @Test("finds what is wrong: another tap, float32, a tap too late")
  func faults() throws {
    var random = SeededGenerator(seed: 93)
    let response = try kernel(3000, bits: 16, using: &random)
    let routes = [Route(from: 0, to: 0, response: response)]
    let trial = Case(block: 64, inputs: 1, outputs: 1, routes: routes, workers: 0, capture: .s16, playback: .s24packed)
    var taps = response.taps
    // One step of 16 bits, far down the tail.
    taps[2900] += 0x1p-15
    let other = try trial.run(seed: 1, of: [Route(from: 0, to: 0, response: try ImpulseResponse(taps))]).outputs[0]
    #expect(!other.passes && other.differing > 1000 && other.largestSteps > 1)
    let late = try trial.run(seed: 2, of: [Route(from: 0, to: 0, response: response, delay: 1)]).outputs[0]
    #expect(!late.passes && late.largestDifference > 0.01)
    var rough = trial
    rough.precision = .float32
    let rounded = try rough.run(seed: 3).outputs[0]
    #expect(!rounded.passes && rounded.differing < 10_000 && rounded.largestSteps < 8)
  }

  @Test("plays the same for the same seed, and ends when it is told to")
  func seeds() throws {
    var random = SeededGenerator(seed: 94)
    let response = try kernel(500, bits: nil, using: &random)
    let trial = Case(
      block: 64, inputs: 1, outputs: 1, routes: [Route(from: 0, to: 0, response: response)], workers: 0, capture: .s24in32,
      playback: .double)
    let results = try [5, 5, 6].map { try trial.run(seed: $0) }
    #expect(results[0] == results[1] && results[0] != results[2])
    let convolver = try Convolver(block: 64, inputs: 1, outputs: 1, routes: trial.routes)
    let short = Verifier(routes: trial.routes, capture: .s24in32, playback: .s24in32, frames: 100_000, seed: 1)
    let cancelled = short.run(convolver, isCancelled: { true })
    #expect(cancelled == nil)
  }

  @Test("says what memory it takes, also where that is more than can be counted")
  func memory() {
    let bytes = Verifier.bytes(frames: 480_000, inputs: 2, outputs: 2, playback: .s32)
    // Of each frame two samples in, two out, and four arrays of float64 at once at the least.
    #expect(bytes >= 480_000 * (2 * 4 + 2 * 4 + 4 * 8) && bytes < 480_000 * 256)
    #expect(Verifier.bytes(frames: .max / 2, inputs: 64, outputs: 64, playback: .double) == .max)
  }

  @Test("rounds as convolve does: exact sums are np.convolve's, rounded")
  func exactSums() throws {
    var random = SeededGenerator(seed: 95)
    for bits in [16, 24, 32] {
      for tapBits in [16, 24, nil] {
        let response = try kernel(300, bits: tapBits, using: &random)
        var generator = SplitMix64(seed: random.next())
        let signal = RandomSignal(.s24in32, inputs: 1, frames: 5000, peak: 0.5, using: &generator)
        let sums = ExactSums([Route(from: 0, to: 0, response: response)], signal, magnitudes: 10)
        let written = try convolveRounded(signal.doubles(0), response.taps, method: .fft, rounding: .integer(bits: bits)).values
        let scale = Double(1 << (bits - 1))
        for n in 0..<5000 {
          let expected = max(-scale, min((written[n] * scale).rounded(.toNearestOrEven), scale - 1)) / scale
          // Between NumPy's own error and the exact sum there is no tie among so few.
          #expect(sums.rounded(sums[n], bits: bits) == expected, "\(bits) bits, taps of \(tapBits ?? 53), frame \(n)")
        }
      }
    }
  }
}

extension OutputComparison {
  /// Whether all differences lie at ties.
  fileprivate var passes: Bool { differing == atTies }
}
