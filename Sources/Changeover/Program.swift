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
  /// Blocks that a history holds beyond the longest kernel: the time for another thread to copy them.
  static let slackBlocks = 256

  init(_ convolver: consuming Convolver) {
    let (block, inputs) = (convolver.block, convolver.inputs)
    let frames = max(convolver.reach, Self.leastHistoryFrames)
    history = InputHistory(block: block, inputs: inputs, capacity: (frames + block - 1) / block + Self.slackBlocks)
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
    for input in 0..<history.inputs { views[input] = UnsafePointer(other.samples(index, input: input)) }
    history.append(views)
    convolver.absorb(views)
  }

  /// The same, with the output computed: what it carries into the next block is then complete.
  @_noLocks @_noAllocation
  mutating func process(_ index: Int, from other: borrowing InputHistory, to y: UnsafePointer<UnsafeMutablePointer<Double>>) {
    for input in 0..<history.inputs { views[input] = UnsafePointer(other.samples(index, input: input)) }
    history.append(views)
    convolver.process(views, to: y)
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
  package mutating func warm(from live: borrowing InputHistory) {
    while true {
      convolver.reset()
      let start = max(0, live.position - min(reach, live.capacity - Self.slackBlocks))
      history.begin(at: start)
      if follow(live) { return }
    }
  }

  /// Returns whether every block was still there when it had been copied.
  private mutating func follow(_ live: borrowing InputHistory) -> Bool {
    while history.position < live.position - 1 {
      let index = history.position
      absorb(index, from: live)
      guard live.holds(index) else { return false }
    }
    return true
  }
}
