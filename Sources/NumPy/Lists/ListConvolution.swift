import CIntrinsics
import NPY
import Vector

/// A convolution of two lists in memory to a third as np.convolve computes it, or a correlation as np.correlate does: with NumPy's bits
/// (any NaN for a NaN), its types and its refusals.
///
/// Several threads may use it at once.
package struct ListConvolution: Sendable {
  package enum Operation: Sendable {
    case convolve
    /// Of a with the conjugate of v.
    case correlate
  }

  /// Of the result: what `np.promote_types` gives for both.
  package let type: ElementType
  /// As indices into all N+M-1.
  package let outputs: Range<Int>
  private let operation: Operation
  private let longer, shorter: StoredElements
  /// Whether v is the longer one.
  private let isExchanged: Bool
  private let profile: Profile
  private let method: ConvolutionMethod
  private let jobs: Int

  /// Precondition: the operands have at most 2^60 values together.
  /// - Parameters: those of `convolve`.
  /// - Throws: an operand is empty.
  package init(
    _ operation: Operation, _ a: StoredElements, _ v: StoredElements, mode: ConvolutionMode, profile: Profile = .automatic,
    method: ConvolutionMethod = .auto, jobs: Int = 1
  ) throws(NumPyError) {
    if a.count == 0 { throw operation == .convolve ? .emptySignal : NumPyError("first array argument cannot be empty") }
    if v.count == 0 { throw operation == .convolve ? .emptyKernel : NumPyError("second array argument cannot be empty") }
    isExchanged = v.count > a.count
    (longer, shorter) = isExchanged ? (v, a) : (a, v)
    type = ElementType.promoted(a.type, v.type)
    outputs = mode.outputs(longer.count, shorter.count)
    (self.operation, self.profile, self.method, self.jobs) = (operation, profile, method, jobs)
  }

  /// Writes all outputs.
  ///
  /// - Parameter result: room for them, apart from the operands.
  /// - Throws: there is not enough memory, or the work is cancelled.
  /// - Complexity: O(N M); O(N log M) by transforms.
  package func write(to result: UnsafeMutableRawPointer, within limits: WorkLimits = .none) throws(WorkError) {
    switch type {
    case .bool:
      let sums = try Scratch<Int32>(outputs.count)
      try integers(sums.base, limits)
      try narrow(sums.base, to: result, limits) { $0 == 0 ? UInt8(0) : 1 }
    case .int8, .uint8:
      let sums = try Scratch<Int16>(outputs.count)
      try integers(sums.base, limits)
      try narrow(sums.base, to: result, limits) { UInt8(truncatingIfNeeded: $0) }
    case .int16, .uint16: try integers(result.assumingMemoryBound(to: Int16.self), limits)
    case .int32, .uint32: try integers(result.assumingMemoryBound(to: Int32.self), limits)
    case .int64, .uint64: try integers(result.assumingMemoryBound(to: Int64.self), limits)
    case .float16:
      let sums = try Scratch<Float>(outputs.count)
      let loop = Float.loops.sequential_sums
      try floats(sums.base, DirectConvolution(partial: loop, complete: loop), limits)
      try narrow(sums.base, to: result, limits) { Float16($0) }
    case .float32: try ordered(result.assumingMemoryBound(to: Float.self), limits)
    case .float64: try ordered(result.assumingMemoryBound(to: Double.self), limits)
    case .complex64: try complexes(result.assumingMemoryBound(to: Complex<Float>.self), limits)
    case .complex128: try complexes(result.assumingMemoryBound(to: Complex<Double>.self), limits)
    }
    if operation == .correlate, isExchanged { reverse(result) }
    try limits.checkCancellation()
  }
}

// MARK: Sums by type

extension ListConvolution {
  /// Stores sums of a wider type in the result's.
  private func narrow<Sum: BitwiseCopyable, Element: BitwiseCopyable>(
    _ sums: UnsafeMutablePointer<Sum>, to result: UnsafeMutableRawPointer, _ limits: WorkLimits, _ narrow: (Sum) -> Element
  ) throws(WorkError) {
    let y = result.assumingMemoryBound(to: Element.self)
    try limits.forEachPart(of: outputs.count) { for n in $0 { y[n] = narrow(sums[n]) } }
  }

  private func integers<Lane: WrappingLane>(_ y: UnsafeMutablePointer<Lane>, _ limits: WorkLimits) throws(WorkError) {
    let isUsable = longer.type.bytes == MemoryLayout<Lane>.stride
    let terms = try terms(isSignalUsable: isUsable, limits) { (x, range, y: UnsafeMutablePointer<Lane>) in x.cast(range, to: y) }
    let x = UnsafeBufferPointer(start: terms.x, count: terms.n)
    let taps = UnsafeBufferPointer(start: terms.r, count: terms.m)
    guard let plan = IntegerTransformPlan.chosen(x, taps, outputs: outputs.count, method) else {
      return sum(terms, DirectConvolution(partial: Lane.sums, complete: Lane.sums), to: y, limits)
    }
    terms.r.reverse(count: terms.m)
    try limits.checkMemory(plan.byteCount(jobs: jobs))
    TransformedIntegers(plan, signal: x, kernel: taps, outputs: outputs).write(to: y, jobs: jobs, limits)
  }

  private func floats<Scalar: OrderedScalar>(
    _ y: UnsafeMutablePointer<Scalar>, _ loops: DirectConvolution, _ limits: WorkLimits
  ) throws(WorkError) {
    let isUsable = longer.type.kind == .float && longer.type.bytes == MemoryLayout<Scalar>.stride
    let terms = try terms(isSignalUsable: isUsable, limits) { (x, range, y: UnsafeMutablePointer<Scalar>) in x.cast(range, to: y) }
    sum(terms, loops, to: y, limits)
  }

  private func ordered<Scalar: OrderedScalar>(_ y: UnsafeMutablePointer<Scalar>, _ limits: WorkLimits) throws(WorkError) {
    try floats(y, DirectConvolution(Scalar.loops, profile, taps: shorter.count), limits)
  }

  private func complexes<Part: OrderedScalar>(_ y: UnsafeMutablePointer<Complex<Part>>, _ limits: WorkLimits) throws(WorkError) {
    let loop = Part.loops.complexSums(profile)
    let isUsable = longer.type == type && !(operation == .correlate && isExchanged)
    let terms = try terms(isSignalUsable: isUsable, limits) { (x, range, y: UnsafeMutablePointer<Complex<Part>>) in
      x.cast(range, to: y)
    } conjugate: { y in
      y.imaginary = -y.imaginary
    }
    guard operation == .convolve, shorter.count == 1, shorter.type == type, !shorter.isCopied else {
      return sum(terms, DirectConvolution(partial: loop, complete: loop), to: y, limits)
    }
    // NumPy reverses a kernel of one value by a negative stride unless a cast copies it, and sums negative strides without
    // OpenBLAS. Only infinities show the difference.
    let (x, factor) = (terms.x, terms.r[0])
    try limits.forEachPart(of: outputs.count) { for n in $0 { y[n] = product(x[n], factor) } }
  }

  /// - Parameter conjugate: applied to the values of v where it is correlated with.
  private func terms<Element: BitwiseCopyable>(
    isSignalUsable: Bool, _ limits: WorkLimits, _ cast: @escaping ListTerms<Element>.Cast,
    conjugate: @escaping (inout Element) -> Void = { _ in }
  ) throws(WorkError) -> ListTerms<Element> {
    let castConjugate: ListTerms<Element>.Cast = { x, range, y in
      cast(x, range, y)
      for n in range { conjugate(&y[n]) }
    }
    let isCorrelated = operation == .correlate && type.kind == .complex
    return try ListTerms(
      longer, shorter, isReversed: operation == .convolve, isSignalUsable: isSignalUsable, limits,
      castLonger: isCorrelated && isExchanged ? castConjugate : cast, castShorter: isCorrelated && !isExchanged ? castConjugate : cast)
  }

  private func sum<Element>(
    _ terms: borrowing ListTerms<Element>, _ loops: DirectConvolution, to y: UnsafeMutablePointer<Element>, _ limits: WorkLimits
  ) {
    DirectOutputs(x: terms.x, n: terms.n, r: terms.r, m: terms.m, elementBytes: MemoryLayout<Element>.stride, loops: loops)
      .write(outputs, to: y, jobs: jobs, limits)
  }

  /// Puts the last output first.
  private func reverse(_ result: UnsafeMutableRawPointer) {
    func values<Element>(_: Element.Type) -> UnsafeMutablePointer<Element> { result.assumingMemoryBound(to: Element.self) }
    switch type.bytes {
    case 1: values(UInt8.self).reverse(count: outputs.count)
    case 2: values(UInt16.self).reverse(count: outputs.count)
    case 4: values(UInt32.self).reverse(count: outputs.count)
    case 8: values(UInt64.self).reverse(count: outputs.count)
    default: values(Complex<Double>.self).reverse(count: outputs.count)
    }
  }
}

/// A product of which no part is -0.
private func product<Part>(_ a: Complex<Part>, _ b: Complex<Part>) -> Complex<Part> {
  Complex(0 + (a.real * b.real - a.imaginary * b.imaginary), 0 + (a.real * b.imaginary + a.imaginary * b.real))
}
