import ControlAPI
import Glibc
import Numbers
import Terminal

/// The histogram of the load in characters: a line a bucket, from the first that has blocks to the last.
///
/// Bars are logarithmic, so that one late block among millions shows.
struct LoadChart {
  private let histogram: Status.Load.Histogram

  init(_ histogram: Status.Load.Histogram) { self.histogram = histogram }

  /// None where nothing was counted.
  ///
  /// - Parameter rows: the most lines; the first one then counts all buckets below it, too.
  func lines(columns: Int, rows: Int = .max, block: String = "█") -> [String] {
    // A daemon says what it likes: no count is below 0, and no sum overflows.
    let counts = histogram.blocks.map { max(0, $0) }
    guard rows > 0, counts.count == histogram.bounds.count + 1, let first = counts.firstIndex(where: { $0 > 0 }),
      let last = counts.lastIndex(where: { $0 > 0 })
    else { return [] }
    let start = max(first, last - min(rows, counts.count) + 1)
    var blocks = counts
    blocks[start] = counts[first...start].saturatedSum
    let most = log2(Double(blocks[start...last].max()!) + 1)
    return (start...last).map { bucket in
      let isLast = bucket == histogram.bounds.count
      let share = isLast ? "above " + percent(histogram.bounds.last ?? 0) : "to " + percent(histogram.bounds[bucket])
      let width = Int((log2(Double(blocks[bucket]) + 1) / most * Double(max(8, columns - 28))).rounded(.up))
      let bar = width > 0 ? "  " + String(repeating: block, count: width) : ""
      return share.right(11) + "\(blocks[bucket])".right(12) + bar
    }
  }

  /// Three digits.
  private func percent(_ share: Double) -> String { Numbers.percent(share, places: share < 0.0999 ? 2 : share < 0.999 ? 1 : 0) }
}
