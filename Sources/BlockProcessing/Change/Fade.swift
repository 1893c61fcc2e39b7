import Buffers
import Convolution

/// The curve of every fade: w(u) = 6u⁵ - 15u⁴ + 10u³, whose first and second derivatives are zero at both ends.
///
/// A cross-fade of equal gain mixes old + (new - old) · w: signals that agree stay as they are, to the bit. A step of the second
/// derivative would be heard as a click above a few kilohertz; this curve has none.
struct Fade: ~Copyable {
  let frames: Int
  private let memory: Memory

  /// w after each of the `frames` frames: the last is 1. Real-time safe to read.
  let weights: UnsafePointer<Double>

  /// - Parameter frames: the fade's length, at least one.
  init(frames: Int) {
    self.frames = max(1, frames)
    memory = Memory(byteCount: self.frames * MemoryLayout<Double>.stride)
    let values = memory.base.bindMemory(to: Double.self, capacity: self.frames)
    for n in 0..<self.frames { values[n] = Self.weight(Double(n + 1) / Double(self.frames)) }
    values[self.frames - 1] = 1
    weights = UnsafePointer(values)
  }

  /// w(u), u from 0 to 1.
  @_noLocks @_noAllocation @inline(__always)
  static func weight(_ u: Double) -> Double { u * u * u * (u * (6 * u - 15) + 10) }

  var region: UnsafeRawBufferPointer { memory.region }
}
