// The way of a block, and the file of each step:
//
// 1. `take` converts samples into the input rings, slot by slot: SignalRings.swift.
// 2. `advance` gives each level its share of work whenever a slot is complete: Level.swift, `run(slot:frames:)`.
// 3. A level runs the operations that the schedule has put into this slot: Operation.swift says what they are. Forward ones
//    make an input's window a spectrum; inverse ones multiply spectra for an output, and add the result to its output ring.
// 4. Each operation is one call of a loop: VectorLoops.swift in Vector says in which file a loop is.
// 5. `finish` takes a block out of an output ring into the caller's samples, adding the direct taps before.
//
// What a block needs is made before the first one, in this order: Plan.swift cuts the kernels, PlanSearch.swift chooses how,
// PreparedMatrix.swift has them transformed, OperationList.swift and Schedule.swift say what is done when (ConvolverDraft.swift), and
// ConvolverLayout.swift puts it into memory.
import Buffers
import CIntrinsics
import Vector

/// Convolves blocks of several inputs with a sparse matrix of kernels, without latency beyond the block.
///
/// The first taps are summed directly; the others are cut into partitions of growing sizes, by overlap-add. In each level every
/// input is transformed once and every output once back, whatever the number of routes between them. The work of large levels
/// is spread over slots, so that all blocks take about the same time. Several routes may end in one output; an output without a
/// route is silent.
///
/// `init` allocates; `process`, `absorb` and `reset` are real-time safe. One thread at a time may call them.
/// Source: W. G. Gardner, "Efficient convolution without input-output delay", 1995; G. García, "Optimal filter partition
/// for efficient convolution with short input/output delay", 2002.
public struct Convolver: ~Copyable, @unchecked Sendable {
  public let inputs: Int
  public let outputs: Int
  public let plan: Plan
  public let precision: Precision
  /// The routes' kernels, for the next convolver to reuse.
  public let prepared: PreparedMatrix
  /// Frames for which an input sample affects the output.
  public let reach: Int
  /// For each output, what is known of its sums.
  public let sums: [OutputSums]
  private let loops: VectorLoops
  let layout: ConvolverLayout
  /// Frames taken so far, and slots done.
  private var position = 0
  private var slots = 0

  /// Frames taken at once.
  public var block: Int { @_noLocks @_noAllocation get { plan.block } }

  /// - Parameters:
  ///   - block: frames taken at once, at least one.
  ///   - inputs, outputs: channels, at least one each.
  ///   - plan: how to cut the kernels; the cheapest by default.
  ///   - costs: the times by which plans are compared; `shipped` by default.
  ///   - reusing: what another convolver has: a kernel of the same taps, gain, delay and plan is not computed again.
  ///   - threads: how many prepare kernels at once, of the calling one's priority; by default it does so alone.
  ///   - isCancelled: asked some hundred times a second, by each of them.
  /// - Throws: `routeOutOfRange`, `routeNotPossible`, `cancelled`.
  /// - Complexity: O(taps log taps) for each kernel.
  public init(
    block: Int, inputs: Int, outputs: Int, routes: [Route], plan: Plan? = nil, precision: Precision = .float64,
    instructionSet: InstructionSet = .best, costs: CostTable? = nil, reusing known: PreparedMatrix? = nil,
    threads: Int = 1, isCancelled: () -> Bool = { false }
  ) throws(ConvolutionError) {
    precondition(block >= 1 && inputs >= 1 && outputs >= 1 && (plan?.block ?? block) == block)
    for route in routes {
      guard 0..<inputs ~= route.from, 0..<outputs ~= route.to else {
        throw .routeOutOfRange(from: route.from, to: route.to, inputs: inputs, outputs: outputs)
      }
      guard route.gain.isFinite, route.delay >= 0 else { throw .routeNotPossible(gain: route.gain, delay: route.delay) }
    }
    let routes = routes.filter { !$0.extent.isEmpty }.sorted { $0.to < $1.to }
    let costs = costs ?? .shipped(precision)
    let shape = MatrixShape(block: block, inputs: inputs, outputs: outputs, routes: routes)
    let prepared = try PreparedMatrix(
      routes, PreparedMatrix.Task(shape: shape, precision: precision, instructionSet: instructionSet, costs: costs), plan: plan,
      reusing: known, threads: threads, isCancelled: isCancelled)
    let plan = prepared.plan
    let ends = Dictionary(grouping: zip(routes, prepared.kernels).map { (route: $0, kernel: $1) }) { $0.route.to }
    (self.inputs, self.outputs, self.plan, self.precision, self.prepared) = (inputs, outputs, plan, precision, prepared)
    sums = (0..<outputs).map { OutputSums(ends[$0] ?? [], plan: plan, precision: precision) }
    reach = shape.end
    loops = VectorLoops.table(precision, instructionSet)
    layout = ConvolverLayout(
      ConvolverDraft(
        prepared, inputs: inputs, outputs: outputs, routes: routes, loops: loops, precision: precision, costs: costs))
  }

  /// Convolves one block.
  ///
  /// - Parameters:
  ///   - x: for each input, `block` samples.
  ///   - y: for each output, room for `block` samples, all written; they may be those of `x`, which is read before.
  @_noLocks @_noAllocation
  public mutating func process(_ x: UnsafePointer<UnsafePointer<Double>>, to y: UnsafePointer<UnsafeMutablePointer<Double>>) {
    convolve(x, to: y)
  }

  /// Convolves one block of float32 samples.
  @_noLocks @_noAllocation
  public mutating func process(_ x: UnsafePointer<UnsafePointer<Float>>, to y: UnsafePointer<UnsafeMutablePointer<Float>>) {
    convolve(x, to: y)
  }

  /// Takes in one block as `process` does, without an output.
  @_noLocks @_noAllocation
  public mutating func absorb(_ x: UnsafePointer<UnsafePointer<Double>>) {
    takeOnly(x)
  }

  /// Takes in one block of float32 samples.
  @_noLocks @_noAllocation
  public mutating func absorb(_ x: UnsafePointer<UnsafePointer<Float>>) {
    takeOnly(x)
  }

  /// Forgets every input: returns to the state after `init`.
  public mutating func reset() {
    if position == 0 { return }
    layout.signals.base.initializeMemory(as: UInt8.self, repeating: 0, count: layout.signals.byteCount)
    for level in 0..<layout.levelCount { layout.levels.advanced(by: level).pointee.reset() }
    (position, slots) = (0, 0)
  }

  /// Everything that `process` reads or writes, to be locked in memory. Convolvers may share kernels.
  public var regions: [UnsafeRawBufferPointer] {
    [layout.signals.region, layout.tables.region] + prepared.transforms.map(\.region) + prepared.kernels.map(\.region)
  }

  @inline(__always)
  private mutating func convolve<S: BlockSample>(
    _ x: UnsafePointer<UnsafePointer<S>>, to y: UnsafePointer<UnsafeMutablePointer<S>>
  ) {
    take(x)
    for output in 0..<outputs { finish(output, to: y[output]) }
    position &+= block
  }

  @inline(__always)
  private mutating func takeOnly<S: BlockSample>(_ x: UnsafePointer<UnsafePointer<S>>) {
    take(x)
    for output in 0..<outputs { layout.destinations[output].ring.clear(position, count: block, loops) }
    position &+= block
  }

  @inline(__always)
  private mutating func take<S: BlockSample>(_ x: UnsafePointer<UnsafePointer<S>>) {
    var done = 0
    while done < block {
      let count = frames(after: done)
      for input in 0..<inputs {
        S.convert(x[input] + done, to: layout.inputs[input].place(position &+ done), count: count, loops)
      }
      done &+= count
      advance(to: done, by: count)
    }
  }

  /// Frames from `done` to the end of the slot or of the block.
  @_noLocks @_noAllocation @inline(__always)
  private func frames(after done: Int) -> Int {
    min(plan.slot &- (position &+ done) & (plan.slot &- 1), block &- done)
  }

  /// Ends a run of `count` frames that reaches `done` frames into the block: if a slot is complete, every level does its share.
  @_noLocks @_noAllocation
  private mutating func advance(to done: Int, by count: Int) {
    for input in 0..<inputs { layout.inputs[input].repeatEnds(position &+ done &- count, count: count) }
    guard (position &+ done) & (plan.slot &- 1) == 0 else { return }
    for level in 0..<layout.levelCount { layout.levels.advanced(by: level).pointee.run(slot: slots, frames: plan.slot) }
    slots &+= 1
  }

  /// Writes the block of one output, after the inputs have been taken.
  @inline(__always)
  private func finish<S: BlockSample>(_ output: Int, to y: UnsafeMutablePointer<S>) {
    let destination = layout.destinations[output]
    let (ring, hasRing) = (destination.ring, destination.ring.length > 0)
    guard destination.firstDirect < destination.lastDirect else {
      if hasRing { return ring.take(position, count: block, to: y, loops) }
      for n in 0..<block { y[n] = 0 }
      return
    }
    // Direct sums are rounded up to whole vectors: the caller's memory has no room for more.
    let fits = MemoryLayout<S>.stride == loops.scalar_bytes && block % (4 &* loops.lane_count) == 0
    let sum = fits ? UnsafeMutableRawPointer(y) : layout.sum
    if hasRing { ring.take(position, count: block, toScalars: sum, loops) }
    for index in destination.firstDirect..<destination.lastDirect {
      let direct = layout.direct[index]
      let newest = layout.inputs[direct.input].place(position) - direct.start &* loops.scalar_bytes
      let isFirst = !hasRing && index == destination.firstDirect
      loops.direct(newest, direct.taps, taps: direct.count, to: sum, frames: block, adding: !isFirst)
    }
    if !fits { S.convert(sum, to: y, count: block, loops) }
  }
}
