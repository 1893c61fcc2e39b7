import BlockProcessing
import CConvolved
import Convolution
import Glibc
import Vector

/// A bound on the memory that making a convolver takes.
///
/// Swift ends the process if memory is refused. A C caller gets an error instead: `check` asks for the bound beforehand.
struct MemoryNeed {
  private(set) var bytes = 1 << 22

  /// - Parameter lengths: for each route, its taps and the frames before them.
  init(_ shape: Shape, lengths: [(taps: Int, delay: Int)], fadeFrames: Int = 0) {
    let scalar = shape.precision == .float32 ? 4 : 8
    let end = lengths.map { $0.taps + $0.delay }.max() ?? 0
    // No partition is larger than this, and all sizes together are less than twice as much.
    let largest = min(Plan.largestSize, end / 2 + shape.block + 32)
    for (taps, delay) in lengths {
      let reached = min(largest, (taps + delay) / 2 + shape.block + 32)
      // The taps, as float32 too while that may be enough; spectra of as many taps and of two partitions a size beyond them.
      add(12 * taps)
      add(2 * scalar * (taps + 4 * reached))
    }
    for _ in 0..<shape.inputs {
      add(Program.historyBytes(block: shape.block, inputs: 1, reach: end, precision: shape.precision))
      add(scalar * (4 * (end + shape.block) + 12 * largest))
    }
    add(scalar * shape.outputs * (4 * (end + shape.block) + 12 * largest))
    // Slices of transforms, twiddles; the block of each channel; weights.
    add((16 * (shape.inputs + shape.outputs) + 192) * largest)
    add(64 * shape.block * (shape.inputs + shape.outputs) + 8 * fadeFrames)
  }

  /// Adds a part; large ones begin on a page of 2 MiB.
  private mutating func add(_ part: Int) { bytes += part + 4096 + (part >= 1 << 21 ? 1 << 21 : 0) }

  /// Asks for that much memory in one piece, and gives it back. Source: mmap(2)
  func check() throws(CallError) {
    let room = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard room != MAP_FAILED else {
      throw CallError(
        CONVOLVED_ERROR_MEMORY,
        "the system refuses \(bytes / 1_000_000) MB for these routes: use fewer or shorter ones, or float32")
    }
    munmap(room, bytes)
  }
}
