import CIntrinsics
import NPY
import Vector

/// A scalar whose sums have OpenBLAS' orders.
protocol OrderedScalar: BinaryFloatingPoint, Sendable, BitwiseCopyable {
  static var precision: Precision { get }
}

extension Float: OrderedScalar {
  static var precision: Precision { .float32 }
}

extension Double: OrderedScalar {
  static var precision: Precision { .float64 }
}

/// Sums in the order of `profile`.
func orderedConvolution<Scalar: OrderedScalar>(
  _ a: [Scalar], _ v: [Scalar], _ mode: ConvolutionMode, _ profile: Profile, _ jobs: Int
) -> [Scalar] {
  DirectConvolution(Scalar.precision, profile, taps: min(a.count, v.count))(a, v, mode, jobs)
}

extension DirectConvolution {
  /// NumPy adds up kernels of so few taps by itself, in the order as they come, where they lie within the signal.
  static let shortKernelTaps = 11

  /// Real sums in the order of `profile`.
  init(_ precision: Precision, _ profile: Profile, taps: Int) {
    let loops = VectorLoops.table(precision)
    partial = loops.orderedSums(profile)
    complete = taps <= Self.shortKernelTaps ? loops.sequential_sums : partial
  }
}

/// Sums in the order as the terms come, each product and each sum rounded.
func sequentialConvolution(_ a: [Float], _ v: [Float], _ mode: ConvolutionMode, _ jobs: Int) -> [Float] {
  let loop = VectorLoops.table(.float32).sequential_sums
  return DirectConvolution(partial: loop, complete: loop)(a, v, mode, jobs)
}

/// Complex sums in the order of `profile`.
///
/// - Parameter isCast: whether the shorter operand was of another type.
/// - Throws: that order is not known.
func orderedConvolution<Part: OrderedScalar>(
  _ a: [Complex<Part>], _ v: [Complex<Part>], isCast: Bool, _ mode: ConvolutionMode, _ profile: Profile, _ jobs: Int
) throws(NumPyError) -> [Complex<Part>] {
  let loop = try VectorLoops.table(Part.precision).complexSums(profile)
  if isCast || min(a.count, v.count) > 1 { return DirectConvolution(partial: loop, complete: loop)(a, v, mode, jobs) }
  // A kernel of one value is reversed by a negative stride, unless it is copied anyhow, and NumPy does not leave negative
  // strides to OpenBLAS. Only infinities tell.
  let (values, factor) = a.count > 1 ? (a, v[0]) : (v, a[0])
  return values.map { product($0, factor) }
}

/// Never -0.
private func product<Part>(_ a: Complex<Part>, _ b: Complex<Part>) -> Complex<Part> {
  Complex(0 + (a.real * b.real - a.imaginary * b.imaginary), 0 + (a.real * b.imaginary + a.imaginary * b.real))
}
