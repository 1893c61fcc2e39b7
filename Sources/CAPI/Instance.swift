import Buffers
import CConvolved
import CIntrinsics
import BlockProcessing
import Convolution
import Glibc
import Synchronization

/// A convolver as C holds it, through a pointer: the state of the processing thread, and that of threads that change routes.
struct Instance: ~Copyable, @unchecked Sendable {
  let shape: Shape
  private let handover = Handover()
  /// Whether a thread warms from the history or resets it.
  private let historyInUse = Atomic<Bool>(false)
  private let changes: Mutex<Changes>
  private var processor: BlockProcessor
  private let x: Planes
  private let y: Planes

  /// The state of changes, as the threads that make them see it.
  private struct Changes: @unchecked Sendable {
    /// The program from whose history the next is warmed: it runs, or ran until `handed` took over.
    var live: ProgramPointer
    /// The program that has been handed over, until the one that it replaces has come back.
    var handed: ProgramPointer?
    /// Of the newest program's routes, as they were given.
    var responses: [ImpulseResponse]

    var newest: ProgramPointer { handed ?? live }
  }

  /// - Parameter routes: the convolver's.
  init(_ shape: Shape, _ convolver: consuming Convolver, _ routes: [Route]) {
    self.shape = shape
    let program = makeProgram(convolver, fadeFrames: 0)
    changes = Mutex(Changes(live: program, responses: routes.map(\.response)))
    processor = BlockProcessor(program: program, rampFrames: 0)
    x = Planes(channels: shape.inputs, frames: shape.block)
    y = Planes(channels: shape.outputs, frames: shape.block)
  }

  // MARK: On the processing thread

  /// Convolves one block. Returns false, and does nothing, if a channel is missing.
  @inline(__always)
  mutating func process<S: Sample>(
    _ input: UnsafePointer<UnsafePointer<S>?>, to output: UnsafePointer<UnsafeMutablePointer<S>?>
  ) -> Bool {
    guard let sources = x.complete(input), let targets = y.complete(output) else { return false }
    x.read(sources)
    convolve()
    y.write(to: targets)
    return true
  }

  /// Convolves one block from `x` to `y`.
  @_noLocks @_noAllocation
  private mutating func convolve() {
    let mode = flushDenormals()
    if !processor.isChanging, let program = handover.take() { processor.begin(program) }
    if let left = processor.process(x.readOnly, to: y.pointers, open: true) { handover.give(back: left) }
    setFloatMode(mode)
  }

  /// Forgets every input. Returns false if another thread reads the history.
  @_noLocks @_noAllocation
  mutating func reset() -> Bool {
    if historyInUse.exchange(true, ordering: .acquiring) { return false }
    if !processor.isChanging, let program = handover.take() { processor.begin(program) }
    if let left = processor.reset() { handover.give(back: left) }
    historyInUse.store(false, ordering: .releasing)
    return true
  }

  // MARK: On any thread

  /// Prepares, warms and hands over new routes.
  func replace(_ list: RouteList, fadeFrames: Int) throws(CallError) {
    try changes.withLock { (changes) throws(CallError) in
      settle(&changes)
      guard changes.handed == nil || handover.isWaiting else { throw Self.busy }
      let routes = try list.copied(for: shape.precision, reusing: changes.responses)
      let program = makeProgram(
        try shape.makeConvolver(routes, reusing: changes.newest.pointee.convolver.prepared), fadeFrames: fadeFrames)
      do throws(CallError) {
        try warmAndHandOver(program, &changes)
      } catch {
        freeProgram(program)
        throw error
      }
      changes.responses = routes.map(\.response)
    }
  }

  /// Whether a change is under way; frees the program that a finished one has replaced.
  func isChanging() -> Bool {
    changes.withLock { changes in
      settle(&changes)
      return changes.handed != nil
    }
  }

  func planDescription() -> String { changes.withLock { "\($0.newest.pointee.convolver.plan)" } }

  private static let busy = CallError(
    CONVOLVED_ERROR_BUSY, "the last change has not ended: try again when convolved_is_changing returns 0")

  private func settle(_ changes: inout Changes) {
    guard let handed = changes.handed, let left = handover.collect() else { return }
    freeProgram(left)
    (changes.live, changes.handed) = (handed, nil)
  }

  private func warmAndHandOver(_ program: ProgramPointer, _ changes: inout Changes) throws(CallError) {
    // A reset takes some milliseconds.
    while historyInUse.exchange(true, ordering: .acquiring) { usleep(200) }
    defer { historyInUse.store(false, ordering: .releasing) }
    guard program.pointee.warm(from: changes.live.pointee.history) else {
      throw CallError(
        CONVOLVED_ERROR_OVERTAKEN,
        "blocks are processed faster than new routes can be warmed with them: call convolved_replace between two blocks")
    }
    if changes.handed != nil {
      guard let withdrawn = handover.withdraw() else { throw Self.busy }
      freeProgram(withdrawn)
    }
    changes.handed = program
    handover.hand(over: program)
  }
}

@inline(__always) @_semantics("no_performance_analysis")
private func flushDenormals() -> UInt {
  let mode = processor_float_mode()
  _ = processor_flush_denormals()
  return mode
}

@inline(__always) @_semantics("no_performance_analysis")
private func setFloatMode(_ mode: UInt) { processor_set_float_mode(mode) }
