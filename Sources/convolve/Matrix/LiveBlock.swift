import NumPy

/// How many frames of a live sound are convolved at once.
enum LiveBlock {
  /// A block costs a window of each path, whatever it holds: it is as long as leaves that a quarter of the time.
  private static let mostLoad = 0.25
  private static let fewest = 64
  /// By which the smallest windows are chosen.
  static let usualFrames = 1_024

  /// - Parameter rate: Hz.
  static func frames(_ sums: [RoundedSum], rate: Int) -> Int {
    let seconds = sums.reduce(0) { $0 + $1.seconds(outputs: 1) }
    return max(fewest, Int((min(seconds, 60) * Double(rate) / mostLoad).rounded(.up)))
  }
}
