import Synchronization

/// The addresses that have shown a right token last.
final class KnownAddresses: Sendable {
  private let addresses = Mutex<[ClientAddress]>([])
  private static let most = 64

  func contains(_ address: ClientAddress) -> Bool { addresses.withLock { $0.contains(address) } }

  func insert(_ address: ClientAddress) {
    addresses.withLock { addresses in
      if addresses.last == address { return }
      addresses.removeAll { $0 == address }
      addresses = addresses.suffix(Self.most - 1) + [address]
    }
  }
}
