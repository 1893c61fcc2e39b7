/// What a section should do, at any rate.
public struct SectionForm: Sendable, Equatable {
  /// `gain` is in dB.
  public enum Kind: Sendable, Equatable {
    case peaking(gain: Double)
    /// The gain is that of the frequencies far below, or above; at the frequency it is half of it, in dB.
    case lowShelf(gain: Double), highShelf(gain: Double)
    case lowPass, highPass, bandPass, notch, allPass
    /// Of first order, without a width.
    case lowPass1, highPass1, allPass1
    case lowShelf1(gain: Double), highShelf1(gain: Double)
  }

  public enum Width: Sendable, Equatable {
    case q(Double)
    /// Of a bandwidth, in octaves: between the points of half the gain in dB, or of -3 dB.
    case octaves(Double)
    /// S of a shelf: 1 is the steepest without an overshoot; it is the slope in dB/octave divided by 12.
    case slope(Double)
  }

  public var kind: Kind
  /// Hz.
  public var frequency: Double
  public var width: Width

  public init(_ kind: Kind, at frequency: Double, _ width: Width = .q(0.5.squareRoot())) {
    (self.kind, self.frequency, self.width) = (kind, frequency, width)
  }

  /// dB; 0 where the kind has none.
  var gain: Double {
    switch kind {
    case .peaking(let gain), .lowShelf(let gain), .highShelf(let gain), .lowShelf1(let gain), .highShelf1(let gain): gain
    default: 0
    }
  }

  /// The largest gain, in dB, that is taken for one.
  static let largestGain = 150.0

  /// - Throws: a value is none at any rate.
  public func validate() throws(DesignError) {
    guard frequency.isFinite, frequency > 0 else {
      throw DesignError(found: "\(shown(frequency)) Hz", "a frequency is above 0 Hz: write Fc 1000 Hz")
    }
    guard gain.magnitude <= Self.largestGain else {
      throw DesignError(found: "\(shown(gain)) dB", "a filter's gain is at most \(Int(Self.largestGain)) dB either way: is it in dB?")
    }
    switch width {
    case .q(let q):
      guard q > 0, q <= 1e6 else {
        throw DesignError(found: "Q \(shown(q))", "Q is above 0 and at most 1000000: write Q 0.7 for a broad filter")
      }
    case .octaves(let octaves):
      guard octaves > 0, octaves <= 20 else {
        throw DesignError(found: "BW Oct \(shown(octaves))", "a bandwidth is above 0 and at most 20 octaves: write BW Oct 1")
      }
    case .slope(let slope):
      guard slope > 0, slope <= 1e6 else {
        throw DesignError(
          found: "\(shown(12 * slope)) dB", "a slope is above 0 dB an octave: write LSC 12 dB for the steepest without an overshoot")
      }
    }
  }

  /// Whether the filter does nothing, since its frequency is not below half of `rate`, and all that it does lies around it or above.
  ///
  /// - Throws: it would do something, which no section at this rate does; or the frequency is too low for the rate.
  func isBeyond(rate: Double) throws(DesignError) -> Bool {
    // Below that, 1 + a1 + a2 has fewer than four digits.
    guard frequency >= rate * 2e-7 else {
      throw DesignError(
        found: "\(shown(frequency)) Hz",
        "the frequency is too low for a rate of \(shown(rate)) Hz: write 0.1 Hz or more, or leave the filter out")
    }
    guard frequency >= rate / 2 else { return false }
    switch kind {
    case .peaking, .highShelf, .highShelf1, .lowPass, .lowPass1, .notch, .allPass, .allPass1: return true
    case .lowShelf, .lowShelf1, .highPass, .highPass1, .bandPass:
      throw DesignError(
        found: "\(shown(frequency)) Hz",
        "its frequency is not below half of the rate, \(shown(rate / 2)) Hz: choose a lower one, or leave the filter out")
    }
  }
}

/// A number without a needless ".0".
func shown(_ value: Double) -> String { value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)" }
