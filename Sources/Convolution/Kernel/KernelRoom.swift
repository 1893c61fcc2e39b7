import Buffers
import CIntrinsics
import Vector

/// The room in which one kernel is prepared: partition after partition passes through it.
struct KernelRoom: ~Copyable {
  private let response: ImpulseResponse
  private let gain: Double
  private let delay: Int
  private let extent: Range<Int>
  private let loops: VectorLoops
  private let memory: Memory
  /// The window of a partition, and the planes of its spectrum.
  private let window: UnsafeMutableRawPointer
  private let re: UnsafeMutableRawPointer
  private let im: UnsafeMutableRawPointer

  /// - Parameter points: of the longest partition.
  init(_ key: PreparedKernel.Key, loops: VectorLoops, points: Int) {
    (response, gain, delay, extent, self.loops) = (key.response, key.gain, key.delay, key.extent, loops)
    let planeBytes = (points * loops.scalar_bytes + 63) / 64 * 64
    let chunkBytes = Taps.chunk * MemoryLayout<Double>.stride
    memory = Memory(byteCount: chunkBytes + 3 * planeBytes)
    window = memory.base + chunkBytes
    (re, im) = (window + planeBytes, window + 2 * planeBytes)
  }

  /// Writes the taps with delays in `frames`, times gain and `scale`, in the loops' precision: zeros where there are none.
  ///
  /// - Parameters:
  ///   - scale: a power of two.
  ///   - sums: take the products with the gain.
  func write(_ frames: Range<Int>, scale: Double, to target: UnsafeMutableRawPointer, _ sums: inout TapSums) {
    let room = memory.base.assumingMemoryBound(to: Double.self)
    for start in stride(from: frames.lowerBound, to: frames.upperBound, by: Taps.chunk) {
      let part = start..<min(start + Taps.chunk, frames.upperBound)
      let met = part.clamped(to: extent)
      if met != part { room.update(repeating: 0, count: part.count) }
      if !met.isEmpty {
        let products = UnsafeMutableBufferPointer(start: room + (met.lowerBound - start), count: met.count)
        response.write(from: met.lowerBound - delay, times: gain, to: products)
        sums.take(UnsafeBufferPointer(products))
        if scale != 1 { for n in 0..<met.count { products[n] *= scale } }
      }
      loops.convert(room, to: target + (start - frames.lowerBound) * loops.scalar_bytes, count: part.count)
    }
  }

  /// Writes the spectrum of the taps with delays in `frames` as partition `place` of `count`.
  func transform(
    _ frames: Range<Int>, _ fft: RealFFT, to tiles: UnsafeMutableRawPointer, place: Int, of count: Int, _ sums: inout TapSums
  ) {
    // The inverse transform multiplies by its points, a power of two: the kernel is divided by it, exactly.
    write(frames, scale: 1 / Double(fft.points), to: window, &sums)
    let rest = fft.points - frames.count
    if rest > 0 { loops.clear(window + frames.count * loops.scalar_bytes, count: rest) }
    let tile = 2 * fft.loops.tile_bins
    fft.forwardZeroPadded(window, re: re, im: im, tiles: tiles + place * tile * loops.scalar_bytes, stride: count * tile)
  }
}
