/// A device's clock, as its positions show it: a delay-locked loop of the second order.
///
/// Positions are read late, by as much as the thread that reads them, and may move in steps. The loop follows them slowly, so that
/// two clocks can be compared at one time to a hundredth of a frame. Real-time safe; owns nothing.
///
/// Source: F. Adriaensen, Using a DLL to filter time (2005), for steps of any length.
public struct DeviceClock: Sendable {
  /// Seconds that a frame lasts.
  public private(set) var secondsPerFrame: Double
  private let rate: Double
  /// Frames between two looks, about: what the bandwidth is scaled by.
  private let step: Double
  /// Where the loop believes the device to have been.
  private var time = 0.0
  private var frames = 0.0
  /// Seconds since the first look.
  private var age = -1.0
  /// Whether the rate is known from before the last restart.
  private var isRateKnown: Bool
  /// Since the first look, until it is old.
  private var looks = 0.0

  /// - Parameters:
  ///   - rate: the nominal rate, in Hz.
  ///   - step: frames between two looks.
  ///   - deviation: what was found before; nil: nothing.
  public init(rate: Int, step: Int, deviation: Double? = nil) {
    self.rate = Double(rate)
    self.step = Double(step)
    secondsPerFrame = 1 / (Double(rate) * (1 + (deviation ?? 0)))
    isRateKnown = deviation != nil
  }

  /// How far the device's rate is from the nominal one, as a share.
  public var deviation: Double { @_noLocks @_noAllocation get { 1 / (secondsPerFrame * rate) - 1 } }

  /// Whether the device has moved since the restart.
  public var isMoving: Bool { @_noLocks @_noAllocation get { age >= 0 } }

  /// Begins with the next look, since the device was stopped; the rate stays.
  @_noLocks @_noAllocation
  public mutating func restart() {
    isRateKnown = isRateKnown || age > 1
    age = -1
  }

  /// Takes a look in: the device has moved `frames` frames in all by `time`, in seconds.
  ///
  /// - Parameter bandwidth: of the loop once it has settled, in Hz.
  @_noLocks @_noAllocation
  public mutating func observe(frames seen: Int, at now: Double, bandwidth: Double) {
    guard age >= 0 else {
      // How long a device takes to start is not its clock's.
      guard seen > 0 else { return }
      (time, frames, age, looks) = (now, Double(seen), 0, 1)
      return
    }
    let moved = Double(seen) - frames
    guard moved > 0 else { return }
    let isYoung = age < 0.5
    let predicted = time + moved * secondsPerFrame
    let late = now - predicted
    // One late look must not move what thousands have found.
    let small = min(max(late, -1e-4), 1e-4)
    let omega = min(2 * Double.pi * (isYoung && !isRateKnown ? 3 : bandwidth) * step / rate, 0.2)
    let steps = min(moved / step, 2)
    looks += 1
    // The square root of two is that of a damped loop. Where only the time is unknown, the mean of all looks tells it best.
    let share = max(0x1.6a09e667f3bcdp0 * omega * steps, isYoung && isRateKnown ? 1 / looks : 0)
    time = predicted + share * (isYoung ? late : small)
    secondsPerFrame += omega * omega * steps * (isYoung && !isRateKnown ? late : small) / step
    secondsPerFrame = min(max(secondsPerFrame, 0.99 / rate), 1.01 / rate)
    frames = Double(seen)
    age += moved / rate
  }

  /// Frames moved by `now`, a time near the last look.
  @_noLocks @_noAllocation
  public func frames(at now: Double) -> Double { frames + (now - time) / secondsPerFrame }
}
