import Glibc

/// Holds the queue between two clocks at its length, by the ratio at which one is resampled to the other.
///
/// A loop of the second order with two more poles. Its bandwidth shrinks in six gears, until the ratio moves by hundredths of a
/// ppm. A limiter for the queue's error precedes it, so that a late look is not audible. Real-time safe; owns nothing.
package struct RateLoop: Sendable {
  /// Captured frames for each played one.
  package private(set) var ratio: Double
  /// 0 to 5.
  package private(set) var gear = 0
  private let block: Double
  private let rate: Double
  /// The weight of a new error in `mean`.
  private let meanShare: Double
  /// The error, smoothed over 60 ms, in frames.
  private var mean = 0.0
  private var (first, second) = (0.0, 0.0)
  private var integral: Double
  private var coefficients: Coefficients
  /// Seconds in this gear, and those with a large error.
  private var (seconds, secondsOff) = (0.0, 0.0)

  private struct Coefficients {
    var pole: Double
    var proportional: Double
    var integral: Double
  }

  /// The largest distance of the ratio from 1, and its largest change in a second.
  package static var mostDeviation: Double { @_noLocks @_noAllocation get { 0.005 } }
  private static var mostSlope: Double { @_noLocks @_noAllocation get { 0.004 } }

  /// - Parameters:
  ///   - block: played frames of a step.
  ///   - rate: Hz.
  ///   - ratio: captured frames for each played one, as measured before.
  package init(block: Int, rate: Int, ratio: Double = 1) {
    self.block = Double(block)
    self.rate = Double(rate)
    self.ratio = ratio
    integral = ratio - 1
    meanShare = 1 - exp(-Double(block) / (0.06 * Double(rate)))
    coefficients = Self.coefficients(gear: 0, block: self.block, rate: self.rate)
  }

  /// Whether the ratio moves so slowly that a tone stays pure: beyond 2 Hz of it, nothing exceeds -120 dB.
  package var isSettled: Bool { @_noLocks @_noAllocation get { gear >= 4 } }

  /// The bandwidth for the clocks of both devices, in Hz.
  package var clockBandwidth: Double { @_noLocks @_noAllocation get { gear >= 2 ? 0.5 : 1 } }

  /// Begins anew, with the queue at its length.
  ///
  /// - Parameters:
  ///   - measured: the ratio of both clocks.
  ///   - isKnown: whether the loop has run before: it then starts with its former ratio, one gear further.
  @_noLocks @_noAllocation
  package mutating func restart(measured: Double, isKnown: Bool) {
    (mean, first) = (0, 0)
    if !isKnown { (second, integral) = (0, measured - 1) }
    ratio = 1 + second + integral
    shift(to: isKnown ? 1 : 0)
  }

  /// One step.
  ///
  /// - Parameters:
  ///   - error: excess of queued frames; negative: too few.
  ///   - measured: the ratio of both clocks. It decides where the error has run away, as after a step of a clock.
  /// - Returns: the ratio at the end of the block; it moves there linearly.
  @_noLocks @_noAllocation
  package mutating func step(error: Double, measured: Double) -> Double {
    let distance = min(max(error - mean, -limit), limit)
    mean += meanShare * distance
    let most = min(range, 200e-6 / coefficients.proportional)
    let limited = min(max(mean + distance, -most), most)
    first += coefficients.pole * (coefficients.proportional * limited - first)
    second += coefficients.pole * (first - second)
    integral += coefficients.integral * second
    if gear == 0 && seconds < 1 { integral = measured - 1 }
    let slope = Self.mostSlope * block / rate
    let wanted = min(max(second + integral, -Self.mostDeviation), Self.mostDeviation)
    ratio += min(max(1 + wanted - ratio, -slope), slope)
    changeGear()
    return ratio
  }

  // MARK: Gears

  /// The largest error of one look, beyond the mean, and the largest mean.
  private var limit: Double { @_noLocks @_noAllocation get { gear == 0 ? 2 * block : gear == 1 ? 16 : 6 } }
  private var range: Double { @_noLocks @_noAllocation get { gear == 0 ? 4 * block : gear == 1 ? block : block / 2 } }

  @_noLocks @_noAllocation
  private mutating func changeGear() {
    seconds += block / rate
    secondsOff = abs(mean) > 2 ? secondsOff + block / rate : 0
    // A change of coefficients alone does not move the ratio.
    if gear > 0 && abs(mean) > max(4, min(block / 8, 24)) {
      shift(to: 0)
    } else if gear >= 2 && secondsOff > 0.15 / Self.bandwidth(gear: gear) {
      shift(to: gear &- 1)
    } else if gear < 5 && seconds > Self.stay(gear: gear) && abs(mean) < max(3, block / 16) {
      shift(to: gear &+ 1)
    }
  }

  @_noLocks @_noAllocation
  private mutating func shift(to next: Int) {
    gear = next
    (seconds, secondsOff) = (0, 0)
    coefficients = Self.coefficients(gear: next, block: block, rate: rate)
  }

  @_noLocks @_noAllocation
  private static func coefficients(gear: Int, block: Double, rate: Double) -> Coefficients {
    // Long blocks leave less room.
    let w = min(2 * Double.pi * bandwidth(gear: gear) * block / rate, 0.08)
    return Coefficients(pole: 1 - exponential(-8 * w), proportional: 2 * w / block, integral: w / 2)
  }

  /// Hz.
  @_noLocks @_noAllocation
  private static func bandwidth(gear: Int) -> Double {
    switch gear {
    case 0: 0.5
    case 1: 0.3
    case 2: 0.1
    case 3: 0.03
    case 4: 0.01
    default: 0.003
    }
  }

  /// The least seconds in a gear.
  @_noLocks @_noAllocation
  private static func stay(gear: Int) -> Double {
    switch gear {
    case 0: 1.5
    case 1: 4
    case 2: 10
    case 3: 25
    default: 60
    }
  }
}

@inline(__always) @_semantics("no_performance_analysis")
private func exponential(_ x: Double) -> Double { exp(x) }
