import CIntrinsics
import NPY
import Vector

/// A scalar type that OpenBLAS sums.
protocol OrderedScalar: BinaryFloatingPoint, Sendable, BitwiseCopyable {
  static var precision: Precision { get }
}

extension Float: OrderedScalar {
  static var precision: Precision { .float32 }
}

extension Double: OrderedScalar {
  static var precision: Precision { .float64 }
}

/// Convolves with sums in the order of `profile`.
func orderedConvolution<Scalar: OrderedScalar>(
  _ a: [Scalar], _ v: [Scalar], _ mode: ConvolutionMode, _ profile: Profile, _ jobs: Int
) -> [Scalar] {
  DirectConvolution(Scalar.precision, profile, taps: min(a.count, v.count))(a, v, mode, jobs)
}

extension DirectConvolution {
  /// Up to so many taps NumPy sums a kernel within the signal by itself, term by term.
  static let shortKernelTaps = 11

  /// Sums real numbers in the order of `profile`.
  init(_ precision: Precision, _ profile: Profile, taps: Int) {
    let loops = VectorLoops.table(precision)
    partial = loops.orderedSums(profile)
    complete = taps <= Self.shortKernelTaps ? loops.sequential_sums : partial
  }
}

/// Convolves term by term, rounding each product and each sum.
func sequentialConvolution(_ a: [Float], _ v: [Float], _ mode: ConvolutionMode, _ jobs: Int) -> [Float] {
  let loop = VectorLoops.table(.float32).sequential_sums
  return DirectConvolution(partial: loop, complete: loop)(a, v, mode, jobs)
}

/// Convolves with complex sums in the order of `profile`.
///
/// - Parameter isCast: whether the shorter operand was of another type, or in another order of bytes.
func orderedConvolution<Part: OrderedScalar>(
  _ a: [Complex<Part>], _ v: [Complex<Part>], isCast: Bool, _ mode: ConvolutionMode, _ profile: Profile, _ jobs: Int
) -> [Complex<Part>] {
  let loop = VectorLoops.table(Part.precision).complexSums(profile)
  if isCast || min(a.count, v.count) > 1 { return DirectConvolution(partial: loop, complete: loop)(a, v, mode, jobs) }
  // NumPy reverses a kernel of one value by a negative stride unless a cast copies it, and sums negative strides without
  // OpenBLAS. Only infinities show the difference.
  let (values, factor) = a.count > 1 ? (a, v[0]) : (v, a[0])
  return values.map { product($0, factor) }
}

/// A product of which no part is -0.
private func product<Part>(_ a: Complex<Part>, _ b: Complex<Part>) -> Complex<Part> {
  Complex(0 + (a.real * b.real - a.imaginary * b.imaginary), 0 + (a.real * b.imaginary + a.imaginary * b.real))
}
