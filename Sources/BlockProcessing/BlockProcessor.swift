import Buffers
import Convolution
import Synchronization

/// Processes one block on the audio thread, apart from devices: convolves, changes to a new program, ramps.
///
/// Everything but `init` is real-time safe.
package struct BlockProcessor: ~Copyable {
  let block: Int
  let outputs: Int
  private var current: ProgramPointer
  /// The program that is being caught up with, then faded to.
  private var incoming: ProgramPointer?
  private var change = Change.none
  /// Frames of the ramp from silence that are done: 0 is silent, `fade.frames` is open.
  private var opened: Int
  /// The curve of that ramp.
  private let fade: Fade
  /// The new program's output while it fades in.
  private let scratch: Planes
  /// Whether a block that is not finite is replaced by silence.
  private let isGuarded: Bool
  /// Whether the last block was silent because what was convolved was not finite.
  package private(set) var isFaulty = false

  private enum Change { case none, waiting(blocks: Int), catchingUp, fading(frames: Int) }

  /// Blocks for which the control side may bring a program up to date: some hundred milliseconds.
  private var mostBlocksWaited: Int { @_noLocks @_noAllocation get { max(8, 16_384 / block) } }

  /// The most blocks of history that a program takes in with one block while it catches up.
  private static var catchUpBlocks: Int { @_noLocks @_noAllocation get { 2 } }

  /// - Parameters:
  ///   - rampFrames: the length of the output's ramps from silence and back; with 0 it is open from the start.
  ///   - isGuarded: whether a block that is not finite is replaced by silence, and a new program that gives one is rejected.
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

  /// Blocks of input that are kept for this program or a later one.
  package var historyBlocks: Int { @_noLocks @_noAllocation get { current.pointee.history.capacity } }

  /// Whether the output is silent.
  package var isSilent: Bool { @_noLocks @_noAllocation get { opened == 0 } }

  package var regions: [UnsafeRawBufferPointer] { [fade.region, scratch.region] }

  /// Begins the change to `program`, which has been warmed; no other change is under way.
  ///
  /// - Parameter isFollowed: whether the control side keeps bringing it up to date, which costs the audio thread nothing.
  @_noLocks @_noAllocation
  package mutating func begin(_ program: ProgramPointer, isFollowed: Bool = false) {
    incoming = program
    change = isFollowed ? .waiting(blocks: 0) : .catchingUp
    if !isFollowed { program.pointee.isLive = true }
  }

  /// Begins the change to what has been handed over, if there is something and no change is under way. Returns whether one is.
  @_noLocks @_noAllocation
  @discardableResult
  package mutating func beginChange(from handover: borrowing Handover, isFollowed: Bool = false) -> Bool {
    if incoming == nil, let program = handover.take() { begin(program, isFollowed: isFollowed) }
    return incoming != nil
  }

  /// Ends the change at once; for a time when the output is silent anyway. Returns the program that it replaced; nil if there
  /// is no change, or the control side is still at work on the new program.
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

  /// Forgets every input, and ends a change that is under way. Returns the program that the change replaced.
  ///
  /// Precondition: nobody warms a program from the history meanwhile. Complexity: O(history and state), which may take
  /// longer than a block.
  @_noLocks @_noAllocation
  package mutating func reset() -> ProgramPointer? {
    let retired = finishChange()
    current.pointee.reset()
    return retired
  }

  /// Processes one block from `x` to `y`.
  ///
  /// FIR memory is finite: NaN and infinity leave with the history, then the output fades back in.
  ///
  /// - Parameters:
  ///   - x: full scale is 1. Where samples have few enough bits, sums are exact.
  ///   - y: those of `x`, if no change is under way and no program has tails; else apart from `x`.
  ///   - open: whether the output ramps to full gain, or to silence.
  /// - Returns: the program that a finished change replaced, or that was rejected.
  @_noLocks @_noAllocation
  package mutating func process(
    _ x: UnsafePointer<UnsafePointer<Double>>, to y: UnsafePointer<UnsafeMutablePointer<Double>>, open: Bool
  ) -> ProgramPointer? {
    if case .waiting(let blocks) = change { meet(blocks) }
    if case .catchingUp = change { catchUp() }
    current.pointee.process(x, to: y)
    isFaulty = isGuarded && !isFinite(y)
    let retired = crossFade(x, y)
    if isFaulty { opened = 0 }
    ramp(y, open: open && !isFaulty)
    return retired
  }

  /// Processes one block of float32 samples, as `process` does while no change is under way and the output is open.
  ///
  /// - Parameters:
  ///   - x: for each input a block; the program's history has float32 samples.
  ///   - y: for each output room for a block, which may be that of an input.
  @_noLocks @_noAllocation
  package mutating func process(_ x: UnsafePointer<UnsafePointer<Float>>, to y: UnsafePointer<UnsafeMutablePointer<Float>>) {
    current.pointee.process(x, to: y)
  }

  /// Makes the output silent at once; it ramps in again with the next block that is open.
  @_noLocks @_noAllocation
  package mutating func close() { opened = 0 }

  /// Takes in `blocks` blocks of silence for frames that were lost, and starts the ramp anew. Ends a fade that is under way: it
  /// would be inaudible, and if its own cost delays the blocks it would never end.
  @_noLocks @_noAllocation
  package mutating func skip(_ blocks: Int, silence: UnsafePointer<UnsafePointer<Double>>) {
    opened = 0
    for _ in 0..<blocks { current.pointee.absorb(silence) }
    guard let incoming, case .fading = change else { return }
    for _ in 0..<blocks { incoming.pointee.absorb(silence) }
    change = .fading(frames: incoming.pointee.fade.frames)
  }

  /// Takes the new program from the control side once it is up to date, or after some time as it is.
  @_noLocks @_noAllocation
  private mutating func meet(_ blocks: Int) {
    guard let incoming else { return }
    change = .waiting(blocks: blocks &+ 1)
    guard incoming.pointee.claim() else { return }
    incoming.pointee.isLive = true
    if incoming.pointee.history.position == current.pointee.history.position {
      change = .fading(frames: 0)
    } else if blocks >= mostBlocksWaited {
      change = .catchingUp
    } else {
      incoming.pointee.isLive = false
      incoming.pointee.release()
    }
  }

  /// Brings the new program up to date, a few blocks of history with each block.
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
    incoming.pointee.process(x, to: scratch.pointers)
    if isGuarded && !isFinite(UnsafePointer(scratch.pointers)) { return reject(incoming, afterFrames: faded) }
    let frames = incoming.pointee.fade.frames
    // The last weight is 1; a fade that was skipped has none left.
    let (weights, mixed) = (incoming.pointee.fade.weights + faded, min(block, max(0, frames &- 1 &- faded)))
    for output in 0..<outputs {
      let (old, new) = (y[output], scratch.pointers[output])
      // Where both agree, as in outputs that the change leaves alone, their difference is 0: exact sums stay so.
      for n in 0..<mixed { old[n] = old[n] + (new[n] - old[n]) * weights[n] }
      for n in mixed..<block { old[n] = new[n] }
    }
    guard faded &+ block >= frames else {
      change = .fading(frames: faded &+ block)
      return nil
    }
    return finishChange()
  }

  /// Ends the change and keeps the old program: at once if nothing of the new one was heard, else with a ramp from silence.
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

  /// Ends the change. Returns the program that it replaced; nil if there is no change.
  @_noLocks @_noAllocation
  private mutating func finishChange() -> ProgramPointer? {
    guard let incoming else { return nil }
    let retired = current
    current = incoming
    self.incoming = nil
    change = .none
    return retired
  }

  /// Ramps the output towards open or silent. At either end, samples are left as they are or set to zero, not multiplied.
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
