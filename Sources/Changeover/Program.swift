import Convolution

/// What the audio thread runs: a convolver, and the history that it and its successor are warmed from.
///
/// Handed over whole. Made and freed by the control side only.
package struct Program: ~Copyable {
  package var convolver: Convolver
  package let history: InputHistory
  /// For each input, where in the history the block is that is being absorbed.
  let views: UnsafeMutablePointer<UnsafePointer<Double>>

  /// The least that a history holds, in frames: a longer kernel that comes later finds so much of its past.
  static let leastHistoryFrames = 131_072

  init(_ convolver: consuming Convolver) {
    let (block, inputs) = (convolver.block, convolver.inputs)
    history = InputHistory(block: block, inputs: inputs, frames: max(convolver.reach, Self.leastHistoryFrames))
    views = .allocate(capacity: inputs)
    self.convolver = convolver
  }

  deinit { views.deallocate() }

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

  /// Everything that the audio thread touches.
  package var regions: [UnsafeRawBufferPointer] { convolver.regions + [history.region] }
}

/// Programs travel between threads as pointers, which need neither lock nor reference count.
package typealias ProgramPointer = UnsafeMutablePointer<Program>

package func makeProgram(_ convolver: consuming Convolver) -> ProgramPointer {
  let pointer = ProgramPointer.allocate(capacity: 1)
  pointer.initialize(to: Program(convolver))
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
  package mutating func warm(from live: borrowing InputHistory) {
    while true {
      convolver.reset()
      let newest = live.position
      let kept = max(0, newest - min(history.capacity - history.slack, live.capacity - live.slack))
      history.begin(at: kept)
      if copy(live, to: max(kept, newest - reach)) && follow(live) { return }
    }
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

  /// Absorbs all blocks but the newest. Returns whether every block was still there then.
  private mutating func follow(_ live: borrowing InputHistory) -> Bool {
    while history.position < live.position - 1 {
      let index = history.position
      absorb(index, from: live)
      guard live.holds(index) else { return false }
    }
    return true
  }
}
