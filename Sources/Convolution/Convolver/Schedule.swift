/// Spreads the operations of every level over its turns, so that all turns take about the same time.
///
/// A level's frame has as many turns as it is turns long, and its operations stay in order. The levels are taken in turn,
/// small ones first: a larger one fills what they leave, along a straight line of cumulative cost.
struct Schedule {
  /// For each level: which operations belong to turn j: cuts[j]..<cuts[j+1].
  private(set) var cuts: [[Int]] = []
  /// Predicted ns of each turn, over the longest level's period.
  private(set) var loads: [Double] = [0]

  /// - Parameter levels: for each level its number of turns, a power of two, and its operations' costs. Turns ascend.
  init(_ levels: [(turns: Int, costs: [Double])]) {
    for level in levels { add(turns: level.turns, costs: level.costs) }
  }

  private mutating func add(turns: Int, costs: [Double]) {
    let before = (0..<turns).map { loads[$0 % loads.count] }
    let line = (costs.reduce(0, +) + before.reduce(0, +)) / Double(turns)
    var own = [Double](repeating: 0, count: turns)
    var cut = [0]
    var (index, done, below) = (0, 0.0, 0.0)
    for turn in 0..<turns {
      below += before[turn]
      let wanted = Double(turn + 1) * line - below
      while index < costs.count, turn == turns - 1 || done + costs[index] / 2 <= wanted {
        done += costs[index]
        own[turn] += costs[index]
        index += 1
      }
      cut.append(index)
    }
    cuts.append(cut)
    loads = (0..<turns).map { before[$0] + own[$0] }
  }
}
