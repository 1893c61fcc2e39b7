import Vector

/// Rows of real values in memory that somebody else keeps, a fixed distance from value to value and from row to row.
///
/// Threads may share a value; no two may write to one place.
package struct StoredRows: @unchecked Sendable {
  /// The first value of the first row.
  package let base: UnsafeMutableRawPointer
  /// Values of a row.
  package let count: Int
  /// Bytes from a value to the next.
  package let stride: Int
  /// Bytes from a row to the next.
  package let rowStride: Int

  package init(_ base: UnsafeMutableRawPointer, count: Int, stride: Int, rowStride: Int) {
    (self.base, self.count, self.stride, self.rowStride) = (base, count, stride, rowStride)
  }

  /// Copies values of a row.
  func read<Scalar: OrderedScalar>(_ range: Range<Int>, ofRow row: Int, to y: UnsafeMutablePointer<Scalar>) {
    let start = base + (row * rowStride + range.lowerBound * stride)
    if stride == MemoryLayout<Scalar>.stride {
      y.update(from: start.assumingMemoryBound(to: Scalar.self), count: range.count)
    } else {
      for n in 0..<range.count { y[n] = (start + n * stride).load(as: Scalar.self) }
    }
  }

  /// Writes values of a row, each times a power of two, which may be beyond what they can be themselves.
  func write<Scalar: OrderedScalar>(
    _ values: UnsafePointer<Scalar>, to range: Range<Int>, ofRow row: Int, timesTwoTo exponent: Int
  ) {
    let start = base + (row * rowStride + range.lowerBound * stride)
    func power(_ exponent: Int) -> Scalar {
      let most = Int(Scalar.greatestFiniteMagnitude.exponent)
      return Scalar(sign: .plus, exponent: Scalar.Exponent(max(-most, min(exponent, most))), significand: 1)
    }
    // In two halves, of which neither is zero or infinite.
    let (a, b) = (power(exponent / 2), power(exponent - exponent / 2))
    if stride == MemoryLayout<Scalar>.stride {
      let y = start.assumingMemoryBound(to: Scalar.self)
      if exponent == 0 { return y.update(from: values, count: range.count) }
      for n in 0..<range.count { y[n] = values[n] * a * b }
    } else {
      for n in 0..<range.count { (start + n * stride).storeBytes(of: values[n] * a * b, as: Scalar.self) }
    }
  }
}
