import Glibc

/// Which phase a kernel has for its magnitude.
public enum KernelPhase: Sendable, Equatable {
  /// The filters' own: a recursion's; of a response the one that it states, and minimum where it states none.
  case natural
  /// As early as the magnitude allows.
  case minimum
  /// One delay for all frequencies.
  case linear
  /// Linear above a frequency, in Hz, or below it, and minimum on the other side.
  case linearAbove(Double), linearBelow(Double)

  /// 1 where the phase is linear, 0 where it is minimum; from one to the other within an octave.
  func linearShare(at frequency: Double) -> Double {
    switch self {
    case .natural, .minimum: 0
    case .linear: 1
    case .linearAbove(let edge): Self.rise(frequency / edge)
    case .linearBelow(let edge): 1 - Self.rise(frequency / edge)
    }
  }

  private static func rise(_ ratio: Double) -> Double {
    let octaves = min(max(log2(ratio), -0.5), 0.5)
    return (1 + sin(.pi * octaves)) / 2
  }

  func validate(rate: Double) throws(DesignError) {
    switch self {
    case .natural, .minimum, .linear: return
    case .linearAbove(let edge), .linearBelow(let edge):
      guard edge > 0, edge < rate / 2 else {
        throw DesignError(
          found: "\(shown(edge)) Hz", "phase changes from linear to minimum above 0 Hz and below half of the rate, \(shown(rate / 2)) Hz")
      }
    }
  }
}
