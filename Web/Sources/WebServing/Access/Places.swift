import Synchronization

/// How much there is of something that is held for a while, for all and for each address.
final class Places: Sendable {
  let all: Int
  let each: Int
  private let taken = Mutex<[ClientAddress: Int]>([:])

  init(all: Int, each: Int) { (self.all, self.each) = (all, each) }

  /// Returns whether there was one.
  func take(for address: ClientAddress) -> Bool {
    taken.withLock { taken in
      let own = taken[address] ?? 0
      guard own < each, taken.values.reduce(0, +) < all else { return false }
      taken[address] = own + 1
      return true
    }
  }

  func giveBack(of address: ClientAddress) {
    taken.withLock { taken in
      let left = (taken[address] ?? 1) - 1
      taken[address] = left == 0 ? nil : left
    }
  }

  var count: Int { taken.withLock { $0.values.reduce(0, +) } }
}
