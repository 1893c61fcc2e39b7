import Synchronization

/// How often something may be done, by each address and by all: a bucket for each, which fills again with time.
final class Rates: Sendable {
  struct Rate: Sendable {
    /// At once, after a rest.
    var burst: Double
    var aSecond: Double
  }

  private struct Bucket {
    var left: Double
    var time: ContinuousClock.Instant
  }

  private struct State {
    var all: Bucket
    var each: [ClientAddress: Bucket] = [:]
  }

  private let each: Rate
  private let all: Rate
  private let state: Mutex<State>
  private let now: @Sendable () -> ContinuousClock.Instant
  /// Addresses that are remembered. Further ones share a bucket.
  private static let mostAddresses = 1_024

  init(each: Rate, all: Rate, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    (self.each, self.all, self.now) = (each, all, now)
    state = Mutex(State(all: Bucket(left: all.burst, time: now())))
  }

  /// Takes one from the address' bucket, and from that of all.
  ///
  /// - Parameter isKnown: whether the bucket of all may be empty.
  /// - Returns: nil, or the seconds to wait, with nothing taken.
  func take(for address: ClientAddress, isKnown: Bool = false) -> Int? {
    let time = now()
    return state.withLock { state in
      let key = Self.key(address, &state, each, time)
      var own = Self.filled(state.each[key] ?? Bucket(left: each.burst, time: time), each, time)
      state.all = Self.filled(state.all, all, time)
      defer { state.each[key] = own }
      if own.left < 1 { return Self.wait(own, each) }
      if state.all.left < 1, !isKnown { return Self.wait(state.all, all) }
      own.left -= 1
      state.all.left = max(0, state.all.left - 1)
      return nil
    }
  }

  /// What was taken was not needed.
  func giveBack(for address: ClientAddress) {
    state.withLock { state in
      state.all.left = min(all.burst, state.all.left + 1)
      let key = state.each[address] == nil ? ClientAddress.others : address
      if let left = state.each[key]?.left { state.each[key]?.left = min(each.burst, left + 1) }
    }
  }

  private static func filled(_ bucket: Bucket, _ rate: Rate, _ time: ContinuousClock.Instant) -> Bucket {
    let seconds = max(0, (time - bucket.time) / .seconds(1))
    return Bucket(left: min(rate.burst, bucket.left + seconds * rate.aSecond), time: time)
  }

  private static func wait(_ bucket: Bucket, _ rate: Rate) -> Int { max(1, Int(((1 - bucket.left) / rate.aSecond).rounded(.up))) }

  /// Full buckets need not be remembered.
  private static func key(_ address: ClientAddress, _ state: inout State, _ rate: Rate, _ time: ContinuousClock.Instant) -> ClientAddress {
    if state.each[address] != nil || state.each.count < mostAddresses { return address }
    state.each = state.each.filter { filled($0.value, rate, time).left < rate.burst }
    return state.each.count < mostAddresses ? address : .others
  }
}
