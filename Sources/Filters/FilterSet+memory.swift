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
    let (block, end) = (configuration.block, filters.map { $0.response.count + $0.delay + alignment[$0.to] }.max() ?? 0)
    let (inputs, outputs) = (configuration.capture.channels, configuration.playback.channels)
    let tails = min(configuration.workers, outputs)
    // Each tail has those that lead to its outputs, and each output one tail.
    let (heard, served) = (min(tails * inputs, filters.count), tails > 0 ? outputs : 0)
    var bound = MemoryBound(
      block: block, inputs: inputs + heard, outputs: outputs + served, precision: configuration.precision, end: end)
    for _ in 0..<heard + served { bound.add(TailPlan.queueBytes(block: block)) }
    for _ in 0..<inputs {
      bound.add(Program.historyBytes(block: block, inputs: 1, reach: end, precision: configuration.precision))
    }
    var (seen, kernels, sentBytes) = (Set<Key>(), Set<UnsafeRawPointer?>(), 0)
    for case .file(let kernel)? in filters.map(\.edit.kernel?.source) {
      for taps in kernel.channels where kernels.insert(taps.withUnsafeBytes(\.baseAddress)).inserted {
        // Not in large pages, as what the convolver takes.
        sentBytes += 8 * taps.count + 4096
      }
    }
    for source in filters.lazy.compactMap(\.edit.kernel?.source) {
      switch source {
      case .file: break
      case .named(let words): bound.add(words.utf8.count)
      case .made(let words, let body): bound.add(words.utf8.count + body.count)
      }
    }
    for filter in filters {
      let (taps, stored) = (filter.response.count, filter.response.region)
      if kernels.insert(stored.baseAddress).inserted { bound.add(stored.count) }
      guard seen.insert(Key(taps: stored.baseAddress, gain: filter.gain, delay: filter.delay)).inserted || configuration.workers > 0 else {
        continue
      }
      bound.addSpectra(taps: taps, delay: filter.delay + alignment[filter.to])
    }
    return bound.bytes + sentBytes
  }
}
