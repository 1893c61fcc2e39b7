import CIntrinsics
import Vector

/// One level of a plan for one matrix: the channels and routes in it, and the work for each window. Made off the audio thread.
struct LevelDraft {
  /// A route's way through the level.
  struct Path {
    /// Counted among the level's inputs.
    var input: Int
    var partitions: Range<Int>
    var kernel: UnsafeRawPointer
  }

  let fft: RealFFT
  let offset: Int
  /// The channels that have a route in this level.
  private(set) var inputs: [Int] = []
  private(set) var outputs: [Int] = []
  /// For each output, the routes that end there.
  private(set) var paths: [[Path]] = []
  /// For each input, the number of spectra that are kept.
  private(set) var capacities: [Int] = []
  /// The bins of which a product has a multiple, if windows share the reading of kernels, two by two; else nil.
  private(set) var aheadBins: Int?

  /// - Parameter loops: those of products.
  init(_ level: Plan.Level, index: Int, fft: RealFFT, routes: [Route], kernels: [PreparedKernel], loops: VectorLoops) {
    self.fft = fft
    offset = level.offset
    for (route, kernel) in zip(routes, kernels) {
      let spectra = kernel.spectra[index]
      guard !spectra.partitions.isEmpty else { continue }
      if !inputs.contains(route.from) {
        inputs.append(route.from)
        capacities.append(0)
      }
      if !outputs.contains(route.to) {
        outputs.append(route.to)
        paths.append([])
      }
      let input = inputs.firstIndex(of: route.from)!
      capacities[input] = max(capacities[input], spectra.partitions.upperBound)
      paths[outputs.firstIndex(of: route.to)!].append(
        Path(input: input, partitions: spectra.partitions, kernel: kernel.base + spectra.offset))
    }
    let later = paths.joined().reduce(0) { $0 + $1.partitions.count - 1 }
    if windowsShareReading(size: fft.points, later: later, outputs: outputs.count, loops: loops) { aheadBins = loops.ahead_bins }
  }

  func operations(slot: Int, quantum: Double, costs: CostTable, distance: Double) -> OperationList {
    let first = costs.product(distance: distance)
    let later = aheadBins == nil ? first : costs.sharedProduct(distance: distance)
    let products = paths.map { paths in paths.reduce(0) { $0 + first + later * Double($1.partitions.count - 1) } }
    // A window of one slot is worked on at once: cuts would only cost calls.
    let quantum = fft.points <= slot ? .infinity : quantum
    return OperationList(
      fft: fft, inputs: inputs.count, productCosts: products, leastPoints: aheadBins ?? 1, slot: slot, quantum: quantum, costs: costs)
  }
}
