import Convolution
import Synchronization
import Vector

/// A convolver with its input history, from which it and its successor are warmed: what the audio thread runs.
///
/// Handed over as one. Only the control side makes and frees it.
package struct Program: ~Copyable {
  package internal(set) var convolver: Convolver
  /// The late taps, which other threads convolve.
  package let tails: UnsafeMutablePointer<Tail>
  package let tailCount: Int
  /// Whether the audio thread has it. Until then its tails are convolved by the thread that warms it.
  var isLive = false
  /// Whether it was given back because its output was not finite while it faded in.
  package internal(set) var isRejected = false
  package let history: InputHistory
  /// The fade by which it comes in.
  let fade: Fade
  /// For each output, the sums of the convolver and its tails.
  package let sums: [OutputSums]
  private let grids: OutputGrids
  /// Earlier blocks on which the present one's output depends.
  let reach: Int
  /// Whether a thread is at work on it: the control side while it brings it up to date, then the audio thread for good.
  private let isClaimed = Atomic<Bool>(false)
  /// For each input, the place in the history of the block that is being absorbed.
  let views: UnsafeMutablePointer<UnsafeRawPointer>

  /// The least that a history holds, in frames: as much of its past finds a longer kernel that comes later.
  static let leastHistoryFrames = 131_072

  /// Times the history's blocks that are absorbed before warming gives up.
  private static let mostRounds = 8

  init(_ convolver: consuming Convolver, tails plans: [TailPlan], fadeFrames: Int, history precision: Precision) {
    precondition(precision == .float64 || plans.isEmpty, "tails take samples of float64")
    let (block, inputs) = (convolver.block, convolver.inputs)
    tails = .allocate(capacity: max(1, plans.count))
    tailCount = plans.count
    for (index, plan) in plans.enumerated() { (tails + index).initialize(to: Tail(plan, block: block)) }
    var frames = convolver.reach
    for index in plans.indices { frames = max(frames, tails[index].reach) }
    reach = (frames + block - 1) / block + 1
    history = InputHistory(block: block, inputs: inputs, frames: Self.historyFrames(reach: frames), precision: precision)
    fade = Fade(frames: fadeFrames)
    var sums = convolver.sums
    for index in plans.indices { tails[index].add(to: &sums) }
    self.sums = sums
    grids = OutputGrids(sums)
    views = .allocate(capacity: inputs)
    self.convolver = convolver
  }

  deinit {
    views.deallocate()
    tails.deinitialize(count: tailCount)
    tails.deallocate()
  }

  private static func historyFrames(reach: Int) -> Int { max(reach, leastHistoryFrames) }

  /// Bytes of the history of a convolver whose kernels end within `reach` frames.
  package static func historyBytes(block: Int, inputs: Int, reach: Int) -> Int {
    InputHistory.byteCount(block: block, inputs: inputs, frames: historyFrames(reach: reach))
  }

  /// Convolves one block from `x` to `y`, and moves sums to the grid on which they lie, where they lie on one.
  @_noLocks @_noAllocation
  mutating func process(_ x: UnsafePointer<UnsafePointer<Double>>, to y: UnsafePointer<UnsafeMutablePointer<Double>>) {
    remember(x)
    convolver.process(x, to: y)
    for index in 0..<tailCount {
      tails[index].add(to: y)
      tails[index].put(x, atOnce: !isLive)
    }
    grids.snap(y)
  }

  /// Convolves one block of float32 samples. Precondition: there is no tail, and no sum lies on a grid.
  @_noLocks @_noAllocation
  mutating func process(_ x: UnsafePointer<UnsafePointer<Float>>, to y: UnsafePointer<UnsafeMutablePointer<Float>>) {
    history.append(x)
    convolver.process(x, to: y)
  }

  /// Takes in one block without an output.
  @_noLocks @_noAllocation
  mutating func absorb(_ x: UnsafePointer<UnsafePointer<Double>>) {
    remember(x)
    convolver.absorb(x)
    for index in 0..<tailCount { tails[index].put(x, atOnce: !isLive) }
  }

  @_noLocks @_noAllocation
  private func remember(_ x: UnsafePointer<UnsafePointer<Double>>) {
    grids.take(x, from: history.position &* history.block, frames: history.block)
    history.append(x)
  }

  /// Copies block `index` from another history into this one and the convolver.
  @_noLocks @_noAllocation
  mutating func absorb(_ index: Int, from other: borrowing InputHistory) {
    view(index, of: other)
    if other.precision == .float64 { return absorb(views(of: Double.self)) }
    history.append(views(of: Float.self))
    convolver.absorb(views(of: Float.self))
  }

  /// Claims the program for the caller; false if another thread has it. Nobody waits.
  @_noLocks @_noAllocation
  func claim() -> Bool { isClaimed.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged }

  @_noLocks @_noAllocation
  func release() { isClaimed.store(false, ordering: .releasing) }

  @_noLocks @_noAllocation
  private func view(_ index: Int, of other: borrowing InputHistory) {
    for input in 0..<history.inputs { views[input] = UnsafeRawPointer(other.samples(index, input: input)) }
  }

  @inline(__always)
  private func views<S>(of sample: S.Type) -> UnsafePointer<UnsafePointer<S>> {
    UnsafeRawPointer(views).assumingMemoryBound(to: UnsafePointer<S>.self)
  }

  /// Forgets every input. Real-time safe but for its time: O(history and state).
  @inline(__always) @_semantics("no_performance_analysis")
  mutating func reset() {
    history.reset()
    resetSums()
  }

  /// Forgets every input but the history.
  private mutating func resetSums() {
    convolver.reset()
    grids.reset()
    for index in 0..<tailCount { tails[index].reset() }
  }

  /// Everything that the audio thread touches.
  package var regions: [UnsafeRawBufferPointer] {
    convolver.regions + [history.region, fade.region, grids.region] + (0..<tailCount).flatMap { tails[$0].regions }
  }
}

/// Programs travel between threads as pointers, which need neither lock nor reference count.
package typealias ProgramPointer = UnsafeMutablePointer<Program>

/// - Parameters:
///   - fadeFrames: the length of the fade by which it comes in; 0 or 1 switches from one frame to the next.
///   - history: the precision in which inputs are kept, equal in all programs that follow each other. Float32 is for convolvers of
///     float32 without tails.
package func makeProgram(
  _ convolver: consuming Convolver, tails: [TailPlan] = [], fadeFrames: Int, history: Precision = .float64
) -> ProgramPointer {
  let pointer = ProgramPointer.allocate(capacity: 1)
  pointer.initialize(to: Program(convolver, tails: tails, fadeFrames: fadeFrames, history: history))
  return pointer
}

package func freeProgram(_ pointer: ProgramPointer) {
  pointer.deinitialize(count: 1)
  pointer.deallocate()
}

// Warming, on the control side.
extension Program {
  /// Brings the convolver up to date with a history that the audio thread keeps appending to.
  ///
  /// Starts anew if the audio thread has overtaken it. Leaves the newest block, and perhaps a few more, to `follow` or to the
  /// audio thread. Copies all of the history that there is room for, not only what the convolver needs: a longer one may come next.
  ///
  /// Returns false if it gives up, since blocks come faster than they can be absorbed: faster than in real time.
  package mutating func warm(from live: borrowing InputHistory) -> Bool {
    var budget = Self.mostRounds * live.capacity
    while budget > 0 {
      resetSums()
      let newest = live.position
      let kept = max(0, newest - min(history.capacity - history.slack, live.capacity - live.slack))
      history.begin(at: kept)
      if copy(live, to: max(kept, newest - reach)) && follow(live, &budget) { return true }
    }
    return false
  }

  /// Copies the blocks before `end` into the history only. Returns whether none had been overwritten.
  private func copy(_ live: borrowing InputHistory, to end: Int) -> Bool {
    while history.position < end {
      let index = history.position
      view(index, of: live)
      if live.precision == .float64 { history.append(views(of: Double.self)) } else { history.append(views(of: Float.self)) }
      guard live.holds(index) else { return false }
    }
    return true
  }

  /// Brings the program up to date while the audio thread waits for it: for `begin` with `isFollowed`.
  package mutating func follow(_ live: borrowing InputHistory) {
    guard claim() else { return }
    while history.position < live.position { absorb(history.position, from: live) }
    release()
  }

  /// Absorbs all blocks but the newest, at most `budget`. Returns whether none had been overwritten.
  private mutating func follow(_ live: borrowing InputHistory, _ budget: inout Int) -> Bool {
    while history.position < live.position - 1 {
      let index = history.position
      absorb(index, from: live)
      budget -= 1
      guard live.holds(index), budget > 0 else { return false }
    }
    return true
  }
}
