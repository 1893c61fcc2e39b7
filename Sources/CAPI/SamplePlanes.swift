import Buffers
import Vector

/// Planes of float64 into which a caller's samples are read, and from which they are written.
///
/// The functions are not inlined, since the loops they use would then be copied for every block.
struct SamplePlanes: ~Copyable {
  let planes: Planes
  private let loops = VectorLoops.table(.float64)

  init(channels: Int, frames: Int) { planes = Planes(channels: channels, frames: frames) }

  @_noLocks @_noAllocation @inline(never)
  func read(_ sources: UnsafePointer<UnsafePointer<Float>>) {
    for channel in 0..<planes.channels { loops.convert(sources[channel], to: planes.pointers[channel], count: planes.frames) }
  }

  @_noLocks @_noAllocation @inline(never)
  func read(_ sources: UnsafePointer<UnsafePointer<Double>>) {
    for channel in 0..<planes.channels { loops.convert(sources[channel], to: planes.pointers[channel], count: planes.frames) }
  }

  @_noLocks @_noAllocation @inline(never)
  func write(to targets: UnsafePointer<UnsafeMutablePointer<Float>>) {
    for channel in 0..<planes.channels { loops.convert(planes.pointers[channel], toFloat: targets[channel], count: planes.frames) }
  }
}
