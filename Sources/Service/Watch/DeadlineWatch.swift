import Engine

/// Finds blocks that take longer than they last, one after the other: no queue makes up for that.
package struct DeadlineWatch {
  package enum Finding {
    case kept
    /// Each block has been late for some time; the share of the deadline that they took.
    case overload(Double)
    /// None has been late for some time after that.
    case recovered
  }

  private var last: EngineStatus.Load?
  private var lastBlocks = 0
  private var isOverloaded = false
  private var quietSeconds = 0.0

  private static let leastBlocks = 8
  /// Of late blocks in a row: what was changed a moment ago is judged sooner, as there is something to go back to.
  private static let leastSeconds = (changed: 0.03, proven: 1.0)
  private static let recoverySeconds = 2.0

  package init() {}

  /// - Parameters:
  ///   - seconds: the time of a block.
  ///   - isChanging: whether two convolvers may be at work, which is over soon.
  ///   - isOnTrial: whether what is heard was changed a moment ago.
  package mutating func look(
    _ load: EngineStatus.Load, blocks: Int, block seconds: Double, isChanging: Bool, isOnTrial: Bool
  ) -> Finding {
    defer { (last, lastBlocks) = (load, blocks) }
    guard let last, blocks > lastBlocks else { return .kept }
    quietSeconds = load.missed > last.missed ? 0 : quietSeconds + Double(blocks - lastBlocks) * seconds
    if isOverloaded && quietSeconds >= Self.recoverySeconds {
      isOverloaded = false
      return .recovered
    }
    let share = (load.mean * Double(blocks) - last.mean * Double(lastBlocks)) / Double(blocks - lastBlocks)
    let late = Double(load.missedInARow) * share * seconds
    let least = isOnTrial ? Self.leastSeconds.changed : Self.leastSeconds.proven
    guard !isOverloaded, !isChanging, load.missedInARow >= Self.leastBlocks, late >= least else { return .kept }
    isOverloaded = true
    return .overload(share)
  }

  /// Forgets that there was an overload: what caused it is not heard any more.
  mutating func forget() { isOverloaded = false }
}
