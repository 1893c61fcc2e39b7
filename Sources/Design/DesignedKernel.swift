import Numbers

/// A kernel that was made from words, and how it ends.
public struct DesignedKernel: Sendable, Equatable {
  /// Why there are no more taps.
  public enum End: Sendable, Equatable {
    /// Nothing was left.
    case complete
    /// What was left had become negligible: `dB` of the largest |H|.
    case settled(limit: Double)
    /// There are as many taps as there may be.
    case longest
    /// There are as many taps as the exact kernel has, and `cutOff` bounds how far |H| is from it.
    case approximated
  }

  public var taps: [Double]
  /// Taps before time 0: what linear phase costs.
  public var delayFrames = 0
  public var end = End.complete
  /// A bound on the sum of the magnitudes of what was cut off, and so on what |H| lacks, as a share of the largest |H|.
  public var cutOff = 0.0
  /// What whoever gave the words should know.
  public var notes: [String] = []

  public init(taps: [Double], delayFrames: Int = 0, end: End = .complete, cutOff: Double = 0, notes: [String] = []) {
    (self.taps, self.delayFrames, self.end, self.cutOff, self.notes) = (taps, delayFrames, end, cutOff, notes)
  }

  /// Says how long the kernel became, and what it lacks where that may be noticed.
  public var summary: String {
    let delay = delayFrames == 0 ? "" : ", time 0 at tap \(delayFrames)"
    let lack = end == .longest && cutOff > Magnitude.audible ? ", cut off: \(share) of the largest gain" : ""
    return "\(taps.count) \(taps.count == 1 ? "tap" : "taps")" + delay + lack
  }

  /// Says where and why it ends, and what was cut off; nil: nothing was.
  public var ending: String? {
    switch end {
    case .complete: nil
    case .settled(let limit): "where less than \(decimal(limit, places: 0)) dB of the largest gain are left; cut off: \(share)"
    case .longest: "with the most taps that it may have; cut off: \(share) of the largest gain"
    case .approximated: "with as many taps as it was made from; |H| differs by \(share) of the largest gain"
    }
  }

  private var share: String { cutOff == 0 ? "nothing" : "at most \(decimal(decibels(cutOff), places: 1, rounded: .up)) dB" }
}
