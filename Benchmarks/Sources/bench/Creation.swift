import CConvolved

/// Measures what a convolver costs before its first block, through the C interface: making it, changing one kernel of several, and the
/// memory that it keeps. Each kernel leads from an input of its own to an output of its own.
func runCreation(_ cells: [Cell], rounds: Int) throws {
  var table = Table(
    words: 2,
    [
      "kernels", "taps", "made the first time, ms", "again, least", "median", "one kernel changed, least", "median", "by making all",
      "resident MiB", "of the spectra's",
    ])
  for cell in cells {
    progress("creation: \(cell.channels) kernels of \(cell.taps) taps, block \(cell.block)")
    let run = CreationRun(cell)
    let (made, bytes) = try resident { try run.make() }
    convolved_destroy(made)
    for _ in 0..<rounds { try run.round() }
    let (creations, changes) = (run.creations.dropFirst().sorted(), run.changes.sorted())
    // Of each kernel, and of what its input was.
    let spectra = 2 * cell.channels * 2 * cell.taps * MemoryLayout<Float>.stride
    table.add([
      "\(cell.channels)", grouped(cell.taps), digits(run.creations[0] / 1e6), digits(creations[0] / 1e6),
      digits(quantile(creations, 0.5) / 1e6), digits(changes[0] / 1e6), digits(quantile(changes, 0.5) / 1e6),
      digits(changes[0] / creations[0]), mebibytes(bytes),
      digits(Double(bytes) / Double(spectra)),
    ])
  }
  table.print("Before the first block: float32, blocks of 256, ms of processor")
}

/// Convolvers of one kind, made and changed time after time.
private final class CreationRun {
  /// Nanoseconds of processor time.
  private(set) var creations: [Double] = []
  private(set) var changes: [Double] = []
  private let cell: Cell
  private let kernels: [UnsafeMutableBufferPointer<Double>]

  /// One more than there are channels: the last one is changed to.
  init(_ cell: Cell) {
    self.cell = cell
    var random = SplitMix64(seed: Material.seed)
    kernels = (0...cell.channels).map { _ in
      let taps = UnsafeMutableBufferPointer<Double>.allocate(capacity: cell.taps)
      _ = taps.initialize(from: Material.decayingNoise(cell.taps, &random).lazy.map { Double($0) })
      return taps
    }
  }

  deinit { for taps in kernels { taps.deallocate() } }

  private func routes(changed: Bool) -> [convolved_route] {
    (0..<cell.channels).map { channel in
      let taps = kernels[changed && channel == 1 ? cell.channels : channel]
      return convolved_make_route(Int32(channel), Int32(channel), taps.baseAddress, taps.count)
    }
  }

  func make() throws -> OpaquePointer {
    var made: OpaquePointer?
    let (start, channels) = (processTime(), Int32(cell.channels))
    let routes = routes(changed: false)
    let code = convolved_create(&made, Int32(cell.block), channels, channels, CONVOLVED_FLOAT32, routes, routes.count)
    creations.append(Double(processTime() - start))
    guard code == CONVOLVED_OK, let made else { throw Failure(String(cString: convolved_message())) }
    return made
  }

  func round() throws {
    let convolver = try make()
    defer { convolved_destroy(convolver) }
    let (start, routes) = (processTime(), routes(changed: true))
    let code = convolved_replace(convolver, routes, routes.count, 960)
    changes.append(Double(processTime() - start))
    guard code == CONVOLVED_OK else { throw Failure(String(cString: convolved_message())) }
  }
}
