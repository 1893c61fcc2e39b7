import Clocks
import Foundation
import TestSupport

/// Two devices with clocks of their own and a thread that wakes late, without waiting for any of it.
///
/// The captured tone has 997 Hz of the playback device's clock, whatever the capture device's is: what comes out is to be that
/// tone, frame by frame.
struct Simulation {
  var block = 64
  var rate = 48000
  /// What the capture device's clock differs by, and from `stepSeconds` on.
  var ppm = 0.0
  var stepPPM: Double?
  var stepSeconds = 0.0
  /// Frames in which the capture device's position moves.
  var pointerFrames = 1
  /// Wake-ups are late by a normal deviate of this many seconds, and now and then by up to a millisecond.
  var jitter = 20e-6
  var seed: UInt64 = 1
  /// Seconds after which each device begins to move.
  var captureDelay = 0.0
  var playbackDelay = 0.0007
  /// What is known of the clocks beforehand.
  var finding: ClockFinding?
  /// How much of the end is kept.
  var keptSeconds = 60

  /// What came of it.
  struct Outcome {
    var output: [Float] = []
    /// The true distance of what is queued from what is to be, by block, in frames; nil while it is silent.
    var errors: [Double?] = []
    var settledBlock: Int?
    var refusals = 0
    var underruns = 0
    /// The largest count of captured frames that waited to be read.
    var mostWaiting = 0
    var latencyFrames = 0
    var ppm = 0.0
    /// The captured frame with which the sound began.
    var firstHeard: Double?
    var finding: ClockFinding?
  }

  private var firstRate: Double { Double(rate) * (1 + ppm * 1e-6) }
  private var laterRate: Double { Double(rate) * (1 + (stepPPM ?? ppm) * 1e-6) }

  /// Frames captured by `time`.
  private func captured(_ now: Double) -> Double {
    let time = max(0, now - captureDelay)
    return time < stepSeconds ? time * firstRate : stepSeconds * firstRate + (time - stepSeconds) * laterRate
  }

  private func time(of frame: Double) -> Double {
    let atStep = stepSeconds * firstRate
    return captureDelay + (frame < atStep ? frame / firstRate : stepSeconds + (frame - atStep) / laterRate)
  }

  func run(seconds: Double) -> Outcome {
    let queueFrames = 2 * block
    var generator = SeededGenerator(seed: seed)
    var matcher = RateMatcher(
      block: block, rate: rate, channels: 1, queueFrames: queueFrames, periodFrames: block, bufferFrames: 8 * block, finding: finding)
    let samples = UnsafeMutablePointer<Double>.allocate(capacity: 1 << 16)
    let plane = UnsafeMutablePointer<UnsafeMutablePointer<Double>>.allocate(capacity: 1)
    plane.initialize(to: samples)
    let resampled = UnsafeMutablePointer<Double>.allocate(capacity: block)
    var resampledPlane = resampled
    defer {
      samples.deallocate()
      plane.deallocate()
      resampled.deallocate()
    }
    var outcome = Outcome()
    outcome.latencyFrames = matcher.latencyFrames
    matcher.restart(queued: queueFrames)
    var (written, now) = (queueFrames, 0.0)
    while Double(outcome.errors.count * block) < seconds * Double(rate) {
      // The device asks for a block when the queue is as long as it is to be.
      let due = written > queueFrames ? Double(written - queueFrames) / Double(rate) + playbackDelay : 0
      now = max(now, due + late(&generator))
      let played = max(0, Int((now - playbackDelay) * Double(rate)))
      if played > written { outcome.underruns += 1 }
      let capturedFrames = Int(captured(now)) / pointerFrames * pointerFrames
      let new = capturedFrames - matcher.capturedFrames
      outcome.mostWaiting = max(outcome.mostWaiting, new)
      for n in 0..<new {
        samples[n] = 0.5 * sin(2 * .pi * 997 * time(of: Double(matcher.capturedFrames + n)))
      }
      matcher.append(plane, count: new)
      let position = matcher.isSilent ? nil : matcher.position
      let isDone = matcher.step(
        capture: RateMatcher.Look(frames: capturedFrames, seconds: now), playback: RateMatcher.Look(frames: played, seconds: now))
      matcher.copy(to: &resampledPlane)
      let lead = captured(now) + Double(written) - max(0, now - playbackDelay) * Double(rate)
      outcome.firstHeard = outcome.firstHeard ?? position
      outcome.errors.append(position.map { lead - $0 - Double(outcome.latencyFrames) })
      if !isDone {
        outcome.refusals += 1
        return outcome
      }
      outcome.output += UnsafeBufferPointer(start: resampled, count: block).map { Float($0) }
      if outcome.output.count > 2 * keptSeconds * rate { outcome.output.removeFirst(keptSeconds * rate) }
      written += block
      if matcher.isSettled {
        outcome.settledBlock = outcome.settledBlock ?? outcome.errors.count
      } else {
        outcome.settledBlock = nil
      }
    }
    (outcome.ppm, outcome.finding) = (matcher.ppm, matcher.finding)
    return outcome
  }

  private func late(_ generator: inout SeededGenerator) -> Double {
    if Double.random(in: 0..<1, using: &generator) < 0.002 { return Double.random(in: 0..<1e-3, using: &generator) }
    let (u, v) = (Double.random(in: Double.leastNormalMagnitude..<1, using: &generator), Double.random(in: 0..<1, using: &generator))
    return abs(jitter * (-2 * log(u)).squareRoot() * cos(2 * .pi * v))
  }
}
