import AudioFile
import BlockProcessing
import ConfigurationFile
import Convolution
import FilterKernels
import Vector

extension FilterSet {
  /// A bound on the bytes that kernels, spectra, rings and histories take. What equal filters share counts once; of kernels that were
  /// sent all channels count, since they are kept as they came.
  package var memoryBytes: Int {
    struct Key: Hashable {
      var taps: UnsafeRawPointer?
      var gain: Double
      var delay: Int
    }
    let alignment = alignment
    let scalar = configuration.precision == .float32 ? 4 : 8
    let (block, end) = (configuration.block, filters.map { $0.response.count + $0.delay + alignment[$0.to] }.max() ?? 0)
    // No partition is larger, and all sizes together are less than twice as much.
    let largest = min(Plan.largestSize, end / 2 + block + 32)
    var (seen, kernels) = (Set<Key>(), Set<UnsafeRawPointer?>())
    var bytes = 1 << 22
    func add(_ part: Int) { bytes += part + 4096 + (part >= 1 << 21 ? 1 << 21 : 0) }
    for case .file(let kernel)? in filters.map(\.edit.kernel?.source) {
      for taps in kernel.channels where kernels.insert(taps.withUnsafeBytes(\.baseAddress)).inserted {
        // Not in large pages, as what the convolver takes.
        bytes += 8 * taps.count + 4096
      }
    }
    for case .made(_, let body)? in filters.map(\.edit.kernel?.source) { add(body.count) }
    for filter in filters {
      let (taps, stored) = (filter.response.count, filter.response.region)
      if kernels.insert(stored.baseAddress).inserted { add(stored.count) }
      guard seen.insert(Key(taps: stored.baseAddress, gain: filter.gain, delay: filter.delay)).inserted || configuration.workers > 0 else {
        continue
      }
      // Spectra of as many taps and of two partitions a size beyond them.
      add(2 * scalar * (taps + 4 * min(largest, (taps + filter.delay + alignment[filter.to]) / 2 + block + 32)))
    }
    let (inputs, outputs) = (configuration.capture.channels, configuration.playback.channels)
    let threads = configuration.workers > 0 ? 2 : 1
    for _ in 0..<inputs * threads {
      add(Program.historyBytes(block: block, inputs: 1, reach: end, precision: configuration.precision))
      add(scalar * (4 * (end + block) + 12 * largest))
    }
    add(threads * scalar * outputs * (4 * (end + block) + 12 * largest))
    add((16 * (inputs + outputs) + 192) * largest)
    add(64 * block * (inputs + outputs))
    return bytes
  }
}
