import CIntrinsics
import Vector

/// Taps that are summed in NumPy's order with slices of a signal.
struct OrderedKernel: Sendable {
  private let loops: DirectConvolution
  private let atPlaces: SumsAtPlaces
  /// The second operand of NumPy's dot product: the last tap first.
  private let reversed: [Double]

  init(_ taps: [Double], _ profile: Profile) {
    loops = DirectConvolution(Double.loops, profile, taps: taps.count)
    atPlaces = VectorLoops.table(.float64).sumsAtPlaces(profile)
    reversed = taps.reversed()
  }

  /// K.
  var taps: Int { reversed.count }

  /// Writes outputs of the full convolution, indices into its result.
  func write(_ outputs: Range<Int>, of slice: SignalSlice, to y: UnsafeMutablePointer<Double>) {
    reversed.withUnsafeBytes { r in
      let directOutputs = DirectOutputs(
        x: slice.values, start: slice.indices.lowerBound, n: slice.signalCount, r: r.baseAddress!, m: reversed.count,
        elementBytes: MemoryLayout<Double>.stride, loops: loops)
      directOutputs.write(outputs, to: y, jobs: 1)
    }
  }

  /// Outputs that are summed at once: their chains stay in the cache.
  private static let batch = 768
  /// Fewer taps are summed output by output: the loops begin to pay.
  private static let fewestTaps = 256

  /// The sums of a window's values from each of `places` on with as many taps, the last tap first.
  ///
  /// - Parameters:
  ///   - places: ascending; each has its values in the window.
  ///   - lengths: how many values each sum takes: all taps where the signal goes on for so long, or as far as it goes.
  ///   - windowLength: its values, an even number.
  ///   - work: room for so many values, apart from the window.
  /// - Complexity: O(K) for each.
  func sums(
    _ places: [Int], lengths: [Int], of window: UnsafePointer<Double>, windowLength: Int, with work: UnsafeMutablePointer<Double>
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: places.count)
    if taps < Self.fewestTaps || places.count < 6 {
      for (index, place) in places.enumerated() {
        let loop = lengths[index] == taps ? loops.complete : loops.partial
        reversed.withUnsafeBytes { loop(window + place, $0.baseAddress!, lengths[index], &sums[index], 1) }
      }
      return sums
    }
    // Loads that cross 16 bytes take longer: outputs at odd places read a copy of the window that lies a value earlier.
    work.update(from: window + 1, count: windowLength - 1)
    let copy = UnsafePointer(work) - window - 1
    let order = places.indices.filter { places[$0] & 1 == 0 } + places.indices.filter { places[$0] & 1 == 1 }
    let chains = UnsafeMutableRawPointer.allocate(byteCount: 256 * min(order.count, Self.batch), alignment: 64)
    defer { chains.deallocate() }
    for first in stride(from: 0, to: order.count, by: Self.batch) {
      let part = order[first..<min(first + Self.batch, order.count)]
      let starts = part.map { places[$0] & 1 == 0 ? places[$0] : copy + places[$0] }
      let values = [Double](unsafeUninitializedCapacity: part.count) { values, count in
        reversed.withUnsafeBytes {
          atPlaces(window, starts, part.map { lengths[$0] }, $0.baseAddress!, values.baseAddress!, part.count, chains)
        }
        count = part.count
      }
      for (index, value) in zip(part, values) { sums[index] = value }
    }
    return sums
  }
}
