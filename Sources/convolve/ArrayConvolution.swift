import AudioFile
import NPY
import Numbers
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
    let sums = try named { () throws(NumPyError) in
      try check(kernel)
      return try ArraySums(a.array, kernel, options)
    }
    OptionEffects(of: .arrays(sums.type)).tell(options, output, messages)
    try named { () throws(NumPyError) in try tellFasterWay(kernel, sums) }
    if let trial = output.trial { return trial.print(try named { () throws(NumPyError) in try forecast(kernel, sums, trial) }) }
    let result = try named { () throws(NumPyError) in
      let (convolved, work) = try sums.result()
      messages.detail(
        computation(
          windowLength: sums.windowLength, work ?? RoundingWork(), of: convolved.elements.count, isExact: work == nil, isSure: work == nil,
          isNarrowed: sums.type == .float32))
      return options.edges == .corrected ? try corrected(convolved) : convolved
    }
    try staged.write(result)
    try staged.commit()
    messages.detail("output: \(output.name): \(result.layout)")
  }

  /// What `np.convolve` refuses, and what would be refused after the work.
  private func check(_ kernel: NumPyArray) throws(NumPyError) {
    if a.array.elements.count == 0 { throw .emptySignal }
    if kernel.elements.count == 0 { throw .emptyKernel }
    if a.array.shape.count > 1 || kernel.shape.count > 1 {
      throw NumPyError("\(NumPyError.tooDeep.message), of one dimension: for two there is convolve 2d")
    }
    let type = ElementType.promoted(a.array.elementType, kernel.elementType)
    if options.edges == .corrected, type.kind == .complex {
      throw NumPyError("--edges corrected is for real numbers, and elements are \(type.rawValue): save the real part, with .real")
    }
  }

  /// Says what `--fast` would save where exact sums take long.
  private func tellFasterWay(_ kernel: NumPyArray, _ sums: ArraySums) throws(NumPyError) {
    guard !messages.quiet, options.isExact, options.method == .auto, options.edges == .zero, ArraySums.mayBeFast(sums.type),
      let trial = FasterWay.trial(predicted: sums.predictedSeconds)
    else { return }
    let seconds = try sums.seconds(trial)
    let (n, m) = (a.array.elements.count, kernel.elements.count)
    let taps = try n >= m ? kernel.doubles : a.array.doubles
    let outputs = options.mode.numPy.outputs(max(n, m), min(n, m)).count
    FasterWay([[taps]], outputs: outputs, options)?.tell(
      exactSeconds: seconds, predicted: sums.predictedSeconds, isNarrowed: sums.type == .float32, messages)
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

  /// `result / np.convolve(np.ones(len(a)), v, mode)`, with v without its gain, which the division would cancel.
  private func corrected(_ result: NumPyArray) throws(NumPyError) -> NumPyArray {
    let ones = [Double](repeating: 1, count: a.array.elements.count)
    let sums = try convolve(ones, v.array.doubles, mode: options.mode.numPy, profile: options.profile, jobs: options.jobs)
    if sums.contains(0) { throw NumPyError("some or all of the taps add up to 0, by which --edges corrected would divide: leave it out") }
    return NumPyArray(zip(try result.doubles, sums).map { $0 / $1 })
  }

  private func forecast(_ kernel: NumPyArray, _ sums: ArraySums, _ trial: Trial) throws(NumPyError) -> Forecast {
    let (n, m) = (a.array.elements.count, kernel.elements.count)
    let before = Trial.secondsSoFar
    let type = options.edges == .corrected ? ElementType.float64 : sums.type
    let outputs = options.mode.numPy.outputs(max(n, m), min(n, m)).count
    let operands = n * a.array.elementType.bytes + m * kernel.elementType.bytes
    // Exact sums of floats of one type are neither copied before nor after.
    let isBare = ArraySums.mayBeFast(type) && [a.array.elementType, kernel.elementType] == [type, type] && options.isExact
    let bytes = operands + (isBare && options.edges == .zero ? outputs * type.bytes : largestByteCount(kernel))
    let sync = Trial.secondsToSync(saturatedProduct(outputs, type.bytes), in: folderAndName(of: output.path).folder)
    return Forecast(
      result: "\(output.name): NumPy, \(type.rawValue), \(quantity(outputs, "value"))",
      method: sums.isDirect ? "direct" : "FFT of \(sums.windowLength) values", bytes: bytes,
      seconds: before + (try sums.seconds(trial)) + sync, jobs: options.jobs)
  }
}
