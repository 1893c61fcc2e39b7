import Analysis
import Convolution

/// Responses of kernels that were computed last, without gains and delays. It keeps no kernel in memory.
package struct ResponseCache: Sendable {
  private struct Entry: Sendable {
    weak var response: ImpulseResponse?
    var samples: ResponseSamples
  }

  /// The one that was used last at the end.
  private var entries: [Entry] = []

  /// 80 KiB each at the most.
  private static let most = 64

  package init() {}

  /// - Parameter isCancelled: asked some hundred times a second.
  /// - Returns: nil where it is cancelled.
  mutating func samples(of response: ImpulseResponse, at frequencies: [Double], isCancelled: () -> Bool) -> ResponseSamples? {
    entries.removeAll { $0.response == nil }
    if let index = entries.firstIndex(where: { $0.response === response && $0.samples.frequencies == frequencies }) {
      let entry = entries.remove(at: index)
      entries.append(entry)
      return entry.samples
    }
    guard let samples = ResponseSamples(taps: response.taps, at: frequencies, isCancelled: isCancelled) else { return nil }
    if entries.count == Self.most { entries.removeFirst() }
    entries.append(Entry(response: response, samples: samples))
    return samples
  }
}
