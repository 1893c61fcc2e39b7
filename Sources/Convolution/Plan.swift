/// How a kernel is cut: what part of its taps is convolved by which method.
///
/// Sections follow one another without a gap. Growing partitions are further `partitions` sections of larger sizes; a
/// section of size S may start no earlier than 2S - B taps in, so that its work can be spread over S/B blocks.
public struct Plan: Sendable, Equatable {
  public enum Section: Sendable, Equatable {
    /// The sum as it stands.
    case direct(taps: Int)
    /// `count` partitions of `size` taps, each through a spectrum.
    case partitions(size: Int, count: Int)
  }

  public var sections: [Section]

  public init(sections: [Section]) { self.sections = sections }

  /// The cheapest plan for `taps` taps in blocks of `block` frames.
  ///
  /// Complexity: O(1).
  public static func cheapest(taps: Int, block: Int, costs: CostTable) -> Plan {
    let count = (taps + block - 1) / block
    let direct = costs.direct(taps: taps, block: block)
    let partitioned = costs.partitions(size: block, count: count)
    return Plan(sections: [direct <= partitioned ? .direct(taps: taps) : .partitions(size: block, count: count)])
  }
}

extension Plan: CustomStringConvertible {
  public var description: String {
    sections.map { section in
      switch section {
      case .direct(let taps): "direct \(taps)"
      case .partitions(let size, let count): "\(count) x \(size)"
      }
    }.joined(separator: " + ")
  }
}

/// Complex points of the transform that convolves blocks of `block` frames: it holds a block and as many taps.
func transformPoints(block: Int) -> Int {
  var points = 16
  while points < block { points *= 2 }
  return points
}
