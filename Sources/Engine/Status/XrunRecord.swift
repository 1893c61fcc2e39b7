import ALSA
import Synchronization

/// Counts xruns by cause, and keeps them on their way from the audio thread to the control side.
///
/// Keeps 64 at most until they are collected; counts all.
package struct XrunRecord: ~Copyable, @unchecked Sendable {
  private let slots: UnsafeMutablePointer<Xrun>
  private let counts: UnsafeMutablePointer<Atomic<Int>>
  private let written = Atomic<Int>(0)
  private let taken = Atomic<Int>(0)

  private static var capacity: Int { @_noLocks @_noAllocation get { 64 } }

  package init() {
    slots = .allocate(capacity: Self.capacity)
    let none = Xrun(DeviceFault(direction: .capture, errno: 0), Xrun.Times(busy: 0, queue: 0, unserved: 0, buffered: 0), at: 0)
    slots.initialize(repeating: none, count: Self.capacity)
    counts = .allocate(capacity: Xrun.Cause.allCases.count)
    for cause in 0..<Xrun.Cause.allCases.count { (counts + cause).initialize(to: Atomic(0)) }
  }

  deinit {
    slots.deallocate()
    counts.deallocate()
  }

  /// Records an xrun. For the audio thread.
  @_noLocks @_noAllocation
  package func add(_ xrun: Xrun) {
    counts[Self.number(xrun.cause)].add(1, ordering: .relaxed)
    let number = written.load(ordering: .relaxed)
    guard number &- taken.load(ordering: .acquiring) < Self.capacity else { return }
    slots[number % Self.capacity] = xrun
    written.store(number &+ 1, ordering: .releasing)
  }

  /// The xruns since the last call, oldest first. For one thread at a time.
  package func collect() -> [Xrun] {
    let (first, end) = (taken.load(ordering: .relaxed), written.load(ordering: .acquiring))
    defer { taken.store(end, ordering: .releasing) }
    return (first..<end).map { slots[$0 % Self.capacity] }
  }

  /// Adds the former engine's counters.
  func inherit(_ other: borrowing XrunRecord) {
    for cause in 0..<Xrun.Cause.allCases.count { counts[cause].add(other.counts[cause].load(ordering: .relaxed), ordering: .relaxed) }
  }

  /// The count of each cause since the start.
  package var causes: [Xrun.Cause: Int] {
    Dictionary(uniqueKeysWithValues: Xrun.Cause.allCases.map { ($0, counts[Self.number($0)].load(ordering: .relaxed)) })
  }

  /// The index in `Xrun.Cause.allCases`.
  @_noLocks @_noAllocation
  private static func number(_ cause: Xrun.Cause) -> Int {
    switch cause {
    case .lateBlock: 0
    case .lateThread: 1
    case .device: 2
    case .stalled: 3
    case .suspended: 4
    case .apart: 5
    case .lost: 6
    }
  }
}
