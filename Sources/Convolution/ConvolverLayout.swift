import CIntrinsics
import Vector

/// A route as the audio thread reads it. Owns nothing.
struct Path {
  var input: Int
  /// `PreparedKernel.base`.
  var kernel: UnsafeRawPointer
  var taps: Int
  /// 0 in the direct form.
  var partitions: Int
}

/// One output as the audio thread reads it. Owns nothing.
struct Destination {
  /// This block's output, padded to whole vectors.
  var sum: UnsafeMutableRawPointer
  /// 2M scalars and `block` scalars: nil where no partitioned kernel ends here.
  var spectrum: UnsafeMutableRawPointer?
  var carried: UnsafeMutableRawPointer?
  /// The routes that end here, as indices of the convolver's paths.
  var firstPath: Int
  var lastPath: Int
}

/// Where everything that a convolver writes lies in its memory.
struct ConvolverLayout {
  private struct Input {
    var samples: Int?
    var frame: Int?
    var spectra: Int?
    var pastSamples = 0
    var slots = 0
  }

  private struct Output {
    var sum: Int
    var spectrum: Int?
    var carried: Int?
    var firstPath: Int
    var lastPath: Int
  }

  let byteCount: Int
  let scratch: Int
  private var inputParts: [Input] = []
  private var outputParts: [Output] = []
  private let historiesOffset: Int
  private let destinationsOffset: Int
  private let pathsOffset: Int

  /// - Parameter routes: ordered by output.
  init(block: Int, inputs: Int, outputs: Int, routes: [Route], points: Int, loops: VectorLoops) {
    var layout = Layout()
    let scalar = loops.scalar_bytes
    let padding = 64
    historiesOffset = layout.reserve(inputs * MemoryLayout<SignalHistory>.stride)
    destinationsOffset = layout.reserve(outputs * MemoryLayout<Destination>.stride)
    pathsOffset = layout.reserve(max(1, routes.count) * MemoryLayout<Path>.stride)
    scratch = layout.reserve(2 * points * scalar)
    for input in 0..<inputs {
      let kernels = routes.filter { $0.from == input }.map(\.kernel)
      var part = Input()
      if let longest = kernels.filter({ $0.partitions == 0 }).map(\.taps).max() {
        part.pastSamples = longest - 1
        part.samples = layout.reserve((part.pastSamples + block) * scalar + padding)
      }
      if let slots = kernels.map(\.partitions).max(), slots > 0 {
        part.slots = slots
        part.frame = layout.reserve(points * scalar)
        part.spectra = layout.reserve(slots * 2 * points * scalar)
      }
      inputParts.append(part)
    }
    for output in 0..<outputs {
      let here = routes.indices.filter { routes[$0].to == output }
      let first = here.first ?? 0
      var part = Output(sum: layout.reserve(block * scalar + padding), firstPath: first, lastPath: first + here.count)
      if here.contains(where: { routes[$0].kernel.partitions > 0 }) {
        part.spectrum = layout.reserve(2 * points * scalar)
        part.carried = layout.reserve(block * scalar)
      }
      outputParts.append(part)
    }
    byteCount = layout.byteCount
  }

  /// Writes the tables that point into `base`, which is zeroed memory of `byteCount` bytes.
  func place(
    in base: UnsafeMutableRawPointer, routes: [Route]
  ) -> (UnsafeMutablePointer<SignalHistory>, UnsafeMutablePointer<Destination>, UnsafeMutablePointer<Path>) {
    let histories = (base + historiesOffset).bindMemory(to: SignalHistory.self, capacity: inputParts.count)
    for (index, part) in inputParts.enumerated() {
      (histories + index).initialize(
        to: SignalHistory(
          samples: part.samples.map { base + $0 }, pastSamples: part.pastSamples, frame: part.frame.map { base + $0 },
          spectra: part.spectra.map { base + $0 }, slots: part.slots))
    }
    let destinations = (base + destinationsOffset).bindMemory(to: Destination.self, capacity: outputParts.count)
    for (index, part) in outputParts.enumerated() {
      (destinations + index).initialize(
        to: Destination(
          sum: base + part.sum, spectrum: part.spectrum.map { base + $0 }, carried: part.carried.map { base + $0 },
          firstPath: part.firstPath, lastPath: part.lastPath))
    }
    let paths = (base + pathsOffset).bindMemory(to: Path.self, capacity: max(1, routes.count))
    for (index, route) in routes.enumerated() {
      let kernel = route.kernel
      (paths + index).initialize(to: Path(input: route.from, kernel: kernel.base, taps: kernel.taps, partitions: kernel.partitions))
    }
    return (histories, destinations, paths)
  }
}
