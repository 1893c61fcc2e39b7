import Buffers
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
  /// The tails' kernels, for the next program to reuse.
  package let preparedTails: [PreparedMatrix]
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
  /// The block of another history that is being absorbed.
  private let taken: Planes

  /// The least that a history holds, in frames: as much of its past finds a longer kernel that comes later.
  static let leastHistoryFrames = 131_072

  /// Times the history's blocks that are absorbed before warming gives up.
  private static let mostRounds = 8

  init(_ convolver: consuming Convolver, tails plans: [TailPlan], reusing known: [PreparedMatrix], fadeFrames: Int) {
    let (block, inputs) = (convolver.block, convolver.inputs)
    tails = .allocate(capacity: max(1, plans.count))
    tailCount = plans.count
    for (index, plan) in plans.enumerated() {
      (tails + index).initialize(to: Tail(plan, block: block, reusing: index < known.count ? known[index] : nil))
    }
    preparedTails = plans.indices.map { [tails] in tails[$0].prepared }
    var frames = convolver.reach
    for index in plans.indices { frames = max(frames, tails[index].reach) }
    reach = (frames + block - 1) / block + 1
    history = InputHistory(block: block, inputs: inputs, frames: Self.historyFrames(reach: frames), precision: convolver.precision)
    fade = Fade(frames: fadeFrames)
    var sums = convolver.sums
    for index in plans.indices { tails[index].add(to: &sums) }
    self.sums = sums
    grids = OutputGrids(sums)
    taken = Planes(channels: inputs, frames: block)
    self.convolver = convolver
  }

  deinit {
    tails.deinitialize(count: tailCount)
    tails.deallocate()
  }

  private static func historyFrames(reach: Int) -> Int { max(reach, leastHistoryFrames) }

  /// Bytes of the history of a convolver whose kernels end within `reach` frames.
  package static func historyBytes(block: Int, inputs: Int, reach: Int, precision: Precision) -> Int {
    InputHistory.byteCount(block: block, inputs: inputs, frames: historyFrames(reach: reach), precision: precision)
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
    copy(index, of: other)
    absorb(taken.readOnly)
  }

  /// Claims the program for the caller; false if another thread has it. Nobody waits.
  @_noLocks @_noAllocation
  func claim() -> Bool { isClaimed.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged }

  @_noLocks @_noAllocation
  package func release() { isClaimed.store(false, ordering: .releasing) }

  @_noLocks @_noAllocation
  private func copy(_ index: Int, of other: borrowing InputHistory) {
    for input in 0..<history.inputs { other.copy(index, input: input, to: taken.pointers[input]) }
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
    convolver.regions + [history.region, taken.region, fade.region, grids.region] + (0..<tailCount).flatMap { tails[$0].regions }
  }
}

/// Programs travel between threads as pointers, which need neither lock nor reference count.
package typealias ProgramPointer = UnsafeMutablePointer<Program>

/// - Parameters:
///   - known: the tails' kernels of the program before: what has not changed is not computed again.
///   - fadeFrames: the length of the fade by which it comes in; 0 or 1 switches from one frame to the next.
package func makeProgram(
  _ convolver: consuming Convolver, tails: [TailPlan] = [], reusing known: [PreparedMatrix] = [], fadeFrames: Int
) -> ProgramPointer {
  let pointer = ProgramPointer.allocate(capacity: 1)
  pointer.initialize(to: Program(convolver, tails: tails, reusing: known, fadeFrames: fadeFrames))
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
  /// - Parameter isCancelled: asked for each block.
  /// - Returns: false if it gives up, since it was cancelled, or blocks come faster than they can be absorbed: faster than in real time.
  package mutating func warm(from live: borrowing InputHistory, isCancelled: () -> Bool = { false }) -> Bool {
    var budget = Self.mostRounds * live.capacity
    while budget > 0 && !isCancelled() {
      resetSums()
      let newest = live.position
      let kept = max(0, newest - min(history.capacity - history.slack, live.capacity - live.slack))
      history.begin(at: kept)
      if copy(live, to: max(kept, newest - reach), isCancelled) && follow(live, &budget, isCancelled) { return true }
    }
    return false
  }

  /// Copies the blocks before `end` into the history only. Returns whether none had been overwritten, and all were copied.
  private func copy(_ live: borrowing InputHistory, to end: Int, _ isCancelled: () -> Bool) -> Bool {
    while history.position < end {
      let index = history.position
      copy(index, of: live)
      history.append(taken.readOnly)
      guard live.holds(index), !isCancelled() else { return false }
    }
    return true
  }

  /// Brings the program up to date while the audio thread waits for it: for `begin` with `isFollowed`.
  ///
  /// - Returns: false where the audio thread has overtaken it, so that it has read what was overwritten. The program then stays
  ///   claimed, to be warmed anew without its tails' threads and released.
  package mutating func follow(_ live: borrowing InputHistory) -> Bool {
    guard claim() else { return true }
    while history.position < live.position {
      let index = history.position
      absorb(index, from: live)
      guard live.holds(index) else { return false }
    }
    release()
    return true
  }

  /// Absorbs all blocks but the newest, at most `budget`. Returns whether none had been overwritten, and all were absorbed.
  private mutating func follow(_ live: borrowing InputHistory, _ budget: inout Int, _ isCancelled: () -> Bool) -> Bool {
    while history.position < live.position - 1 {
      let index = history.position
      absorb(index, from: live)
      budget -= 1
      guard live.holds(index), budget > 0, !isCancelled() else { return false }
    }
    return true
  }
}
