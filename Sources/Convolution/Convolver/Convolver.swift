import Buffers
import CIntrinsics
import Vector

/// Convolves blocks of several inputs with a sparse matrix of filters, without latency beyond the block.
///
/// The first taps are summed directly, what follows goes through overlap-add of partitions whose sizes grow. Each input is
/// transformed once a level and each output transformed back once, whatever the number of routes between them. The work of
/// large levels is spread over blocks, so that all of them take about the same time. Several routes may end in one output; an
/// output without a route is silent.
///
/// `init` allocates; `process`, `absorb` and `reset` are real-time safe. One thread at a time may call them.
/// Source: W. G. Gardner, "Efficient convolution without input-output delay", 1995; G. García, "Optimal filter partition
/// for efficient convolution with short input/output delay", 2002.
public struct Convolver: ~Copyable, @unchecked Sendable {
  public let inputs: Int
  public let outputs: Int
  public let plan: Plan
  /// The routes' kernels, to be used again by the next convolver.
  public let kernels: [PreparedKernel]
  /// Frames that a sample in the past can still be heard.
  public let reach: Int
  /// For each output.
  public let sums: [OutputSums]
  private let transforms: [RealFFT]
  private let loops: VectorLoops
  let layout: ConvolverLayout
  /// Frames taken so far, and turns done.
  private var position = 0
  private var turns = 0

  /// Frames taken at once.
  public var block: Int { @_noLocks @_noAllocation get { plan.block } }

  /// - Parameters:
  ///   - block: frames taken at once, at least one.
  ///   - inputs, outputs: channels, at least one each.
  ///   - plan: how to cut the filters; the cheapest by default.
  ///   - costs: what the plan's load is judged by.
  ///   - reusing: kernels of another convolver: those of the same filter and plan are not computed again.
  /// - Throws: `routeOutOfRange`, `routeNotPossible`.
  /// - Complexity: O(taps log taps) for each filter.
  public init(
    block: Int, inputs: Int, outputs: Int, routes: [Route], plan: Plan? = nil, precision: Precision = .float64,
    instructionSet: InstructionSet = .best, costs: CostTable? = nil, reusing known: [PreparedKernel] = []
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
    let plan = plan ?? .cheapest(for: shape, precision: precision, instructionSet: instructionSet, costs: costs)
    let transforms = plan.levels.map { RealFFT(points: $0.size, precision: precision, instructionSet: instructionSet) }
    var made = Dictionary(known.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    kernels = routes.map { route in
      let key = PreparedKernel.Key(route, plan: plan, precision: precision, instructionSet: instructionSet)
      let kernel = made[key] ?? PreparedKernel(route, key, transforms: transforms)
      made[key] = kernel
      return kernel
    }
    (self.inputs, self.outputs, self.plan, self.transforms) = (inputs, outputs, plan, transforms)
    reach = shape.end
    sums = (0..<outputs).map { output in OutputSums(routes.filter { $0.to == output }, plan: plan, precision: precision) }
    loops = VectorLoops.table(precision, instructionSet)
    layout = ConvolverLayout(
      ConvolverDraft(
        plan: plan, inputs: inputs, outputs: outputs, routes: routes, kernels: kernels, transforms: transforms, loops: loops,
        precision: precision, costs: costs))
  }

  /// Convolves one block.
  ///
  /// - Parameters:
  ///   - x: for each input, `block` samples.
  ///   - y: for each output, room for `block` samples, all written; apart from `x`.
  @_noLocks @_noAllocation
  public mutating func process(_ x: UnsafePointer<UnsafePointer<Double>>, to y: UnsafePointer<UnsafeMutablePointer<Double>>) {
    take(x)
    for output in 0..<outputs {
      finish(output)
      loops.convert(layout.sum, toDouble: y[output], count: block)
    }
    position &+= block
  }

  /// The same for float32 samples.
  @_noLocks @_noAllocation
  public mutating func process(_ x: UnsafePointer<UnsafePointer<Float>>, to y: UnsafePointer<UnsafeMutablePointer<Float>>) {
    var done = 0
    while done < block {
      let count = frames(after: done)
      for input in 0..<inputs { loops.convert(x[input] + done, to: layout.inputs[input].place(position &+ done), count: count) }
      done &+= count
      advance(to: done, by: count)
    }
    for output in 0..<outputs {
      finish(output)
      loops.convert(layout.sum, toFloat: y[output], count: block)
    }
    position &+= block
  }

  /// Takes one block in as `process` does, without an output.
  @_noLocks @_noAllocation
  public mutating func absorb(_ x: UnsafePointer<UnsafePointer<Double>>) {
    take(x)
    for output in 0..<outputs { finish(output, withHeads: false) }
    position &+= block
  }

  /// Forgets every input: the state after `init`.
  public mutating func reset() {
    layout.signals.base.initializeMemory(as: UInt8.self, repeating: 0, count: layout.signals.byteCount)
    for level in 0..<layout.levelCount { layout.levels[level].reset() }
    (position, turns) = (0, 0)
  }

  /// Everything that `process` reads or writes, to be locked in memory. Kernels may be other convolvers' too.
  public var regions: [UnsafeRawBufferPointer] {
    [layout.signals.region, layout.tables.region] + transforms.map(\.region) + kernels.map(\.region)
  }

  @_noLocks @_noAllocation
  private mutating func take(_ x: UnsafePointer<UnsafePointer<Double>>) {
    var done = 0
    while done < block {
      let count = frames(after: done)
      for input in 0..<inputs { loops.convert(x[input] + done, to: layout.inputs[input].place(position &+ done), count: count) }
      done &+= count
      advance(to: done, by: count)
    }
  }

  /// Frames to the end of the turn or of the block.
  @_noLocks @_noAllocation @inline(__always)
  private func frames(after done: Int) -> Int {
    min(plan.turn &- (position &+ done) & (plan.turn &- 1), block &- done)
  }

  /// After `count` frames, the last of them `done` frames into the block: a turn of every level where one has become complete.
  @_noLocks @_noAllocation
  private mutating func advance(to done: Int, by count: Int) {
    for input in 0..<inputs { layout.inputs[input].repeatEnds(position &+ done &- count, count: count) }
    guard (position &+ done) & (plan.turn &- 1) == 0 else { return }
    for level in 0..<layout.levelCount { layout.levels[level].run(turn: turns, frames: plan.turn) }
    turns &+= 1
  }

  /// An output of the block that has been taken, into `sum`.
  @_noLocks @_noAllocation
  private func finish(_ output: Int, withHeads: Bool = true) {
    let destination = layout.destinations[output]
    if destination.ring.length > 0 {
      destination.ring.take(position, count: block, to: layout.sum, loops)
    } else {
      loops.clear(layout.sum, count: block)
    }
    guard withHeads else { return }
    for index in destination.firstHead..<destination.lastHead {
      let head = layout.heads[index]
      let newest = layout.inputs[head.input].place(position) - head.start &* loops.scalar_bytes
      loops.direct(newest, head.taps, taps: head.count, addedTo: layout.sum, frames: block)
    }
  }
}
