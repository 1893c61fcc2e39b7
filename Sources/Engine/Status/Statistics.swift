import BlockProcessing
import Synchronization

/// The audio thread's counters. It writes and others read, without waiting: each figure is right, but two of them may belong to
/// different blocks.
struct Statistics: ~Copyable, @unchecked Sendable {
  /// Iterations of the audio thread's loop, with or without devices.
  let iterations = Atomic<Int>(0)
  let blocks = Atomic<Int>(0)
  let busyNanoseconds = Atomic<Int>(0)
  let longestNanoseconds = Atomic<Int>(0)
  /// Blocks that took longer than they last.
  let missed = Atomic<Int>(0)
  /// The latest consecutive ones of them, up to the last block.
  let missedInARow = Atomic<Int>(0)
  let loads = LoadCounts()
  let captureXruns = Atomic<Int>(0)
  let playbackXruns = Atomic<Int>(0)
  /// The stalled device: 0 none, 1 the capture device, 2 the playback device.
  let stalledDirection = Atomic<Int>(0)
  let clipped = Atomic<Int>(0)
  let changes = Atomic<Int>(0)
  /// One for each `EngineStatus.Counter`.
  private let counters: UnsafeMutablePointer<Atomic<Int>>
  /// Whether the last block was faulty.
  let isFaulty = Atomic<Bool>(false)
  /// The delay from capture to playback; -1: not measured.
  let measuredFrames = Atomic<Int>(-1)
  let isSettled = Atomic<Bool>(false)
  /// The bits of a float64.
  private let ratePPM = Atomic<UInt64>(0)
  /// The largest magnitudes since the last call of `takePeak`: inputs, then outputs, as the bits of a float64.
  private let peaks: UnsafeMutablePointer<Atomic<UInt64>>
  private let channels: Int

  init(channels: Int) {
    self.channels = channels
    counters = .allocate(capacity: EngineStatus.Counter.allCases.count)
    for counter in EngineStatus.Counter.allCases { (counters + counter.rawValue).initialize(to: Atomic(0)) }
    peaks = .allocate(capacity: channels)
    for channel in 0..<channels { (peaks + channel).initialize(to: Atomic(0)) }
  }

  deinit {
    counters.deallocate()
    peaks.deallocate()
  }

  // MARK: On the audio thread

  @_noLocks @_noAllocation
  func count(busy nanoseconds: Int, deadline: Int) {
    blocks.add(1, ordering: .relaxed)
    busyNanoseconds.add(nanoseconds, ordering: .relaxed)
    longestNanoseconds.max(nanoseconds, ordering: .relaxed)
    loads.count(millionths: nanoseconds &* 1_000_000 / deadline)
    guard nanoseconds > deadline else { return missedInARow.store(0, ordering: .relaxed) }
    missed.add(1, ordering: .relaxed)
    missedInARow.add(1, ordering: .relaxed)
  }

  @_noLocks @_noAllocation
  func count(_ counter: EngineStatus.Counter, _ amount: Int = 1) { counters[counter.rawValue].add(amount, ordering: .relaxed) }

  @_noLocks @_noAllocation
  func note(faulty: Bool) {
    if faulty { count(.faultyBlocks) }
    isFaulty.store(faulty, ordering: .relaxed)
  }

  @_noLocks @_noAllocation
  func follow(_ clock: (isSettled: Bool, ppm: Double)) {
    isSettled.store(clock.isSettled, ordering: .relaxed)
    ratePPM.store(clock.ppm.bitPattern, ordering: .relaxed)
  }

  @_noLocks @_noAllocation
  func meter(_ samples: UnsafePointer<Double>, count: Int, channel: Int) {
    // Numbers that are not negative have the same order as their bits.
    peaks[channel].max(largestMagnitude(samples, count: count).bitPattern, ordering: .relaxed)
  }

  // MARK: On the control side

  /// Adds the former engine's counters, except times and peaks.
  func inherit(_ other: borrowing Statistics) {
    captureXruns.add(other.captureXruns.load(ordering: .relaxed), ordering: .relaxed)
    playbackXruns.add(other.playbackXruns.load(ordering: .relaxed), ordering: .relaxed)
    clipped.add(other.clipped.load(ordering: .relaxed), ordering: .relaxed)
    changes.add(other.changes.load(ordering: .relaxed), ordering: .relaxed)
    for counter in EngineStatus.Counter.allCases { count(counter, other.value(counter)) }
  }

  func value(_ counter: EngineStatus.Counter) -> Int { counters[counter.rawValue].load(ordering: .relaxed) }

  /// Captured frames for each played one, less 1, in millionths.
  var ppm: Double { Double(bitPattern: ratePPM.load(ordering: .relaxed)) }

  /// The largest magnitude of a channel since the last call.
  func takePeak(_ channel: Int) -> Double { Double(bitPattern: peaks[channel].exchange(0, ordering: .relaxed)) }
}
