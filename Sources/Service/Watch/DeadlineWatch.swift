import Engine

/// Finds blocks, or tails, that take longer than they last, one after the other: no queue makes up for that.
package struct DeadlineWatch {
  package enum Finding {
    case kept
    /// Each block has been late for some time; the share of the deadline that they took.
    case overload(Double)
    /// None has been late for some time after that.
    case recovered
  }

  package enum Late: CaseIterable, Sendable {
    /// On the audio thread.
    case blocks
    /// On other threads, so that blocks go without them.
    case tails
  }

  package let late: Late
  private var lastLate: Int?
  private var lastBlocks = 0
  private var lastMean = 0.0
  private var lastInARow = 0
  private var isOverloaded = false
  private var quietSeconds = 0.0

  private static let leastBlocks = 8
  private static let recoverySeconds = 2.0

  package init(_ late: Late) { self.late = late }

  /// Whether the next look must come soon: some were late at the last one, or the overload is not over.
  package var isRestless: Bool { isOverloaded || lastInARow > 0 }

  /// Of late blocks in a row: what was changed a moment ago is judged sooner, as there is something to go back to. Without a tail
  /// there is sound, and a thread that was held up comes up to date.
  private func leastSeconds(isOnTrial: Bool) -> Double { late == .tails ? 2 : isOnTrial ? 0.03 : 1 }

  /// - Parameters:
  ///   - seconds: the time of a block.
  ///   - isChanging: whether two convolvers may be at work, which is over soon.
  ///   - isOnTrial: whether what is heard was changed a moment ago.
  package mutating func look(
    _ load: EngineStatus.Load, blocks: Int, block seconds: Double, isChanging: Bool, isOnTrial: Bool
  ) -> Finding {
    let (count, inARow) = late == .blocks ? (load.missed, load.missedInARow) : (load.late, load.lateInARow)
    defer { (lastLate, lastBlocks, lastMean, lastInARow) = (count, blocks, load.mean, inARow) }
    guard let lastLate, blocks > lastBlocks else { return .kept }
    quietSeconds = count > lastLate ? 0 : quietSeconds + Double(blocks - lastBlocks) * seconds
    if isOverloaded && quietSeconds >= Self.recoverySeconds {
      isOverloaded = false
      return .recovered
    }
    let mean = (load.mean * Double(blocks) - lastMean * Double(lastBlocks)) / Double(blocks - lastBlocks)
    let (share, time) = late == .blocks ? (mean, mean * seconds) : (load.tails, seconds)
    guard !isOverloaded, !isChanging, inARow >= Self.leastBlocks, Double(inARow) * time >= leastSeconds(isOnTrial: isOnTrial) else {
      return .kept
    }
    isOverloaded = true
    return .overload(share)
  }

  /// Forgets that there was an overload: what caused it is not heard any more.
  mutating func forget() { isOverloaded = false }
}
