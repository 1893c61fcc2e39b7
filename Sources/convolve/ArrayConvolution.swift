import NPY
import AudioFile
import NumPy
import Platform
import Terminal

/// Convolves two arrays in memory to a third, of the type that NumPy promotes them to.
struct ArrayConvolution {
  private let a, v: NamedArray
  private let options: ConvolutionOptions
  private let output: OutputOptions
  private let messages: Messages

  init(_ a: NamedArray, _ v: NamedArray, _ options: ConvolutionOptions, _ output: OutputOptions, _ messages: Messages) {
    (self.a, self.v, self.options, self.output, self.messages) = (a, v, options, output, messages)
  }

  func run() throws(AudioFileError) {
    let staged = try StagedFile(output.path)
    if output.gain != 0 { try AudioFileError.checkMemory(saturatedProduct(v.array.elements.count, 8), for: v.name) }
    let kernel = try named { () throws(NumPyError) in try output.gain == 0 ? v.array : v.array.amplified(by: output.factor) }
    try AudioFileError.checkMemory(largestByteCount(kernel), for: "\(a.name) with \(v.name)")
    if let trial = output.trial { return trial.print(try named { () throws(NumPyError) in try forecast(kernel, trial) }) }
    let result = try named { () throws(NumPyError) in
      let convolved = try convolved(kernel)
      return options.edges == .corrected ? try corrected(convolved) : convolved
    }
    try staged.write(result)
    try staged.commit()
  }

  /// Names the operands in NumPy's refusals.
  private func named<Value>(_ body: () throws(NumPyError) -> Value) throws(AudioFileError) -> Value {
    do throws(NumPyError) { return try body() } catch {
      throw AudioFileError(.badData, "\(error.message): a is \(a.name) (\(a.array.layout)), v is \(v.name) (\(v.array.layout))")
    }
  }

  /// The most bytes that the result takes beside the operands: casts, copies, and the transforms of integers or of `--fast`.
  private func largestByteCount(_ kernel: NumPyArray) -> Int {
    let (n, m) = (a.array.elements.count, kernel.elements.count)
    if n == 0 || m == 0 { return 0 }
    let type = ElementType.promoted(a.array.elementType, kernel.elementType)
    let outputs = options.mode.numPy.outputs(max(n, m), min(n, m)).count
    // Truth values are summed as 32 bits.
    var bytes = saturatedProduct(2 * (n + m) + min(n, m) + 2 * outputs, max(type.bytes, 4))
    if options.edges == .corrected { bytes += saturatedProduct(n + m + 3 * outputs, 8) }
    let isFloat = type.kind == .float || type.kind == .complex
    if isFloat && !options.isExact { bytes += (1 + options.jobs) * RoundedConvolver.largestByteCount(taps: min(n, m)) }
    // Up to 10 limbs of the kernel, and for each thread as many of the signal and three windows, of 2^21 values at most.
    if !isFloat && options.method != .direct { bytes += (10 + 13 * options.jobs) * 8 * min(1 << 21, 2 * (n + m)) }
    return bytes
  }

  private func convolved(_ kernel: NumPyArray) throws(NumPyError) -> NumPyArray {
    // Only real sums are faster without exactness. `convolve` refuses more than one dimension.
    let type = ElementType.promoted(a.array.elementType, kernel.elementType)
    let isReal = (type == .float32 || type == .float64) && a.array.shape.count <= 1 && kernel.shape.count <= 1
    if options.isExact || !isReal {
      return try convolve(a.array, kernel, mode: options.mode.numPy, profile: options.profile, method: options.method, jobs: options.jobs)
    }
    let result = try convolveRounded(
      a.array.doubles, kernel.doubles, mode: options.mode.numPy, profile: options.profile, method: options.method, rounding: .none,
      isExact: false,
      jobs: options.jobs)
    messages.detail(computation(windowLength: result.windowLength, result.work, of: result.values.count, isExact: false))
    return type == .float32 ? NumPyArray(result.values.map(Float.init)) : NumPyArray(result.values)
  }

  /// `result / np.convolve(np.ones(len(a)), v, mode)`, with v without its gain, which the division would cancel.
  private func corrected(_ result: NumPyArray) throws(NumPyError) -> NumPyArray {
    let ones = [Double](repeating: 1, count: a.array.elements.count)
    let sums = try convolve(ones, v.array.doubles, mode: options.mode.numPy, profile: options.profile, jobs: options.jobs)
    if sums.contains(0) { throw NumPyError("the taps add up to 0, and --edges corrected would divide by that: leave it out") }
    return NumPyArray(zip(try result.doubles, sums).map { $0 / $1 })
  }

  private func forecast(_ kernel: NumPyArray, _ trial: Trial) throws(NumPyError) -> Forecast {
    let (n, m) = (a.array.elements.count, kernel.elements.count)
    if n == 0 { throw .emptySignal }
    if m == 0 { throw .emptyKernel }
    if a.array.shape.count > 1 || kernel.shape.count > 1 { throw .tooDeep }
    let type = ElementType.promoted(a.array.elementType, kernel.elementType)
    let outputs = options.mode.numPy.outputs(max(n, m), min(n, m)).count
    let isFloat = type == .float32 || type == .float64
    let operands = n * a.array.elementType.bytes + m * kernel.elementType.bytes
    // Exact sums of floats of one type are neither copied before nor after.
    let isBare = isFloat && [a.array.elementType, kernel.elementType] == [type, type] && options.isExact && options.edges == .zero
    let bytes = operands + (isBare ? outputs * type.bytes : largestByteCount(kernel))
    return Forecast(
      result: "\(output.name): NumPy, \(type.rawValue), \(outputs) values", method: isFloat ? "direct" : options.method.rawValue,
      bytes: bytes, seconds: isFloat ? try seconds(outputs: outputs, taps: min(n, m), type, trial) : nil, jobs: options.jobs)
  }

  /// What the sums are predicted to take, corrected by what part of them takes.
  private func seconds(outputs: Int, taps: Int, _ type: ElementType, _ trial: Trial) throws(NumPyError) -> Double {
    let before = Trial.secondsSoFar
    func predicted(_ outputs: Int, _ taps: Int) -> Double {
      let direct = RoundedConvolver(taps: [Double](repeating: 1, count: taps), outputs: outputs, method: .direct, rounding: .none)
      return direct.seconds(outputs: outputs) * Double(type.bytes) / 8 / Double(options.jobs)
    }
    if trial.limit > 0 {
      let part = min(taps, 1 << 15)
      // So many outputs as take a fifth of a second.
      let count = max(1, min(outputs, Int(Double(outputs) * min(1, 0.2 / predicted(outputs, part)))))
      func array(_ value: Float, _ count: Int) -> NumPyArray {
        type == .float32
          ? NumPyArray([Float](repeating: value, count: count)) : NumPyArray([Double](repeating: Double(value), count: count))
      }
      let (signal, kernel) = (array(0.5, count + part - 1), array(0.25, part))
      let start = Trial.now
      _ = try convolve(signal, kernel, mode: .valid, profile: options.profile, method: options.method, jobs: options.jobs)
      trial.note(measured: Trial.now - start, predicted: predicted(count, part))
    }
    let sync = Trial.secondsToSync(saturatedProduct(outputs, type.bytes), in: folderAndName(of: output.path).folder)
    return before + trial.corrected(predicted(outputs, taps)) + sync
  }
}
