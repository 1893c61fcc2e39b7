import CIntrinsics
import Vector

/// How large values are that go through a transform together.
enum Size: Equatable {
  case zero
  /// The values are finite. They are 2^exponent times numbers of the Euclidean norm `norm`.
  case finite(norm: Double, exponent: Int)
  /// One is infinite or NaN.
  case infinite

  /// Measures values, and brings them to a size at which no transform of them overflows, or loses more than it rounds: by a power of
  /// two, and only where they are not of such a size already.
  ///
  /// - Complexity: O(count)
  static func normalize<Scalar: RowScalar>(_ values: UnsafeMutablePointer<Scalar>, count: Int) -> Size {
    let squares = Scalar.squares(values, count: count)
    if Scalar.safeSquares.contains(squares) { return .finite(norm: squares.squareRoot(), exponent: 0) }
    var peak: Scalar = 0
    for n in 0..<count {
      if !values[n].isFinite { return .infinite }
      peak = max(peak, values[n].magnitude)
    }
    if peak == 0 { return .zero }
    // 2^1000 is a float64, and the least float64 times it far from the least.
    let exponent = max(-1_000, Int(peak.exponent))
    let factor = Double(sign: .plus, exponent: -exponent, significand: 1)
    for n in 0..<count { values[n] = Scalar(Double(values[n]) * factor) }
    let norm = (0..<count).reduce(0.0) { $0 + Double(values[$1]) * Double(values[$1]) }.squareRoot()
    return .finite(norm: norm, exponent: exponent)
  }
}

/// The type of values of rows.
protocol RowScalar: OrderedScalar {
  static var precision: Precision { get }
  /// The largest relative error of an operation.
  static var roundoff: Double { get }
  /// Sums of squares of values that need not be brought to another size.
  static var safeSquares: ClosedRange<Double> { get }
  /// The sum of squares, up to one part in a thousand where it is safe; anything else where it is not.
  static func squares(_ values: UnsafePointer<Self>, count: Int) -> Double
}

extension Double: RowScalar {
  static var precision: Precision { .float64 }
  static var roundoff: Double { 0x1p-53 }
  static var safeSquares: ClosedRange<Double> { 0x1p-600...0x1p600 }

  static func squares(_ values: UnsafePointer<Double>, count: Int) -> Double {
    var largest = 0.0
    return loops.squares(values, count, &largest)
  }
}

extension Float: RowScalar {
  static var precision: Precision { .float32 }
  static var roundoff: Double { 0x1p-24 }
  static var safeSquares: ClosedRange<Double> { 0x1p-60...0x1p60 }

  static func squares(_ values: UnsafePointer<Float>, count: Int) -> Double {
    var (sum, n) = (0.0, 0)
    let raw = UnsafeRawPointer(values)
    while n < count {
      // Short sums in float32 lose little.
      let end = min(n + 512, count)
      var (a, b) = (SIMD4<Float>(), SIMD4<Float>())
      while n + 8 <= end {
        let x = (raw + n * 4).loadUnaligned(as: SIMD4<Float>.self), y = (raw + n * 4 + 16).loadUnaligned(as: SIMD4<Float>.self)
        a += x * x
        b += y * y
        n += 8
      }
      sum += Double((a + b).sum())
      while n < end {
        sum += Double(values[n]) * Double(values[n])
        n += 1
      }
    }
    return sum
  }
}
