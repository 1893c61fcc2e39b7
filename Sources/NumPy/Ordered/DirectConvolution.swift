import Buffers
import Platform
import Vector

/// Computes each output as the sum of its products, by the loops of an element type. No operand may be empty.
struct DirectConvolution {
  /// Sums part of the taps, where the kernel reaches beyond the signal.
  var partial: SumsLoop
  /// Sums all taps.
  var complete: SumsLoop

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
          let directOutputs = DirectOutputs(
            x: x.baseAddress!, n: signal.count, r: r.baseAddress!, m: kernel.count, elementBytes: MemoryLayout<Element>.stride,
            loops: self)
          directOutputs.write(outputs, to: UnsafeMutableRawPointer(result.baseAddress!), jobs: jobs)
        }
      }
      count = outputs.count
    }
  }
}

extension Array {
  /// Calls `body` with the elements at a multiple of 16 bytes, where NumPy's arrays begin: Nehalem's complex sums depend on it.
  /// Most Swift arrays begin there, too; others are copied.
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

/// The outputs of one convolution, each a sum over the overlap of N signal values x with M reversed taps r, M <= N.
///
/// Threads may share a value: they only read x and r.
struct DirectOutputs: @unchecked Sendable {
  let x: UnsafeRawPointer
  /// The signal index of the first value of `x`, which holds all values that the outputs need.
  var start = 0
  let n: Int
  let r: UnsafeRawPointer
  let m: Int
  let elementBytes: Int
  let loops: DirectConvolution

  /// Outputs that a thread computes at once: as many as stay in the cache.
  static let partOutputs = 1_920

  /// Fewer where their sums are long, so that a part takes some milliseconds; but as many as go side by side, where these do not take
  /// too long.
  private var partOutputs: Int {
    if m > 1 << 23 { return max(1, (1 << 25) / m) }
    return max(96, min(Self.partOutputs, (1 << 25) / m / 96 * 96))
  }

  /// Writes `outputs`, indices into the full result, on up to `jobs` threads.
  ///
  /// They mean nothing once the work is cancelled.
  func write(_ outputs: Range<Int>, to y: UnsafeMutableRawPointer, jobs: Int, _ limits: WorkLimits = .none) {
    // Each part goes to one thread, so no two write to one place.
    nonisolated(unsafe) let y = y
    let helpers = threadsThatHelp(jobs, products: Double(outputs.count) * Double(m))
    outputs.forEachPart(ofLength: partOutputs, jobs: helpers, unless: { limits.isCancelled }) { part in
      write(part, to: y + (part.lowerBound - outputs.lowerBound) * elementBytes)
    }
  }

  /// Writes the outputs before the kernel lies within the signal, those while it does, and those after.
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

/// As many of `jobs` threads as are worth their start, which takes some ten thousand products.
func threadsThatHelp(_ jobs: Int, products: Double) -> Int { products < 0x1p21 ? 1 : jobs }
