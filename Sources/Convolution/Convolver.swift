import Vector

/// One path of a matrix: from an input through a kernel to an output.
public struct Route: Sendable {
  public var from: Int
  public var to: Int
  public var kernel: PreparedKernel

  public init(from: Int, to: Int, kernel: PreparedKernel) {
    self.from = from
    self.to = to
    self.kernel = kernel
  }
}

/// Convolves blocks of several inputs with a sparse matrix of kernels, without latency beyond the block.
///
/// Each input is transformed once and each output transformed back once, whatever the number of kernels between them:
/// overlap-add of uniform partitions, or the direct form, as each kernel's plan says. Several routes may end in one output;
/// an output without a route is silent.
///
/// `init` allocates; `process`, `absorb` and `reset` are real-time safe. One thread at a time may call them.
/// Source: W. G. Gardner, "Efficient convolution without input-output delay", 1995; G. García, "Optimal filter partition
/// for efficient convolution with short input/output delay", 2002.
public struct Convolver: ~Copyable, @unchecked Sendable {
  public let block: Int
  public let inputs: Int
  public let outputs: Int
  public let routes: [Route]
  private let fft: RealFFT
  private let memory: Memory
  private var transform: Transform
  private let histories: UnsafeMutablePointer<SignalHistory>
  private let destinations: UnsafeMutablePointer<Destination>
  private let paths: UnsafeMutablePointer<Path>

  /// - Parameters:
  ///   - block: frames taken at once; all kernels are prepared for it.
  ///   - inputs, outputs: channels, at least one each.
  /// - Throws: `routeOutOfRange`.
  public init(
    block: Int, inputs: Int, outputs: Int, routes: [Route], precision: Precision = .float64, instructionSet: InstructionSet = .best
  ) throws(ConvolutionError) {
    for route in routes {
      guard 0..<inputs ~= route.from, 0..<outputs ~= route.to else {
        throw .routeOutOfRange(from: route.from, to: route.to, inputs: inputs, outputs: outputs)
      }
      precondition(route.kernel.block == block && route.kernel.precision == precision, "a kernel is prepared for the convolver's block")
    }
    self.block = block
    self.inputs = inputs
    self.outputs = outputs
    self.routes = routes.sorted { $0.to < $1.to }
    fft = RealFFT(points: transformPoints(block: block), precision: precision, instructionSet: instructionSet)
    let loops = VectorLoops.table(precision, instructionSet)
    let draft = ConvolverLayout(block: block, inputs: inputs, outputs: outputs, routes: self.routes, points: fft.points, loops: loops)
    memory = Memory(byteCount: draft.byteCount)
    transform = Transform(loops: loops, plan: fft.plan, points: fft.points, scratch: memory.base + draft.scratch)
    transform.loops.forward_zero_padded = fft.loops.forward_zero_padded
    transform.loops.inverse = fft.loops.inverse
    (histories, destinations, paths) = draft.place(in: memory.base, routes: self.routes)
  }

  /// Convolves one block.
  ///
  /// - Parameters:
  ///   - x: for each input, `block` samples.
  ///   - y: for each output, room for `block` samples, all written; apart from `x`.
  /// Complexity: O(block · partitions) a route, O(block log block) an input and an output.
  @_noLocks @_noAllocation
  public mutating func process(
    _ x: UnsafePointer<UnsafePointer<Double>>, to y: UnsafePointer<UnsafeMutablePointer<Double>>
  ) {
    absorb(x)
    for output in 0..<outputs {
      let destination = destinations[output]
      clear(destination)
      for index in destination.firstPath..<destination.lastPath { add(paths[index], to: destination) }
      finish(destination)
      transform.loops.convert(destination.sum, toDouble: y[output], count: block)
    }
  }

  /// Takes one block into the history, without an output.
  ///
  /// What `process` carries over from the block before it is lost: after a run of `absorb`, one `process` whose output is
  /// dropped makes the next one complete.
  @_noLocks @_noAllocation
  public mutating func absorb(_ x: UnsafePointer<UnsafePointer<Double>>) {
    for input in 0..<inputs { histories[input].append(x[input], block: block, transform: transform) }
  }

  /// Forgets every input: the state after `init`.
  public mutating func reset() {
    memory.base.initializeMemory(as: UInt8.self, repeating: 0, count: memory.byteCount)
    let loops = transform.loops
    let draft = ConvolverLayout(block: block, inputs: inputs, outputs: outputs, routes: routes, points: fft.points, loops: loops)
    _ = draft.place(in: memory.base, routes: routes)
  }

  /// Everything that `process` reads or writes, to be locked in memory. Kernels may be other convolvers' too.
  public var regions: [UnsafeRawBufferPointer] { [memory.region, fft.region] + routes.map(\.kernel.region) }

  /// Adds a route's share of this block: in time to `sum`, or as a spectrum.
  @_noLocks @_noAllocation
  private func add(_ path: Path, to destination: Destination) {
    let history = histories[path.input]
    let loops = transform.loops
    if path.partitions == 0 {
      let newest = history.samples! + history.pastSamples &* transform.scalarBytes
      return loops.direct(newest, path.kernel, taps: path.taps, addedTo: destination.sum, frames: block)
    }
    let tile = 2 &* tileBins &* transform.scalarBytes
    let plane = transform.points &* transform.scalarBytes
    // The ring's newest spectrum meets the first partition; past the ring's end the older ones go on at its start.
    let first = min(path.partitions, history.slots &- history.newest)
    var (signal, kernel, bins) = (history.spectra!, path.kernel, destination.spectrum!)
    for _ in 0..<transform.points / tileBins {
      loops.multiplyAccumulate(signal + history.newest &* tile, kernel, tiles: first, re: bins, im: bins + plane)
      loops.multiplyAccumulate(signal, kernel + first &* tile, tiles: path.partitions &- first, re: bins, im: bins + plane)
      signal += history.slots &* tile
      kernel += path.partitions &* tile
      bins += tileBins &* transform.scalarBytes
    }
  }

  /// Brings the spectral part back to time: this block's share and what the one before carried over.
  @_noLocks @_noAllocation
  private func finish(_ destination: Destination) {
    guard let spectrum = destination.spectrum, let carried = destination.carried else { return }
    let loops = transform.loops
    loops.inverse(transform.plan, inPlace: spectrum)
    loops.add(spectrum, to: destination.sum, count: block)
    loops.add(carried, to: destination.sum, count: block)
    copyDown(spectrum + block &* transform.scalarBytes, to: carried, byteCount: block &* transform.scalarBytes)
  }

  @_noLocks @_noAllocation
  private func clear(_ destination: Destination) {
    Convolution.clear(destination.sum, byteCount: block &* transform.scalarBytes)
    if let spectrum = destination.spectrum {
      Convolution.clear(spectrum, byteCount: 2 &* transform.points &* transform.scalarBytes)
    }
  }
}
