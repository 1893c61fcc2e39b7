import BlockProcessing
import CConvolved
import Convolution
import Glibc
import Vector

/// A bound on the memory that making a convolver takes.
///
/// Swift ends the process if memory is refused. A C caller gets an error instead: `check` asks for the bound beforehand.
struct MemoryNeed {
  let bytes: Int

  /// - Parameter lengths: for each route, its taps and the frames before them.
  init(_ shape: Shape, lengths: [(taps: Int, delay: Int)], fadeFrames: Int = 0) {
    let end = lengths.map { $0.taps + $0.delay }.max() ?? 0
    var bound = MemoryBound(
      block: shape.block, inputs: shape.inputs, outputs: shape.outputs, precision: shape.precision, end: end)
    for (taps, delay) in lengths {
      // The taps, as float32 too while that may be enough.
      bound.add(12 * taps)
      bound.addSpectra(taps: taps, delay: delay)
    }
    for _ in 0..<shape.inputs {
      bound.add(Program.historyBytes(block: shape.block, inputs: 1, reach: end, precision: shape.precision))
    }
    bound.add(8 * fadeFrames)
    bytes = bound.bytes
  }

  /// Asks for that much memory.
  func check() throws(CallError) {
    guard Self.isThere(bytes) else {
      throw CallError(
        CONVOLVED_ERROR_MEMORY,
        "the system refuses \(bytes / 1_000_000) MB for these routes: use fewer or shorter ones, or float32")
    }
  }

  /// Whether the system gives so many bytes in one piece, which it gets back. Source: mmap(2)
  static func isThere(_ bytes: Int) -> Bool {
    let room = mmap(nil, max(1, bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    if room == MAP_FAILED { return false }
    munmap(room, max(1, bytes))
    return true
  }
}
