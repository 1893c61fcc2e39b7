import Dispatch
import Synchronization
import Vector

/// np.convolve's float sums, none of the operands empty. `Scalar` is the type that `precision` names.
func orderedConvolution<Scalar>(
  _ a: [Scalar], _ v: [Scalar], _ precision: Precision, _ mode: ConvolutionMode, _ profile: Profile, _ jobs: Int
) -> [Scalar] {
  let (signal, kernel) = a.count >= v.count ? (a, v) : (v, a)
  let reversed = [Scalar](kernel.reversed())
  let outputs = mode.outputs(signal.count, kernel.count)
  return [Scalar](unsafeUninitializedCapacity: outputs.count) { result, count in
    signal.withUnsafeBytes { x in
      reversed.withUnsafeBytes { r in
        let sums = OutputSums(
          x: x.baseAddress!, n: signal.count, r: r.baseAddress!, m: kernel.count, precision: precision, profile: profile)
        sums.write(outputs, to: UnsafeMutableRawPointer(result.baseAddress!), jobs: jobs)
      }
    }
    count = outputs.count
  }
}

/// The outputs of one convolution: each the sum over the overlap of N signal values x with M reversed taps r, M <= N.
///
/// Threads may share it, since they only read x and r.
struct OutputSums: @unchecked Sendable {
  let x: UnsafeRawPointer
  let n: Int
  let r: UnsafeRawPointer
  let m: Int
  let scalarBytes: Int
  /// For part of the taps.
  let partial: Sums
  /// For all of them.
  let complete: Sums

  /// NumPy adds up kernels of so many taps by itself, in the order as they come, where they lie within the signal.
  static let shortKernelTaps = 11
  /// Outputs computed at once: as many as stay in the cache, and the share by which threads take turns.
  static let stripOutputs = 1_920

  init(x: UnsafeRawPointer, n: Int, r: UnsafeRawPointer, m: Int, precision: Precision, profile: Profile) {
    let loops = VectorLoops.table(precision)
    (self.x, self.n, self.r, self.m) = (x, n, r, m)
    scalarBytes = loops.scalar_bytes
    partial = loops.orderedSums(profile)
    complete = m <= Self.shortKernelTaps ? loops.sequential_sums : partial
  }

  /// Writes `outputs`, indices of the full result, by up to `jobs` threads.
  func write(_ outputs: Range<Int>, to y: UnsafeMutableRawPointer, jobs: Int) {
    let strips = (outputs.count + Self.stripOutputs - 1) / Self.stripOutputs
    let next = Atomic(0)
    // No two threads take the same strip, so none writes where another does.
    nonisolated(unsafe) let y = y
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, strips))) { _ in
      while true {
        let strip = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if strip >= strips { return }
        let first = outputs.lowerBound + strip * Self.stripOutputs
        let range = first..<min(first + Self.stripOutputs, outputs.upperBound)
        write(range, to: y + (first - outputs.lowerBound) * scalarBytes)
      }
    }
  }

  /// The outputs before the kernel lies within the signal, while it does, and after.
  private func write(_ outputs: Range<Int>, to y: UnsafeMutableRawPointer) {
    func place(_ output: Int) -> UnsafeMutableRawPointer { y + (output - outputs.lowerBound) * scalarBytes }
    for o in outputs.clamped(to: 0..<m - 1) {
      partial(x, r + (m - 1 - o) * scalarBytes, o + 1, place(o), 1)
    }
    let inside = outputs.clamped(to: m - 1..<n)
    if !inside.isEmpty {
      complete(x + (inside.lowerBound - (m - 1)) * scalarBytes, r, m, place(inside.lowerBound), inside.count)
    }
    for o in outputs.clamped(to: n..<n + m - 1) {
      let start = o - (m - 1)
      partial(x + start * scalarBytes, r, n - start, place(o), 1)
    }
  }
}
