import Convolution

/// What the audio thread runs: a convolver, and the history that it and its successor are warmed from.
///
/// Handed over whole. Made and freed by the control side only.
package struct Program: ~Copyable {
  package internal(set) var convolver: Convolver
  package let history: InputHistory
  /// How it comes in.
  let fade: Fade
  /// For each input, where in the history the block is that is being absorbed.
  let views: UnsafeMutablePointer<UnsafePointer<Double>>

  /// The least that a history holds, in frames: a longer kernel that comes later finds so much of its past.
  static let leastHistoryFrames = 131_072

  /// Times the history's blocks that are absorbed before warming gives up.
  private static let mostRounds = 8

  init(_ convolver: consuming Convolver, fadeFrames: Int) {
    let (block, inputs) = (convolver.block, convolver.inputs)
    history = InputHistory(block: block, inputs: inputs, frames: Self.historyFrames(reach: convolver.reach))
    fade = Fade(frames: fadeFrames)
    views = .allocate(capacity: inputs)
    self.convolver = convolver
  }

  deinit { views.deallocate() }

  private static func historyFrames(reach: Int) -> Int { max(reach, leastHistoryFrames) }

  /// What the history of a convolver takes whose kernels end within `reach` frames.
  package static func historyBytes(block: Int, inputs: Int, reach: Int) -> Int {
    InputHistory.byteCount(block: block, inputs: inputs, frames: historyFrames(reach: reach))
  }

  /// Blocks before the present one that reach into it.
  var reach: Int {
    (convolver.reach + convolver.block - 1) / convolver.block + 1
  }

  /// Copies block `index` from another history into this one and the convolver.
  @_noLocks @_noAllocation
  mutating func absorb(_ index: Int, from other: borrowing InputHistory) {
    view(index, of: other)
    history.append(views)
    convolver.absorb(views)
  }

  /// The same, with the output computed: what it carries into the next block is then complete.
  @_noLocks @_noAllocation
  mutating func process(_ index: Int, from other: borrowing InputHistory, to y: UnsafePointer<UnsafeMutablePointer<Double>>) {
    view(index, of: other)
    history.append(views)
    convolver.process(views, to: y)
  }

  @_noLocks @_noAllocation
  private func view(_ index: Int, of other: borrowing InputHistory) {
    for input in 0..<history.inputs { views[input] = UnsafePointer(other.samples(index, input: input)) }
  }

  /// Forgets every input. Real-time safe but for its time: O(history and state).
  @inline(__always) @_semantics("no_performance_analysis")
  mutating func reset() {
    history.reset()
    convolver.reset()
  }

  /// Everything that the audio thread touches.
  package var regions: [UnsafeRawBufferPointer] { convolver.regions + [history.region, fade.region] }
}

/// Programs travel between threads as pointers, which need neither lock nor reference count.
package typealias ProgramPointer = UnsafeMutablePointer<Program>

/// - Parameter fadeFrames: the length of the fade by which it comes in; up to 1, it is there from one frame to the next.
package func makeProgram(_ convolver: consuming Convolver, fadeFrames: Int) -> ProgramPointer {
  let pointer = ProgramPointer.allocate(capacity: 1)
  pointer.initialize(to: Program(convolver, fadeFrames: fadeFrames))
  return pointer
}

package func freeProgram(_ pointer: ProgramPointer) {
  pointer.deinitialize(count: 1)
  pointer.deallocate()
}

// Warming, on the control side.
extension Program {
  /// Brings the convolver to the present of a history that the audio thread goes on appending to.
  ///
  /// It starts anew where the audio thread overtook it. The newest block and perhaps a few more are left to the audio
  /// thread, which computes the last of them whole: what it carries into the next block is then complete.
  ///
  /// The history takes over all that it can hold, not only what the convolver hears: a longer one may come next.
  ///
  /// Returns false where it gives up, since blocks come as fast as they are absorbed: faster than in real time.
  package mutating func warm(from live: borrowing InputHistory) -> Bool {
    var budget = Self.mostRounds * live.capacity
    while budget > 0 {
      convolver.reset()
      let newest = live.position
      let kept = max(0, newest - min(history.capacity - history.slack, live.capacity - live.slack))
      history.begin(at: kept)
      if copy(live, to: max(kept, newest - reach)) && follow(live, &budget) { return true }
    }
    return false
  }

  /// Takes the blocks before `end` into the history alone. Returns whether every block was still there then.
  private func copy(_ live: borrowing InputHistory, to end: Int) -> Bool {
    while history.position < end {
      let index = history.position
      view(index, of: live)
      history.append(views)
      guard live.holds(index) else { return false }
    }
    return true
  }

  /// Absorbs all blocks but the newest, `budget` at most. Returns whether every block was still there then.
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
