import Clocks
import Foundation
import TestSupport
import Testing

@Suite("Two clocks")
struct RateMatcherTests {
  @Test(
    "that differ: no gap, the queue where it is to be, and the tone clean once it is settled",
    arguments: [64, 256], [-1000.0, -500, -50, 0, 50, 500, 1000])
  func difference(block: Int, ppm: Double) {
    let outcome = Simulation(block: block, ppm: ppm, seed: UInt64(block) + UInt64(ppm + 1000)).run(seconds: 70)
    check(outcome, block: block)
    #expect(abs(outcome.ppm - ppm) < 2, "\(outcome.ppm) ppm found")
    let settled = outcome.settledBlock.map { Double($0 * block) / 48000 }
    #expect(settled ?? 99 < 60, "settled after \(settled ?? .infinity) s")
    let tone = decibelsAround(997, in: outcome.output.suffix(8 * 48000), rate: 48000)
    #expect(tone > 120, "\(tone) dB")
    print("\(block) frames, \(ppm) ppm: \(outcome.ppm) ppm found, settled after \(settled ?? .infinity) s, tone \(tone) dB")
  }

  @Test("one of which steps", arguments: [64, 256], [(0.0, 50.0), (0, -500), (500, -500), (-1000, 0), (0, 1000)])
  func step(block: Int, ppm: (Double, Double)) {
    let outcome = Simulation(block: block, ppm: ppm.0, stepPPM: ppm.1, stepSeconds: 60, seed: 5).run(seconds: 130)
    check(outcome, block: block)
    #expect(abs(outcome.ppm - ppm.1) < 2, "\(outcome.ppm) ppm found")
    let tone = decibelsAround(997, in: outcome.output.suffix(8 * 48000), rate: 48000)
    #expect(tone > 120, "\(tone) dB")
    let peak = outcome.errors.compactMap { $0 }.map(abs).max() ?? .infinity
    print("\(block) frames, \(ppm.0) to \(ppm.1) ppm: at most \(peak) frames off, tone \(tone) dB")
  }

  @Test("with a position that moves by 48 frames, and late wake-ups", arguments: [(64, 48, 20e-6), (64, 1, 100e-6), (256, 1, 100e-6)])
  func coarse(block: Int, pointer: Int, jitter: Double) {
    let outcome = Simulation(block: block, ppm: 500, pointerFrames: pointer, jitter: jitter, seed: 11).run(seconds: 100)
    check(outcome, block: block, allowed: Double(pointer))
    #expect(abs(outcome.ppm - 500) < 10, "\(outcome.ppm) ppm found")
    let settled = outcome.settledBlock.map { Double($0 * block) / 48000 } ?? .infinity
    print("\(block) frames, steps of \(pointer), \(jitter * 1e6) us late: \(outcome.ppm) ppm found, settled after \(settled) s")
  }

  @Test("of blocks from a fraction of a period to a third of a second", arguments: [32, 100, 1024, 4096, 16384])
  func blocks(block: Int) {
    let outcome = Simulation(block: block, ppm: 200, seed: 3).run(seconds: 100)
    check(outcome, block: block)
    #expect(abs(outcome.ppm - 200) < 2, "\(outcome.ppm) ppm found")
    let tone = decibelsAround(997, in: outcome.output.suffix(8 * 48000), rate: 48000)
    print("\(block) frames: \(outcome.ppm) ppm found, tone \(tone) dB")
    #expect(tone > 100, "\(tone) dB")
  }

  @Test("that are known: sound begins with what is captured first, in tune", arguments: [64, 256, 1024], [-1000.0, -50, 500])
  func known(block: Int, ppm: Double) throws {
    let found = Simulation(block: block, ppm: ppm, seed: 21).run(seconds: 4).finding
    let finding = try #require(found)
    #expect(abs(finding.ratio - 1 - ppm * 1e-6) < 50e-6)
    let outcome = Simulation(block: block, ppm: ppm, seed: 22, finding: finding).run(seconds: 15)
    #expect(outcome.refusals == 0 && outcome.underruns == 0)
    let first = try #require(outcome.firstHeard)
    #expect(first <= Double(2 * block), "frame \(first) is the first")
    let worst = outcome.errors.compactMap { $0 }.map(abs).max() ?? .infinity
    #expect(worst < 8, "\(worst) frames off")
    // From the first second on, which an unknown clock spends in silence.
    let tone = decibelsAround(997, in: outcome.output[48000..<4 * 48000], rate: 48000)
    #expect(tone > 50, "\(tone) dB")
    print("\(block) frames, \(ppm) ppm known: from frame \(first) on, at most \(worst) frames off, tone \(tone) dB")
  }

  @Test("that are known, of devices that start late", arguments: [64, 256], [0.0, 0.0027, 0.0047, 0.01, 0.02, 0.2])
  func late(block: Int, seconds: Double) {
    let finding = ClockFinding(ratio: 1 + 300e-6, captureDeviation: 300e-6, playbackDeviation: 0)
    for (capture, playback) in [(seconds, 0), (0, seconds), (seconds, seconds / 2)] {
      let simulation = Simulation(block: block, ppm: 300, seed: 24, captureDelay: capture, playbackDelay: playback, finding: finding)
      let outcome = simulation.run(seconds: 6)
      #expect(outcome.refusals == 0 && outcome.underruns == 0)
      let worst = outcome.errors.compactMap { $0 }.map(abs).max() ?? .infinity
      #expect(worst < 8, "\(worst) frames off where capture starts \(capture) s late, and playback \(playback) s")
      let first = outcome.firstHeard ?? .infinity
      #expect(first < playback * 48000 + Double(3 * block), "frame \(first) is the first")
    }
  }

  @Test("that were others before: what was found is forgotten without a gap", arguments: [64, 256], [-300.0, 1000])
  func mistaken(block: Int, ppm: Double) {
    let finding = ClockFinding(ratio: 1 + 100e-6, captureDeviation: 150e-6, playbackDeviation: 50e-6)
    let outcome = Simulation(block: block, ppm: ppm, seed: 23, finding: finding).run(seconds: 70)
    check(outcome, block: block)
    #expect(abs(outcome.ppm - ppm) < 2, "\(outcome.ppm) ppm found")
    let worst = outcome.errors.compactMap { $0 }.map(abs).max() ?? .infinity
    print("\(block) frames, \(ppm) ppm, taken for 100: at most \(worst) frames off, \(outcome.ppm) ppm found")
  }

  @Test("of which the capture device's shows nothing: refused after a second")
  func dead() {
    for finding in [nil, ClockFinding(ratio: 1, captureDeviation: 0, playbackDeviation: 0)] {
      var matcher = RateMatcher(
        block: 64, rate: 48000, channels: 1, queueFrames: 128, periodFrames: 64, bufferFrames: 512, finding: finding)
      matcher.restart(queued: 128)
      let frames = UnsafeMutableBufferPointer<Double>.allocate(capacity: 64)
      defer { frames.deallocate() }
      frames.initialize(repeating: 1)
      var plane = frames.baseAddress!
      var blocks = 0
      while matcher.step(
        capture: RateMatcher.Look(frames: 0, seconds: Double(blocks) * 64 / 48000),
        playback: RateMatcher.Look(frames: blocks * 64, seconds: Double(blocks) * 64 / 48000))
      {
        matcher.copy(to: &plane)
        #expect(frames.allSatisfy { $0 == 0 })
        blocks += 1
        if blocks > 3000 { break }
      }
      #expect((700...800).contains(blocks), "\(blocks) blocks")
    }
  }

  @Test("for an hour: neither queue nor position wanders", .enabled(if: Soak.cases > 0))
  func hour() {
    let outcome = Simulation(block: 1024, ppm: 80, stepPPM: 81, stepSeconds: 1800, seed: 2).run(seconds: 3600)
    check(outcome, block: 1024)
    #expect(outcome.errors.dropFirst(60 * 48).allSatisfy { abs($0 ?? .infinity) < 24 })
    let tone = decibelsAround(997, in: outcome.output.suffix(8 * 48000), rate: 48000)
    #expect(tone > 120, "\(tone) dB")
    print("an hour: \(outcome.ppm) ppm found, tone \(tone) dB")
  }

  /// No block was refused, no device ran dry or over, and after 60 s the queue is within half a period of its target.
  private func check(_ outcome: Simulation.Outcome, block: Int, allowed: Double = 0) {
    #expect(outcome.refusals == 0 && outcome.underruns == 0)
    #expect(outcome.mostWaiting < 8 * block)
    let late = outcome.errors.suffix(5 * 48000 / block)
    let worst = late.map { abs($0 ?? .infinity) }.max() ?? .infinity
    #expect(worst < Double(block) / 2 + allowed, "\(worst) frames off")
  }
}
