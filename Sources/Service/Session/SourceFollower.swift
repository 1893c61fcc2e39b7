import ALSA

/// Whether a capture device's source plays at the rate that a session is made for.
struct SourceFollower {
  /// ALSA's name of the capture device.
  let device: String
  /// Hz.
  let rate: Int
  /// Reads the source's rate; nil: not found yet, or gone.
  private(set) var control: SourceControl?
  /// The rate that was asked for, as long as the source plays at it.
  private var askedRate: Int?
  private var refusal: String?
  /// Whether the source played at the session's rate at the last look.
  private var isHeard = false
  /// When the source was first seen to have stopped; nil: it plays, or the devices were closed for it.
  private var stopped: ContinuousClock.Instant?

  /// For which the devices stay open after the source was seen to have stopped, a fiftieth of a second late at most: what is on its way is
  /// heard, and between two tracks nothing closes.
  private static let linger = Duration.milliseconds(80)

  /// Whether the source has only just stopped: the next look must come soon.
  var isLingering: Bool { stopped.map { $0.duration(to: .now) < Self.linger } ?? false }

  init(device: String, rate: Int, control: SourceControl?) { (self.device, self.rate, self.control) = (device, rate, control) }

  enum Finding {
    /// At the session's rate, or has only just stopped.
    case plays
    /// The devices are to be closed.
    case silent(cause: String)
    /// The devices are to be closed, since something is missing.
    case lacking(cause: String)
    /// Kernels of this rate are needed. Said once.
    case asks(rate: Int, cause: String)
  }

  /// - Parameter found: what a search for the source's controls has found, where they were not known.
  mutating func look(_ found: Result<SourceControl, DeviceError>? = nil) -> Finding {
    do throws(DeviceError) {
      if control == nil { control = try found?.get() }
      if let state = control?.state() { return finding(state) }
      control = nil
      return .lacking(cause: "capture device \(device) is gone")
    } catch {
      return .lacking(cause: error.description)
    }
  }

  private mutating func finding(_ state: SourceControl.State) -> Finding {
    switch state {
    case .closed:
      (askedRate, refusal) = (nil, nil)
      if isHeard { (isHeard, stopped) = (false, .now) }
      if isLingering { return .plays }
      stopped = nil
      return .silent(cause: "nothing plays into \(device), whose rate is followed")
    case .playing(rate):
      (askedRate, refusal, isHeard, stopped) = (nil, nil, true, nil)
      return .plays
    case .playing(let other):
      let cause = "the source plays at \(other) Hz, whose kernels are being prepared"
      if askedRate == other {
        return refusal.map { .lacking(cause: "the source plays at \(other) Hz: \($0)") } ?? .silent(cause: cause)
      }
      (askedRate, refusal) = (other, nil)
      return .asks(rate: other, cause: cause)
    }
  }

  /// - Parameter cause: why there are no kernels for the rate that was asked for.
  mutating func refuse(_ rate: Int, _ cause: String) { if askedRate == rate { refusal = cause } }
}
