import NPY

/// How SciPy's compiled loops compute: integers wrap around; floats depend on the kind of processor that SciPy was built for.
public enum ImageArithmetic: Sendable, CaseIterable {
  /// Every float operation is rounded: x86-64.
  case rounded
  /// A product is rounded with the sum that takes it, and not before: 64-bit Arm.
  case fused

  /// That of SciPy's builds for this processor.
  public static var automatic: ImageArithmetic {
    #if arch(x86_64)
      .rounded
    #else
      .fused
    #endif
  }
}

/// A number with that arithmetic.
protocol ImageScalar: BitwiseCopyable, Sendable {
  static var zero: Self { get }
  static func sum(_ a: Self, _ b: Self) -> Self
  /// The product of a tap with a value, rounded by itself.
  static func product(_ a: Self, _ b: Self, _ arithmetic: ImageArithmetic) -> Self
  /// sum + a*b
  static func sum(_ sum: Self, product a: Self, _ b: Self, _ arithmetic: ImageArithmetic) -> Self
}

/// Adds one row of a kernel, y[n] += the sum of h[k] x[n + M-1 - k] over its M taps: four products at a time, which are added up
/// before they are added to the output, and the remaining ones singly.
///
/// The bits depend on this order, which is SciPy's for each output. All outputs of a row are computed side by side.
/// - Parameters:
///   - taps: h, at least one.
///   - x: M-1 values more than there are outputs.
@inline(__always)
func addProducts<Scalar: ImageScalar>(
  of taps: UnsafeBufferPointer<Scalar>, _ x: UnsafePointer<Scalar>, to y: UnsafeMutableBufferPointer<Scalar>,
  _ arithmetic: ImageArithmetic
) {
  var tap = 0
  while tap + 4 <= taps.count {
    let (a, b, c, d) = (taps[tap], taps[tap + 1], taps[tap + 2], taps[tap + 3])
    let last = x + (taps.count - 1 - tap)
    for n in y.indices {
      // Where products are fused, the first one is fused with the second.
      let two = Scalar.sum(.product(b, last[n - 1], arithmetic), product: a, last[n], arithmetic)
      let three = Scalar.sum(two, product: c, last[n - 2], arithmetic)
      y[n] = .sum(y[n], .sum(three, product: d, last[n - 3], arithmetic))
    }
    tap += 4
  }
  for tap in tap..<taps.count {
    let place = x + (taps.count - 1 - tap)
    for n in y.indices { y[n] = .sum(y[n], product: taps[tap], place[n], arithmetic) }
  }
}

extension ImageScalar where Self: FixedWidthInteger {
  static func sum(_ a: Self, _ b: Self) -> Self { a &+ b }
  static func product(_ a: Self, _ b: Self, _: ImageArithmetic) -> Self { a &* b }
  static func sum(_ sum: Self, product a: Self, _ b: Self, _: ImageArithmetic) -> Self { sum &+ a &* b }
}

extension ImageScalar where Self: BinaryFloatingPoint {
  static func sum(_ a: Self, _ b: Self) -> Self { a + b }
  static func product(_ a: Self, _ b: Self, _: ImageArithmetic) -> Self { a * b }

  @inline(__always)
  static func sum(_ sum: Self, product a: Self, _ b: Self, _ arithmetic: ImageArithmetic) -> Self {
    arithmetic == .fused ? sum.addingProduct(a, b) : sum + a * b
  }
}

extension Int8: ImageScalar {}
extension Int16: ImageScalar {}
extension Int32: ImageScalar {}
extension Int64: ImageScalar {}
extension UInt8: ImageScalar {}
extension UInt16: ImageScalar {}
extension UInt32: ImageScalar {}
extension UInt64: ImageScalar {}
extension Float: ImageScalar {}
extension Double: ImageScalar {}

extension Complex: ImageScalar {
  static var zero: Self { Complex(0) }

  static func sum(_ a: Self, _ b: Self) -> Self { Complex(a.real + b.real, a.imaginary + b.imaginary) }

  static func sum(_ sum: Self, product a: Self, _ b: Self, _ arithmetic: ImageArithmetic) -> Self {
    .sum(sum, .product(a, b, arithmetic))
  }

  /// The product of C, in which an infinite factor gives infinity, not NaN. Source: ISO C, annex G.5.1
  ///
  /// Where a part is NaN, GCC's library takes it, which rounds every operation.
  static func product(_ a: Self, _ b: Self, _ arithmetic: ImageArithmetic) -> Self {
    if arithmetic == .fused {
      let fused = fusedProduct(a, b)
      if !fused.real.isNaN && !fused.imaginary.isNaN { return fused }
    }
    let plain = plainProduct(a, b)
    return plain.real.isNaN && plain.imaginary.isNaN ? recovered(a, b) : plain
  }

  /// A tap times a value of the image: the product with the value's imaginary part is rounded, the other one fused.
  private static func fusedProduct(_ a: Self, _ b: Self) -> Self {
    Complex(
      (-(a.imaginary * b.imaginary)).addingProduct(a.real, b.real), (a.real * b.imaginary).addingProduct(a.imaginary, b.real))
  }

  private static func plainProduct(_ a: Self, _ b: Self) -> Self {
    Complex(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }

  /// The product where the plain one has two NaN parts.
  private static func recovered(_ a: Self, _ b: Self) -> Self {
    var (a, b) = (a, b)
    if a.isInfinite || b.isInfinite {
      if a.isInfinite { (a, b) = (a.directions, b.withoutNaN) }
      if b.isInfinite { (a, b) = (a.withoutNaN, b.directions) }
    } else if [a.real * b.real, a.imaginary * b.imaginary, a.real * b.imaginary, a.imaginary * b.real].contains(where: \.isInfinite) {
      (a, b) = (a.withoutNaN, b.withoutNaN)
    } else {
      return Complex(.nan, .nan)
    }
    let direction = plainProduct(a, b)
    return Complex(.infinity * direction.real, .infinity * direction.imaginary)
  }

  private var isInfinite: Bool { real.isInfinite || imaginary.isInfinite }

  /// 1 with its sign for an infinite part, 0 for any other.
  private var directions: Self { map { Part(signOf: $0, magnitudeOf: $0.isInfinite ? 1 : 0) } }

  /// 0 with its sign for a part that is NaN.
  private var withoutNaN: Self { map { $0.isNaN ? Part(signOf: $0, magnitudeOf: 0) : $0 } }

  private func map(_ transform: (Part) -> Part) -> Self { Complex(transform(real), transform(imaginary)) }
}
