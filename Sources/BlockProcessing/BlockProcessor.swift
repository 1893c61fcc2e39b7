import Buffers
import Convolution
import Synchronization

/// What happens to one block on the audio thread, devices apart: convolve, change over to a new program, ramp.
///
/// Everything but `init` is real-time safe.
package struct BlockProcessor: ~Copyable {
  let block: Int
  let outputs: Int
  private var current: ProgramPointer
  /// The program that is being caught up with, then faded to.
  private var incoming: ProgramPointer?
  private var change = Change.none
  /// Frames that the output is into its ramp from silence: 0 is silent, `fade.frames` open.
  private var opened: Int
  /// The course of that ramp.
  private let fade: Fade
  /// The new program's output while it fades in.
  private let scratch: Planes
  /// Whether what is not finite is kept from the output.
  private let isGuarded: Bool
  private var width = SignalWidth()
  /// Whether the last block was silent because what was convolved was not finite.
  package private(set) var isFaulty = false

  private enum Change { case none, waiting(turns: Int), catchingUp, fading(frames: Int) }

  /// Turns in which a program may be brought to the present by the control side: some hundred milliseconds.
  private var mostTurns: Int { @_noLocks @_noAllocation get { max(8, 16_384 / block) } }

  /// Blocks that are taken in at most in one turn while a program catches up.
  private static var catchUpBlocks: Int { @_noLocks @_noAllocation get { 2 } }

  /// - Parameters:
  ///   - rampFrames: the length of the output's ramps from silence and back; 0 where it is open from the start.
  ///   - isGuarded: whether a block that is not finite is silent, and a new program that gives one is rejected.
  package init(program: ProgramPointer, rampFrames: Int, isGuarded: Bool = false) {
    current = program
    self.isGuarded = isGuarded
    program.pointee.isLive = true
    block = program.pointee.convolver.block
    outputs = program.pointee.convolver.outputs
    fade = Fade(frames: rampFrames)
    opened = rampFrames == 0 ? fade.frames : 0
    scratch = Planes(channels: outputs, frames: block)
  }

  deinit {
    freeProgram(current)
    if let incoming { freeProgram(incoming) }
  }

  /// Whether a change is under way.
  package var isChanging: Bool { @_noLocks @_noAllocation get { incoming != nil } }

  /// Blocks of the past that this or a later program may hear.
  package var historyBlocks: Int { @_noLocks @_noAllocation get { current.pointee.history.capacity } }

  /// Whether the output is silent.
  package var isSilent: Bool { @_noLocks @_noAllocation get { opened == 0 } }

  package var regions: [UnsafeRawBufferPointer] { [fade.region, scratch.region] }

  /// Begins the change to `program`, which has been warmed; no other change is under way.
  ///
  /// - Parameter isFollowed: whether the control side goes on bringing it up to the present, which costs the audio thread
  ///   nothing.
  @_noLocks @_noAllocation
  package mutating func begin(_ program: ProgramPointer, isFollowed: Bool = false) {
    incoming = program
    change = isFollowed ? .waiting(turns: 0) : .catchingUp
    if !isFollowed { program.pointee.isLive = true }
  }

  /// Ends the change at once, for a time when nothing is heard. Returns the program that it leaves behind; nil where there is
  /// none, or the control side is still at work on the new one.
  @_noLocks @_noAllocation
  package mutating func settle() -> ProgramPointer? {
    guard let incoming else { return nil }
    if case .waiting = change {
      guard incoming.pointee.claim() else { return nil }
      incoming.pointee.isLive = true
    }
    opened = 0
    return finishChange()
  }

  /// Forgets every input; a change that is under way is at its end. Returns the program that it leaves behind.
  ///
  /// Nobody warms a program from the history meanwhile. Complexity: O(history and state), more than a block may have time for.
  @_noLocks @_noAllocation
  package mutating func reset() -> ProgramPointer? {
    let retired = finishChange()
    current.pointee.reset()
    return retired
  }

  /// One block from `x` to `y`.
  ///
  /// Kernels have an end: what is not finite leaves them with what they hear of the past, and the output opens again.
  ///
  /// - Parameters:
  ///   - bits: those of the integers that the samples are, times 2^(1 - bits); nil: they are any numbers. As long as all that can
  ///     still be heard is integers, sums that lie on a grid coarser than the convolver's error are exact.
  ///   - open: whether the output is to be heard; it ramps there.
  /// - Returns: the program that a finished change has left behind, or that was rejected.
  @_noLocks @_noAllocation
  package mutating func process(
    _ x: UnsafePointer<UnsafePointer<Double>>, to y: UnsafePointer<UnsafeMutablePointer<Double>>, bits: Int? = nil, open: Bool
  ) -> ProgramPointer? {
    width.take(bits: bits ?? SignalWidth.any, remembered: current.pointee.history.capacity)
    if case .waiting(let turns) = change { meet(turns) }
    if case .catchingUp = change { catchUp() }
    current.pointee.process(x, to: y, width: width)
    isFaulty = isGuarded && !isFinite(y)
    let retired = crossFade(x, y)
    if isFaulty { opened = 0 }
    ramp(y, open: open && !isFaulty)
    return retired
  }

  /// Makes the output silent at once, to ramp in again where it is to be heard.
  @_noLocks @_noAllocation
  package mutating func close() { opened = 0 }

  /// Takes `blocks` blocks of silence in, for frames that were lost, and starts the ramp anew. A fade that was under way is at its
  /// end: it would be a fade in silence, and where blocks come too late because of it, it would have none.
  @_noLocks @_noAllocation
  package mutating func skip(_ blocks: Int, silence: UnsafePointer<UnsafePointer<Double>>) {
    opened = 0
    for _ in 0..<blocks { current.pointee.absorb(silence) }
    guard let incoming, case .fading = change else { return }
    for _ in 0..<blocks { incoming.pointee.absorb(silence) }
    change = .fading(frames: incoming.pointee.fade.frames)
  }

  /// Takes the new program from the control side once it is at the present, or after some time wherever it is.
  @_noLocks @_noAllocation
  private mutating func meet(_ turns: Int) {
    guard let incoming else { return }
    change = .waiting(turns: turns &+ 1)
    guard incoming.pointee.claim() else { return }
    incoming.pointee.isLive = true
    if incoming.pointee.history.position == current.pointee.history.position {
      change = .fading(frames: 0)
    } else if turns >= mostTurns {
      change = .catchingUp
    } else {
      incoming.pointee.isLive = false
      incoming.pointee.release()
    }
  }

  /// Brings the new program up to the present one, a few blocks a turn.
  @_noLocks @_noAllocation
  private mutating func catchUp() {
    guard let incoming else { return }
    for _ in 0..<Self.catchUpBlocks {
      let next = incoming.pointee.history.position
      guard next < current.pointee.history.position else { break }
      incoming.pointee.absorb(next, from: current.pointee.history)
    }
    if incoming.pointee.history.position == current.pointee.history.position { change = .fading(frames: 0) }
  }

  @_noLocks @_noAllocation
  private mutating func crossFade(
    _ x: UnsafePointer<UnsafePointer<Double>>, _ y: UnsafePointer<UnsafeMutablePointer<Double>>
  ) -> ProgramPointer? {
    guard let incoming, case .fading(let faded) = change else { return nil }
    incoming.pointee.process(x, to: scratch.pointers, width: width)
    if isGuarded && !isFinite(UnsafePointer(scratch.pointers)) { return reject(incoming, afterFrames: faded) }
    let frames = incoming.pointee.fade.frames
    let (weights, mixed) = (incoming.pointee.fade.weights + faded, min(block, frames &- faded))
    for output in 0..<outputs {
      let (old, new) = (y[output], scratch.pointers[output])
      for n in 0..<mixed { old[n] = old[n] * (1 - weights[n]) + new[n] * weights[n] }
      for n in mixed..<block { old[n] = new[n] }
    }
    guard faded &+ block >= frames else {
      change = .fading(frames: faded &+ block)
      return nil
    }
    return finishChange()
  }

  /// Ends the change with the old program, which goes on where nothing of the new one was heard, else comes in from silence.
  @_noLocks @_noAllocation
  private mutating func reject(_ program: ProgramPointer, afterFrames faded: Int) -> ProgramPointer {
    program.pointee.isRejected = true
    if faded > 0 { opened = 0 }
    incoming = nil
    change = .none
    return program
  }

  @_noLocks @_noAllocation
  private func isFinite(_ y: UnsafePointer<UnsafeMutablePointer<Double>>) -> Bool {
    for output in 0..<outputs where !areWithin(loudestOutput, y[output], count: block) { return false }
    return true
  }

  /// Returns the program that the change leaves behind, if there is a change.
  @_noLocks @_noAllocation
  private mutating func finishChange() -> ProgramPointer? {
    guard let incoming else { return nil }
    let retired = current
    current = incoming
    self.incoming = nil
    change = .none
    return retired
  }

  /// Moves the output towards open or silent. At either end it is left as it is, or set to zero: no multiplication.
  @_noLocks @_noAllocation
  private mutating func ramp(_ y: UnsafePointer<UnsafeMutablePointer<Double>>, open: Bool) {
    if open && opened == fade.frames { return }
    let start = opened
    for output in 0..<outputs {
      let samples = y[output]
      for n in 0..<block {
        let position = min(max(open ? start &+ n &+ 1 : start &- n &- 1, 0), fade.frames)
        samples[n] = position == 0 ? 0 : samples[n] * fade.weights[position &- 1]
      }
    }
    opened = min(max(open ? start &+ block : start &- block, 0), fade.frames)
  }
}
