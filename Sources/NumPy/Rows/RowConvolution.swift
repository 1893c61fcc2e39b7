import Buffers
import Convolution
import NPY
import Platform
import Synchronization
import Vector

/// Convolves rows in memory, each with its kernel, to rows in memory, by FFT where that is faster.
///
/// - Parameters:
///   - type: of all values: float32 or float64, in which is computed, too.
///   - rows: how many.
///   - x: their values; at least one each.
///   - h: a kernel for each, of at least one value; of the row stride 0 if it is one for all.
///   - first: the place in a full convolution of the first output.
///   - y: the outputs, within the full convolution; apart from the operands.
///   - jobs: threads, on which results do not depend.
/// - Returns: a bound of how far any output lies from the exact sum; NaN where values are not finite, or outputs may overflow.
/// - Complexity: O(log M) for each output, or O(M) by direct sums.
package func convolveRows(
  _ type: ElementType, rows: Int, _ x: StoredRows, _ h: StoredRows, from first: Int, to y: StoredRows, jobs: Int, within limits: WorkLimits
) throws(WorkError) -> Double {
  if rows == 0 || y.count == 0 { return 0 }
  let (signals, kernels) = x.count >= h.count ? (x, h) : (h, x)
  switch type {
  case .float32: return try RowConvolution<Float>(rows, signals, kernels, first, y, jobs).write(limits)
  case .float64: return try RowConvolution<Double>(rows, signals, kernels, first, y, jobs).write(limits)
  default: preconditionFailure("rows are float32 or float64, not \(type)")
  }
}

private struct RowConvolution<Scalar: RowScalar>: Sendable {
  private let rows: Int
  private let x, h, y: StoredRows
  /// Of a row, as indices into its full convolution.
  private let outputs: Range<Int>
  private let jobs: Int
  /// Of a transform; nil for direct sums.
  private let points: Int?
  /// Outputs that are computed at once.
  private let stride: Int
  /// Outputs of direct sums, likewise.
  private static var directStride: Int { 4_096 }

  /// Precondition: rows of `x` are no shorter than those of `h`.
  init(_ rows: Int, _ x: StoredRows, _ h: StoredRows, _ first: Int, _ y: StoredRows, _ jobs: Int) {
    (self.rows, self.x, self.h, self.y, self.jobs) = (rows, x, h, y, jobs)
    outputs = first..<first + y.count
    points = OfflineCosts(taps: h.count).plan(outputs: y.count, always: false)?.points
    stride = min(y.count, points.map { 2 * $0 - h.count + 1 } ?? Self.directStride)
  }

  /// Parts of a row.
  private var parts: Int { (outputs.count + stride - 1) / stride }
  private var hasOneKernel: Bool { h.rowStride == 0 || rows == 1 }
  /// Values that the outputs of a part need, or a transform takes.
  private var windowLength: Int { max(stride + h.count - 1, 2 * (points ?? 0)) }

  /// Writes all outputs. Returns their bound.
  func write(_ limits: WorkLimits) throws(WorkError) -> Double {
    try limits.checkMemory(byteCount)
    let fft = points.map { RealFFT(points: $0, precision: Scalar.precision, unless: { limits.isCancelled }) }
    let bound = Mutex(0.0)
    if hasOneKernel {
      write(rows: 0..<rows, try RowKernel<Scalar>(h, row: 0, fft: fft, limits), jobs, limits, bound)
    } else if jobs == 1 || rows >= 2 * jobs {
      (0..<rows).forEachPart(ofLength: 1, jobs: jobs, unless: { limits.isCancelled }) { row in
        guard let kernel = try? RowKernel<Scalar>(h, row: row.lowerBound, fft: fft, limits) else { return }
        write(rows: row, kernel, 1, limits, bound)
      }
    } else {
      for row in 0..<rows where !limits.isCancelled {
        write(rows: row..<row + 1, try RowKernel<Scalar>(h, row: row, fft: fft, limits), jobs, limits, bound)
      }
    }
    try limits.checkCancellation()
    return bound.withLock { $0 }
  }

  /// Bytes of kernels, with the copies of their taps while they are made, and of what threads work in.
  private var byteCount: Int {
    let bytes = MemoryLayout<Scalar>.stride
    let spectrum = 2 * (points ?? 0) * bytes
    let kernel = 2 * spectrum + 32 * h.count
    return 2 * spectrum + (hasOneKernel ? kernel : jobs * kernel) + jobs * (2 * windowLength * bytes + 8_192)
  }

  private func write(
    rows: Range<Int>, _ kernel: RowKernel<Scalar>, _ jobs: Int, _ limits: WorkLimits, _ bound: borrowing Mutex<Double>
  ) {
    // Some thousand outputs at once.
    let together = max(1, 8_192 / stride)
    // The rows of a part lie close together where they are columns.
    let isInterleaved = x.stride.magnitude > x.rowStride.magnitude
    (0..<rows.count * parts).forEachPart(
      ofLength: together, jobs: jobs, unless: { limits.isCancelled },
      making: { Memory(byteCount: 2 * windowLength * MemoryLayout<Scalar>.stride, unless: { limits.isCancelled }) }
    ) { items, memory in
      var largest = 0.0
      for item in items {
        if limits.isCancelled { return }
        let (row, part) = isInterleaved ? (item % rows.count, item / rows.count) : (item / parts, item % parts)
        let first = outputs.lowerBound + part * stride
        let distance = write(first..<min(first + stride, outputs.upperBound), ofRow: rows.lowerBound + row, kernel, memory, limits)
        largest = larger(largest, distance)
      }
      bound.withLock { $0 = larger($0, largest) }
    }
  }

  // MARK: A part of a row

  /// Writes outputs, at most `stride`. Returns their bound.
  private func write(
    _ part: Range<Int>, ofRow row: Int, _ kernel: RowKernel<Scalar>, _ memory: borrowing Memory, _ limits: WorkLimits
  ) -> Double {
    let input = memory.base.assumingMemoryBound(to: Scalar.self)
    let output = input + windowLength
    let begin = part.lowerBound - (h.count - 1)
    let inside = (begin..<part.upperBound).clamped(to: 0..<x.count)
    let values = input + (inside.lowerBound - begin)
    try? limits.forEachPart(of: inside.count) {
      x.read(inside.lowerBound + $0.lowerBound..<inside.lowerBound + $0.upperBound, ofRow: row, to: values + $0.lowerBound)
    }
    if limits.isCancelled { return 0 }
    let places = part.lowerBound - outputs.lowerBound..<part.upperBound - outputs.lowerBound
    if kernel.transform != nil || kernel.size == .zero {
      let size = Size.normalize(values, count: inside.count)
      if limits.isCancelled { return 0 }
      if size == .zero || size != .infinite && kernel.size == .zero {
        output.update(repeating: 0, count: part.count)
        y.write(output, to: places, ofRow: row, timesTwoTo: 0)
        return 0
      }
      if let transform = kernel.transform, case .finite(let norm, let exponent) = size {
        input.update(repeating: 0, count: inside.lowerBound - begin)
        (values + inside.count).update(repeating: 0, count: transform.window - (inside.upperBound - begin))
        transform.convolve(input, into: output, unless: { limits.isCancelled })
        if limits.isCancelled { return 0 }
        let outputs = output + (h.count - 1)
        try? limits.forEachPart(of: part.count) {
          let range = places.lowerBound + $0.lowerBound..<places.lowerBound + $0.upperBound
          y.write(outputs + $0.lowerBound, to: range, ofRow: row, timesTwoTo: exponent + kernel.exponent)
        }
        return kernel.bound(norm: norm, exponent: exponent)
      }
    }
    kernel.reversed.withUnsafeBytes { r in
      DirectOutputs(
        x: values, start: inside.lowerBound, n: x.count, r: r.baseAddress!, m: h.count, elementBytes: MemoryLayout<Scalar>.stride,
        loops: DirectConvolution(Scalar.loops, .automatic, taps: h.count)
      ).write(part, to: output, jobs: 1, limits)
    }
    y.write(output, to: places, ofRow: row, timesTwoTo: 0)
    // The values are not needed any more.
    return switch Size.normalize(values, count: inside.count) {
    case .zero: kernel.size == .infinite ? .nan : 0
    case .finite(let norm, let exponent): kernel.bound(norm: norm, exponent: exponent)
    case .infinite: .nan
    }
  }
}

/// The larger bound; NaN is the largest.
private func larger(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : max(a, b) }
