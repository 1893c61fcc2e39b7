import Synchronization

/// An amount that all connections share: of connections, or of bytes in memory.
final class Allowance: Sendable {
  private let limit: Int
  private let taken = Atomic(0)

  init(limit: Int) { self.limit = limit }

  /// - Returns: whether there was so much left; if not, nothing is taken.
  func take(_ amount: Int) -> Bool {
    if taken.wrappingAdd(amount, ordering: .relaxed).newValue <= limit { return true }
    giveBack(amount)
    return false
  }

  func giveBack(_ amount: Int) { taken.wrappingSubtract(amount, ordering: .relaxed) }
}
