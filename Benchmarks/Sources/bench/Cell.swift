/// A case to measure: kernels of `taps` taps, from each of `channels` inputs to each of as many outputs, in blocks of
/// `block` frames. Taps and blocks are powers of two.
struct Cell: Hashable {
  static let taps = [128, 1_024, 16_384, 131_072, 524_288]
  static let blocks = [64, 256, 1_024]
  static let rate = 48_000
  /// Of convolvers that are made, not run.
  static let creations = [Cell(taps: 16_384, block: 256, channels: 8), Cell(taps: 1_048_576, block: 256, channels: 4)]

  var taps: Int
  var block: Int
  var channels = 1

  /// Blocks after which every contender is in the same phase of its work again: no partition is longer than the kernel.
  var period: Int { max(1, taps / block) }

  /// Blocks of a run: whole periods, at least two, and enough for a 99.9th percentile.
  var runBlocks: Int { max(2 * period, 4_096) }

  /// Blocks at the beginning of a run that are not timed: they bring the caches and the clock up.
  var leadBlocks: Int { runBlocks / 8 }

  /// The deadline: the time that a block lasts.
  var blockNanoseconds: Double { Double(block) / Double(Self.rate) * 1e9 }

  /// Bytes of the spectra of all kernels and inputs, of float32: the least that transforms need.
  var spectraBytes: Int { (channels * channels + channels) * 2 * taps * MemoryLayout<Float>.stride }
}
