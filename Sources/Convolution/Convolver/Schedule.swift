/// Spreads the operations of every level over its slots, so that all slots take about the same time.
///
/// A level's window has as many slots as it is slots long, and its operations stay in order. The levels are taken in slot,
/// small ones first: a larger one fills what they leave, along a straight line of cumulative cost.
struct Schedule {
  /// For each level: the operations of slot j are cuts[j]..<cuts[j+1].
  private(set) var cuts: [[Int]] = []
  /// Predicted ns of each slot, over the longest level's period.
  private(set) var nanoseconds: [Double] = [0]

  /// - Parameter levels: for each level its number of slots, a power of two, and its operations' costs. Turns ascend.
  init(_ levels: [(slots: Int, costs: [Double])]) {
    for level in levels { add(slots: level.slots, costs: level.costs) }
  }

  private mutating func add(slots: Int, costs: [Double]) {
    let before = (0..<slots).map { nanoseconds[$0 % nanoseconds.count] }
    let line = (costs.reduce(0, +) + before.reduce(0, +)) / Double(slots)
    var own = [Double](repeating: 0, count: slots)
    var cut = [0]
    var (index, done, below) = (0, 0.0, 0.0)
    for slot in 0..<slots {
      below += before[slot]
      let wanted = Double(slot + 1) * line - below
      while index < costs.count, slot == slots - 1 || done + costs[index] / 2 <= wanted {
        done += costs[index]
        own[slot] += costs[index]
        index += 1
      }
      cut.append(index)
    }
    cuts.append(cut)
    nanoseconds = (0..<slots).map { before[$0] + own[$0] }
  }
}
