import CIntrinsics
import Vector

/// What the cost of a plan depends on: the numbers of channels, and the extents of the taps between them.
public struct MatrixShape: Sendable, Hashable {
  let block: Int
  let inputs: Int
  let outputs: Int
  /// For each input and output with a route, the end of its longest response.
  let inputEnds: [Int]
  let outputEnds: [Int]
  /// The number of routes of each extent.
  let groups: [Group]

  struct Group: Sendable, Hashable {
    var extent: Range<Int>
    var count: Int
  }

  public init(block: Int, inputs: Int, outputs: Int, routes: [Route]) {
    self.block = block
    (self.inputs, self.outputs) = (inputs, outputs)
    let heard = routes.filter { !$0.extent.isEmpty }
    func ends(_ channel: (Route) -> Int) -> [Int] {
      Dictionary(heard.map { (channel($0), $0.extent.upperBound) }, uniquingKeysWith: max).values.sorted()
    }
    inputEnds = ends(\.from)
    outputEnds = ends(\.to)
    groups = Dictionary(heard.map { ($0.extent, 1) }, uniquingKeysWith: +).map { Group(extent: $0.key, count: $0.value) }
      .sorted { ($0.extent.upperBound, $0.extent.lowerBound) < ($1.extent.upperBound, $1.extent.lowerBound) }
  }

  /// The end of the longest response.
  var end: Int { groups.last?.extent.upperBound ?? 0 }

  /// The numbers of inputs and outputs of a level that starts at tap `offset`.
  func channels(from offset: Int) -> (inputs: Int, outputs: Int) {
    (inputEnds.count { $0 > offset }, outputEnds.count { $0 > offset })
  }

  /// Partitions of all routes, those of them that are not a route's first, and the spectra that are kept of an input, if `taps` are
  /// cut into partitions of `size`.
  func partitions(_ taps: Range<Int>, size: Int) -> (products: Int, later: Int, kept: Int) {
    var (products, later, kept) = (0, 0, 0)
    for group in groups {
      let range = partitionRange(of: group.extent, in: taps, size: size)
      products += range.count * group.count
      later += max(0, range.count - 1) * group.count
      kept = max(kept, range.upperBound)
    }
    return (products, later, kept)
  }
}

/// The partitions of a level of `taps` that contain a tap of `extent`.
func partitionRange(of extent: Range<Int>, in taps: Range<Int>, size: Int) -> Range<Int> {
  let met = extent.clamped(to: taps)
  if met.isEmpty { return 0..<0 }
  return (met.lowerBound - taps.lowerBound) / size..<(met.upperBound - taps.lowerBound + size - 1) / size
}

/// Whether the windows of a level share the reading of its kernels, two by two: where enough products do that the sums which are kept
/// meanwhile cost less than they save.
///
/// - Parameters:
///   - later: the products that can: partitions of all routes, less the first of each.
///   - outputs: those of the level.
func windowsShareReading(size: Int, later: Int, outputs: Int, loops: VectorLoops) -> Bool {
  size >= loops.ahead_bins && later >= 2 * outputs
}
