import Buffers

/// The sum as it stands, by the loops for its elements. None of the operands is empty.
struct DirectConvolution {
  /// For part of the taps, where the kernel reaches out of the signal.
  var partial: Sums
  /// For all of them.
  var complete: Sums

  /// Convolves a with v.
  ///
  /// - Complexity: O(N M)
  func callAsFunction<Element: BitwiseCopyable>(_ a: [Element], _ v: [Element], _ mode: ConvolutionMode, _ jobs: Int) -> [Element] {
    let (signal, kernel) = a.count >= v.count ? (a, v) : (v, a)
    let reversed = [Element](kernel.reversed())
    let outputs = mode.outputs(signal.count, kernel.count)
    return [Element](unsafeUninitializedCapacity: outputs.count) { result, count in
      adviseLargePages(UnsafeMutableRawBufferPointer(result))
      signal.withAlignedBytes { x in
        reversed.withUnsafeBytes { r in
          let sums = OutputSums(
            x: x.baseAddress!, n: signal.count, r: r.baseAddress!, m: kernel.count, elementBytes: MemoryLayout<Element>.stride,
            loops: self)
          sums.write(outputs, to: UnsafeMutableRawPointer(result.baseAddress!), jobs: jobs)
        }
      }
      count = outputs.count
    }
  }
}

extension Array {
  /// The elements at an address that is a multiple of 16 bytes, where NumPy's arrays begin: Nehalem's complex sums depend
  /// on it. Most arrays of Swift begin there, too; others are copied.
  fileprivate func withAlignedBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    withUnsafeBytes { bytes in
      if Int(bitPattern: bytes.baseAddress!) % 16 == 0 { return body(bytes) }
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
      defer { copy.deallocate() }
      copy.copyMemory(from: bytes)
      body(UnsafeRawBufferPointer(copy))
    }
  }
}

/// The outputs of one convolution: each the sum over the overlap of N signal values x with M reversed taps r, M <= N.
///
/// Threads may share it, since they only read x and r.
struct OutputSums: @unchecked Sendable {
  let x: UnsafeRawPointer
  /// Which signal value `x` begins with: those that the outputs need are there.
  var start = 0
  let n: Int
  let r: UnsafeRawPointer
  let m: Int
  let elementBytes: Int
  let loops: DirectConvolution

  /// Outputs computed at once: as many as stay in the cache, and the share by which threads take turns.
  static let stripOutputs = 1_920

  /// Writes `outputs`, indices of the full result, by up to `jobs` threads.
  func write(_ outputs: Range<Int>, to y: UnsafeMutableRawPointer, jobs: Int) {
    // No two threads take the same strip, so none writes where another does.
    nonisolated(unsafe) let y = y
    forEachStrip(of: outputs, length: Self.stripOutputs, jobs: jobs) { strip in
      write(strip, to: y + (strip.lowerBound - outputs.lowerBound) * elementBytes)
    }
  }

  /// The outputs before the kernel lies within the signal, while it does, and after.
  private func write(_ outputs: Range<Int>, to y: UnsafeMutableRawPointer) {
    func place(_ output: Int) -> UnsafeMutableRawPointer { y + (output - outputs.lowerBound) * elementBytes }
    func value(_ index: Int) -> UnsafeRawPointer { x + (index - start) * elementBytes }
    for o in outputs.clamped(to: 0..<m - 1) {
      loops.partial(value(0), r + (m - 1 - o) * elementBytes, o + 1, place(o), 1)
    }
    let inside = outputs.clamped(to: m - 1..<n)
    if !inside.isEmpty {
      loops.complete(value(inside.lowerBound - (m - 1)), r, m, place(inside.lowerBound), inside.count)
    }
    for o in outputs.clamped(to: n..<max(n, outputs.upperBound)) {
      let first = o - (m - 1)
      loops.partial(value(first), r, n - first, place(o), 1)
    }
  }
}
