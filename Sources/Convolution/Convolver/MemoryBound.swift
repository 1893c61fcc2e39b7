import Vector

/// A bound on the memory that making a convolver takes, known before it is made. What its user keeps beside it is added.
public struct MemoryBound: Sendable {
  public private(set) var bytes = 1 << 22
  private let block: Int
  private let scalarBytes: Int
  /// No partition is larger, and all sizes together are less than twice as much.
  private let largest: Int

  /// Rings, transforms and blocks of the channels.
  ///
  /// - Parameters:
  ///   - inputs: those of all convolvers that share the routes, each with rings of its own; and so their outputs.
  ///   - end: frames for which an input sample affects an output.
  public init(block: Int, inputs: Int, outputs: Int, precision: Precision, end: Int) {
    (self.block, scalarBytes) = (block, precision == .float32 ? 4 : 8)
    largest = Self.largestSize(end: end, block: block)
    let channelBytes = scalarBytes * (4 * (end + block) + 12 * largest)
    for _ in 0..<inputs { add(channelBytes) }
    add(outputs * channelBytes)
    // Slices of transforms, twiddles; the block of each channel; weights.
    add((16 * (inputs + outputs) + 192) * largest)
    add(64 * block * (inputs + outputs))
  }

  private static func largestSize(end: Int, block: Int) -> Int { min(Plan.largestSize, end / 2 + block + 32) }

  /// Adds a route's spectra: of as many taps, and of two partitions a size beyond them.
  public mutating func addSpectra(taps: Int, delay: Int) {
    add(2 * scalarBytes * (taps + 4 * min(largest, Self.largestSize(end: taps + delay, block: block))))
  }

  /// Adds a piece of memory, in bytes; a large one begins on a page of 2 MiB.
  public mutating func add(_ part: Int) { bytes += part + 4096 + (part >= 1 << 21 ? 1 << 21 : 0) }
}
