import AudioFile
import NPY
import NumPy

/// How two arrays are summed: by which method, and what that is estimated to take.
struct ArraySums {
  /// NumPy exchanges them so that the signal is not the shorter one.
  private let signal, kernel: NumPyArray
  private let options: ConvolutionOptions
  /// Of the result.
  let type: ElementType
  /// Values of a transform's window; 0 for direct sums.
  let windowLength: Int
  /// On all threads, by the shipped costs.
  let predictedSeconds: Double

  /// Precondition: both are lists of at least one value.
  init(_ a: NumPyArray, _ v: NumPyArray, _ options: ConvolutionOptions) throws(NumPyError) {
    (signal, kernel) = a.elements.count >= v.elements.count ? (a, v) : (v, a)
    self.options = options
    type = ElementType.promoted(a.elementType, v.elementType)
    (windowLength, predictedSeconds) = try Self.estimate(signal, kernel, options, type, options.mode.numPy, options.method)
  }

  /// Whether `--fast` leaves out anything: only real sums are faster without exactness.
  static func mayBeFast(_ type: ElementType) -> Bool { type == .float32 || type == .float64 }

  var isDirect: Bool { windowLength == 0 }

  private static func estimate(
    _ signal: NumPyArray, _ kernel: NumPyArray, _ options: ConvolutionOptions, _ type: ElementType, _ mode: ConvolutionMode,
    _ method: ConvolutionMethod
  ) throws(NumPyError) -> (windowLength: Int, seconds: Double) {
    let taps = kernel.elements.count
    let (range, overlap) = (mode.outputs(signal.elements.count, taps), Overlap(values: signal.elements.count, taps: taps))
    let outputs = range.count
    let fullOutputs = max(1, Int(overlap.products(of: range) / Double(taps)))
    let directSeconds = RoundedConvolver.directSeconds(taps: taps, outputs: fullOutputs)
    var (windowLength, seconds) = (0, directSeconds * typeShare(type))
    if let estimate = IntegerEstimate(signal, kernel, mode: mode, method: method) {
      (windowLength, seconds) = (estimate.windowLength, estimate.seconds)
    } else if !options.isExact, mayBeFast(type) {
      let fast = RoundedConvolver(
        taps: try kernel.doubles, outputs: outputs, profile: options.profile, method: method, rounding: .none, isExact: false)
      (windowLength, seconds) = (fast.windowLength, fast.seconds(outputs: outputs))
    }
    // The sums of taps are direct ones.
    if options.edges == .corrected { seconds += directSeconds }
    return (windowLength, seconds / Double(options.jobs))
  }

  /// What a direct sum takes, by float64.
  private static func typeShare(_ type: ElementType) -> Double {
    switch type {
    case .float32: 0.5
    case .complex64: 2
    case .complex128: 4
    default: 1
    }
  }

  /// Taps of a part that is timed.
  private static let mostTaps = 1 << 15

  /// Seconds that all outputs take, by what a part of them takes, which is thrown away.
  func seconds(_ trial: Trial) throws(NumPyError) -> Double {
    let taps = min(kernel.elements.count, Self.mostTaps)
    let (kernel, method) = (kernel.leading(taps), isDirect ? ConvolutionMethod.direct : .fft)
    func part(_ outputs: Int) -> NumPyArray { signal.leading(outputs + taps - 1) }
    func predicted(_ outputs: Int) -> Double {
      (try? Self.estimate(part(outputs), kernel, options, type, .valid, method).seconds) ?? 0
    }
    try trial.time(units: signal.elements.count - taps + 1, predicted: predicted) { outputs throws(NumPyError) in
      _ = try Self.convolve(part(outputs), kernel, options, type, .valid, method)
      if options.edges == .corrected {
        let ones = [Double](repeating: 1, count: outputs + taps - 1)
        _ = try NumPy.convolve(ones, kernel.doubles, mode: .valid, profile: options.profile, jobs: options.jobs)
      }
    }
    return trial.corrected(predictedSeconds)
  }

  private static func convolve(
    _ signal: NumPyArray, _ kernel: NumPyArray, _ options: ConvolutionOptions, _ type: ElementType, _ mode: ConvolutionMode,
    _ method: ConvolutionMethod
  ) throws(NumPyError) -> (result: NumPyArray, work: RoundingWork?) {
    if options.isExact || !mayBeFast(type) {
      return (
        try NumPy.convolve(signal, kernel, mode: mode, profile: options.profile, method: method, jobs: options.jobs), nil
      )
    }
    let result = try convolveRounded(
      signal.doubles, kernel.doubles, mode: mode, profile: options.profile, method: method, rounding: .none, isExact: false,
      jobs: options.jobs)
    return (type == .float32 ? NumPyArray(result.values.map(Float.init)) : NumPyArray(result.values), result.work)
  }

  /// Computes all outputs.
  ///
  /// - Returns: also what `--fast` left out; nil where sums are exact.
  func result() throws(NumPyError) -> (result: NumPyArray, work: RoundingWork?) {
    try Self.convolve(signal, kernel, options, type, options.mode.numPy, options.method)
  }
}
