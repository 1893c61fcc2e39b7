import ConfigurationFile

/// Kernels of a filter that are convolved with each other, and what that takes.
struct KernelStack: Hashable {
  private let names: [String]
  private let rate: Int
  private let channel: Int
  private let resample: Bool

  /// - Parameter rate: Hz.
  init(_ filter: Configuration.Filter, rate: Int) {
    (names, self.rate, channel, resample) = (filter.kernels, rate, filter.channel, filter.resample)
  }

  /// Taps that all products of a configuration may have together, those between too: some ten to thirty seconds.
  static let mostTaps = 1 << 27

  /// Each two of a list combined, and the last as it is where it is alone.
  static func paired<Element>(_ list: [Element], _ combined: (Element, Element) -> Element) -> [Element] {
    stride(from: 0, to: list.count, by: 2).map { $0 + 1 < list.count ? combined(list[$0], list[$0 + 1]) : list[$0] }
  }

  /// Taps of all products, in pairs, and pairs of these.
  static func taps(_ lengths: [Int]) -> Int {
    var (left, taps) = (lengths, 0)
    while left.count > 1 {
      left = paired(left) { a, b in
        taps += a + b - 1
        return a + b - 1
      }
    }
    return taps
  }
}
