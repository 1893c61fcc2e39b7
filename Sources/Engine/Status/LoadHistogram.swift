import Synchronization

/// A histogram of blocks by load, the share of the deadline that a block took. The scale is logarithmic.
public struct LoadHistogram: Sendable, Equatable {
  /// Upper ends of the buckets, ascending: loads, ten in each decade from 0.001 to 10.
  public static let bounds = LoadCounts.edges.indices.filter { $0.isMultiple(of: 4) }.map { Double(LoadCounts.edges[$0]) / 1e6 }

  /// Blocks of each bucket, including its upper end; the last one counts those above all bounds.
  public var blocks: [Int]

  package init(blocks: [Int]) { self.blocks = blocks }
}

/// The counts behind a `LoadHistogram`, four times as fine. The audio thread writes and others read, without waiting.
struct LoadCounts: ~Copyable, @unchecked Sendable {
  /// Millionths of the deadline, forty in each decade, rounded to three digits.
  static let edges = (0...160).map { step in
    var (value, scale) = (1000.0, 10)
    for _ in 0..<step { value *= 1.0592537251772889 }
    while value >= Double(scale * 1000) { scale *= 10 }
    return Int((value / Double(scale)).rounded()) * scale
  }

  private let edgeCount = LoadCounts.edges.count
  private let edges: UnsafeMutablePointer<Int>
  private let counts: UnsafeMutablePointer<Atomic<Int>>

  init() {
    edges = .allocate(capacity: edgeCount)
    edges.initialize(from: Self.edges, count: edgeCount)
    counts = .allocate(capacity: edgeCount + 1)
    for bin in 0...edgeCount { (counts + bin).initialize(to: Atomic(0)) }
  }

  deinit {
    edges.deallocate()
    counts.deallocate()
  }

  /// Counts a block that took `millionths` of the deadline. Real-time safe.
  @_noLocks @_noAllocation
  func count(millionths: Int) {
    var (low, high) = (0, edgeCount)
    while low < high {
      let middle = (low &+ high) / 2
      if edges[middle] < millionths { low = middle &+ 1 } else { high = middle }
    }
    counts[low].add(1, ordering: .relaxed)
  }

  private var read: [Int] { (0...edgeCount).map { counts[$0].load(ordering: .relaxed) } }

  var histogram: LoadHistogram {
    let counts = read
    // A bucket's upper end is every fourth edge.
    var blocks = [Int](repeating: 0, count: LoadHistogram.bounds.count + 1)
    for (bin, count) in counts.enumerated() { blocks[min((bin + 3) / 4, blocks.count - 1)] += count }
    return LoadHistogram(blocks: blocks)
  }

  /// The load that `fraction` of the blocks did not exceed, to 6 %.
  func quantile(_ fraction: Double) -> Double {
    let counts = read
    let wanted = fraction * Double(counts.reduce(0, +))
    guard wanted > 0 else { return 0 }
    var sum = 0.0
    for (bin, count) in counts.enumerated() {
      sum += Double(count)
      if sum >= wanted { return Double(Self.edges[min(bin, edgeCount - 1)]) / 1e6 }
    }
    return 0
  }
}
