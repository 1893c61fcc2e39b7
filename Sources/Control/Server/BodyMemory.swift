/// The bytes of one body, and the share of memory that they have.
///
/// Memory is taken once where the length is known, and before the bytes come. Otherwise it grows by fours, so that the larger piece and
/// the one that is copied take less than twice the bytes of the largest body.
struct BodyMemory {
  private(set) var bytes: [UInt8] = []
  /// Bytes of the share.
  private(set) var taken = 0
  private let share: Allowance
  private let user: UInt32
  private let freeBytes: @Sendable () -> Int

  /// What is asked for without a look at the memory that is free, and what a body of unknown length has first.
  private static let least = 1 << 20

  init(_ share: Allowance, of user: UInt32, freeBytes: @escaping @Sendable () -> Int) {
    (self.share, self.user, self.freeBytes) = (share, user, freeBytes)
  }

  /// Appends a piece. Returns false, and is as before, where there is no memory for it.
  ///
  /// - Parameters:
  ///   - length: of the whole body; nil: nobody knows.
  ///   - limit: what no body is longer than.
  mutating func append(_ piece: some Collection<UInt8>, length: Int?, limit: Int) -> Bool {
    let count = bytes.count + piece.count
    guard count <= taken || grow(to: room(for: count, length, limit)) else { return false }
    bytes += piece
    return true
  }

  /// Gives its share back, and the memory.
  mutating func release() {
    share.giveBack(taken, of: user)
    (bytes, taken) = ([], 0)
  }

  private func room(for count: Int, _ length: Int?, _ limit: Int) -> Int {
    if let length, length >= count, length <= limit { return length }
    var room = Self.least
    while room < count { room *= 4 }
    return max(count, min(room, limit))
  }

  /// Until what is there has been copied, both are in memory.
  private mutating func grow(to count: Int) -> Bool {
    guard share.take(count, for: user) else { return false }
    guard count < Self.least || count <= freeBytes() else {
      share.giveBack(count, of: user)
      return false
    }
    bytes.reserveCapacity(count)
    share.giveBack(taken, of: user)
    taken = count
    return true
  }
}
