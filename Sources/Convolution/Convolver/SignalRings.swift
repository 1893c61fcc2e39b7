import CIntrinsics
import Vector

/// The last samples of one input, in the convolver's precision. Owns nothing.
///
/// The last `front` samples are repeated before the start, and the first `back` ones after the end, so that all reads are
/// contiguous.
struct InputRing {
  /// The place of position 0.
  var base: UnsafeMutableRawPointer
  /// A power of two.
  var length: Int
  var front: Int
  var back: Int
  var scalarBytes: Int

  @_noLocks @_noAllocation
  func place(_ position: Int) -> UnsafeMutableRawPointer { base + (position & (length &- 1)) &* scalarBytes }

  /// Repeats the ends, after `count` samples have been written from `place(position)` on, not beyond the end.
  @_noLocks @_noAllocation
  func repeatEnds(_ position: Int, count: Int) {
    let start = position & (length &- 1)
    let end = start &+ count
    copy(max(start, length &- front), end, by: 0 &- length)
    copy(start, min(end, back), by: length)
  }

  @_noLocks @_noAllocation @inline(__always)
  private func copy(_ first: Int, _ end: Int, by distance: Int) {
    guard first < end else { return }
    copySamples(base + first &* scalarBytes, to: base + (first &+ distance) &* scalarBytes, byteCount: (end &- first) &* scalarBytes)
  }
}

/// The next samples of one output, to which levels add. Owns nothing.
struct OutputRing {
  var base: UnsafeMutableRawPointer
  /// A power of two; 0 if no level has this output.
  var length: Int

  /// Moves `count` samples out, and leaves zeros.
  @inline(__always)
  func take<S: BlockSample>(_ position: Int, count: Int, to target: UnsafeMutablePointer<S>, _ loops: VectorLoops) {
    let (start, first) = run(position, count)
    S.take(base + start &* loops.scalar_bytes, to: target, count: first, loops)
    if first < count { S.take(base, to: target + first, count: count &- first, loops) }
  }

  /// The same in the convolver's precision.
  @_noLocks @_noAllocation
  func take(_ position: Int, count: Int, toScalars target: UnsafeMutableRawPointer, _ loops: VectorLoops) {
    if loops.scalar_bytes == 4 {
      take(position, count: count, to: target.assumingMemoryBound(to: Float.self), loops)
    } else {
      take(position, count: count, to: target.assumingMemoryBound(to: Double.self), loops)
    }
  }

  @_noLocks @_noAllocation
  func clear(_ position: Int, count: Int, _ loops: VectorLoops) {
    guard length > 0 else { return }
    let (start, first) = run(position, count)
    loops.clear(base + start &* loops.scalar_bytes, count: first)
    if first < count { loops.clear(base, count: count &- first) }
  }

  /// Where `count` samples begin, and how many of them lie before the end.
  @_noLocks @_noAllocation @inline(__always)
  private func run(_ position: Int, _ count: Int) -> (start: Int, first: Int) {
    let start = position & (length &- 1)
    return (start, min(count, length &- start))
  }
}

/// Copies `byteCount` bytes, a multiple of 4, to memory that does not overlap.
@_noLocks @_noAllocation @inline(__always)
func copySamples(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, byteCount: Int) {
  let (from, to) = (source.assumingMemoryBound(to: UInt32.self), target.assumingMemoryBound(to: UInt32.self))
  for index in 0..<byteCount / 4 { to[index] = from[index] }
}
