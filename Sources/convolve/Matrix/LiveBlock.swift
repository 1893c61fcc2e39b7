import NumPy

/// How many frames of a live sound are convolved at once.
enum LiveBlock {
  /// A block costs a window of each path, whatever it holds: it is so long that this is a small share of its time, by the shipped costs
  /// of a fast processor. Slower ones, and what else a block costs, take some times as much.
  private static let mostLoad = 1.0 / 16
  private static let fewest = 64
  /// By which the smallest windows are chosen.
  static let usualFrames = 1_024

  /// - Parameter rate: Hz.
  static func frames(_ sums: [RoundedSum], rate: Int) -> Int {
    let seconds = sums.reduce(0) { $0 + $1.seconds(outputs: 1) }
    return max(fewest, Int((min(seconds, 60) * Double(rate) / mostLoad).rounded(.up)))
  }
}
