/// Measures a device's clock by its positions: a delay-locked loop of the second order.
///
/// The thread reads positions late, and they may move in steps. The loop follows them slowly, so that two clocks can be compared
/// to a hundredth of a frame. Real-time safe; owns nothing.
///
/// Source: F. Adriaensen, Using a DLL to filter time (2005), for steps of any length.
package struct DeviceClock: Sendable {
  /// The duration of a frame, in seconds.
  package private(set) var secondsPerFrame: Double
  private let rate: Double
  /// Approximate frames between two looks: scales the bandwidth.
  private let step: Double
  /// The loop's estimate of the device's latest position, and of its time.
  private var time = 0.0
  private var frames = 0.0
  /// Seconds since the first look.
  private var age = -1.0
  /// Whether the rate was known before the last restart.
  private var isRateKnown: Bool
  /// Looks since the first one.
  private var looks = 0.0

  /// - Parameters:
  ///   - rate: the nominal rate, in Hz.
  ///   - step: frames between two looks.
  ///   - deviation: as measured before; nil: not measured.
  package init(rate: Int, step: Int, deviation: Double? = nil) {
    self.rate = Double(rate)
    self.step = Double(step)
    secondsPerFrame = 1 / (Double(rate) * (1 + (deviation ?? 0)))
    isRateKnown = deviation != nil
  }

  /// Deviation of the device's rate from the nominal one, as a share.
  package var deviation: Double { @_noLocks @_noAllocation get { 1 / (secondsPerFrame * rate) - 1 } }

  /// Whether the device has moved since the restart.
  package var isMoving: Bool { @_noLocks @_noAllocation get { age >= 0 } }

  /// Begins anew with the next look, after the device was stopped. Keeps the rate.
  @_noLocks @_noAllocation
  package mutating func restart() {
    isRateKnown = isRateKnown || age > 1
    age = -1
  }

  /// Takes in a look: by `now`, in seconds, the device has moved `seen` frames in all.
  ///
  /// - Parameter bandwidth: bandwidth of the settled loop, in Hz.
  @_noLocks @_noAllocation
  package mutating func observe(frames seen: Int, at now: Double, bandwidth: Double) {
    guard age >= 0 else {
      // A device's time to start says nothing of its clock.
      guard seen > 0 else { return }
      (time, frames, age, looks) = (now, Double(seen), 0, 1)
      return
    }
    let moved = Double(seen) - frames
    guard moved > 0 else { return }
    let isYoung = age < 0.5
    let predicted = time + moved * secondsPerFrame
    let late = now - predicted
    // One late look must not outweigh thousands.
    let small = min(max(late, -1e-4), 1e-4)
    let omega = min(2 * Double.pi * (isYoung && !isRateKnown ? 3 : bandwidth) * step / rate, 0.2)
    let steps = min(moved / step, 2)
    looks += 1
    // The square root of two makes a damped loop. Where only the time is unknown, the mean of all looks is its best estimate.
    let share = max(0x1.6a09e667f3bcdp0 * omega * steps, isYoung && isRateKnown ? 1 / looks : 0)
    time = predicted + share * (isYoung ? late : small)
    secondsPerFrame += omega * omega * steps * (isYoung && !isRateKnown ? late : small) / step
    secondsPerFrame = min(max(secondsPerFrame, 0.99 / rate), 1.01 / rate)
    frames = Double(seen)
    age += moved / rate
  }

  /// Frames that the device has moved by `now`, a time near the last look.
  @_noLocks @_noAllocation
  package func frames(at now: Double) -> Double { frames + (now - time) / secondsPerFrame }
}
