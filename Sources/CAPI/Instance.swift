import Buffers
import CConvolved
import CIntrinsics
import BlockProcessing
import Convolution
import Glibc
import Synchronization
import Vector

/// A convolver as C holds it, through a pointer: the state of the processing thread, and that of threads that change routes.
struct Instance: ~Copyable, @unchecked Sendable {
  let shape: Shape
  private let handover = Handover()
  /// Whether a thread warms from the history or resets it.
  private let historyInUse = Atomic<Bool>(false)
  private let changes: Mutex<Changes>
  private var processor: BlockProcessor
  /// Blocks of float64, for float32 samples that go through it, and for inputs that are read after the output is written.
  private let x: SamplePlanes
  private let y: SamplePlanes

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
    x = SamplePlanes(channels: shape.inputs, frames: shape.block)
    y = SamplePlanes(channels: shape.outputs, frames: shape.block)
  }

  // MARK: On the processing thread

  /// Convolves one block. Returns false, and does nothing, if a channel is missing.
  ///
  /// Samples go through float64 only if the convolver is one of float64, or while routes change.
  @_noLocks @_noAllocation
  mutating func process(_ input: UnsafePointer<UnsafePointer<Float>?>, to output: UnsafePointer<UnsafeMutablePointer<Float>?>) -> Bool {
    guard let sources = complete(input, shape.inputs), let targets = complete(output, shape.outputs) else { return false }
    let mode = flushDenormals()
    let isChanging = processor.beginChange(from: handover)
    if case .float32 = shape.precision, !isChanging {
      processor.process(sources, to: targets)
    } else {
      x.read(sources)
      convolve(x.planes.readOnly, to: y.planes.pointers)
      y.write(to: targets)
    }
    setFloatMode(mode)
    return true
  }

  @_noLocks @_noAllocation
  mutating func process(_ input: UnsafePointer<UnsafePointer<Double>?>, to output: UnsafePointer<UnsafeMutablePointer<Double>?>) -> Bool {
    guard let sources = complete(input, shape.inputs), let targets = complete(output, shape.outputs) else { return false }
    let mode = flushDenormals()
    if processor.beginChange(from: handover) {
      x.read(sources)
      convolve(x.planes.readOnly, to: targets)
    } else {
      convolve(sources, to: targets)
    }
    setFloatMode(mode)
    return true
  }

  /// Convolves one block; `x` and `y` may be the same memory unless routes change.
  @_noLocks @_noAllocation
  private mutating func convolve(_ x: UnsafePointer<UnsafePointer<Double>>, to y: UnsafePointer<UnsafeMutablePointer<Double>>) {
    if let left = processor.process(x, to: y, open: true) { handover.give(back: left) }
  }

  /// Forgets every input. Returns false if another thread reads the history.
  @_noLocks @_noAllocation
  mutating func reset() -> Bool {
    if historyInUse.exchange(true, ordering: .acquiring) { return false }
    _ = processor.beginChange(from: handover)
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

/// The samples of every channel; nil where one is missing.
@inline(__always)
private func complete<S>(_ list: UnsafePointer<UnsafePointer<S>?>, _ channels: Int) -> UnsafePointer<UnsafePointer<S>>? {
  for channel in 0..<channels where list[channel] == nil { return nil }
  return UnsafeRawPointer(list).assumingMemoryBound(to: UnsafePointer<S>.self)
}

@inline(__always)
private func complete<S>(_ list: UnsafePointer<UnsafeMutablePointer<S>?>, _ channels: Int) -> UnsafePointer<UnsafeMutablePointer<S>>? {
  for channel in 0..<channels where list[channel] == nil { return nil }
  return UnsafeRawPointer(list).assumingMemoryBound(to: UnsafeMutablePointer<S>.self)
}

@inline(__always) @_semantics("no_performance_analysis")
private func flushDenormals() -> UInt {
  let mode = processor_float_mode()
  let flushing = processor_flushing_float_mode(mode)
  // A change of mode costs as much as some hundred products.
  if flushing != mode { processor_set_float_mode(flushing) }
  return mode
}

@inline(__always) @_semantics("no_performance_analysis")
private func setFloatMode(_ mode: UInt) {
  if processor_flushing_float_mode(mode) != mode { processor_set_float_mode(mode) }
}
