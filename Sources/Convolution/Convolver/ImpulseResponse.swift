/// The taps of a kernel, h[0] first: finite, at least one.
///
/// Immutable; routes and convolvers share it. Responses with the same taps are equal, and their spectra are computed once.
public final class ImpulseResponse: Sendable {
  public let taps: [Double]
  /// The range from the first tap that is not zero to the last; empty if all are zero. Zeros outside of it cost nothing.
  let extent: Range<Int>
  private let hash: Int

  /// - Complexity: O(taps).
  public init(_ taps: [Double]) throws(ConvolutionError) {
    guard !taps.isEmpty else { throw .emptyKernel }
    if let index = taps.firstIndex(where: { !$0.isFinite }) { throw .tapNotFinite(index: index, value: taps[index]) }
    self.taps = taps
    let first = taps.firstIndex { $0 != 0 } ?? 0
    extent = first..<max(first, (taps.lastIndex { $0 != 0 } ?? -1) + 1)
    hash = taps.hashValue
  }
}

extension ImpulseResponse: Hashable {
  public static func == (a: ImpulseResponse, b: ImpulseResponse) -> Bool { a === b || a.hash == b.hash && a.taps == b.taps }

  public func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
