import NPY
import AudioFile
import NumPy
import Terminal

/// Two arrays to a third, of the type that NumPy promotes them to. They are held in memory.
struct ArrayConvolution {
  private let a, v: NamedArray
  private let sum: Sum
  private let output: Output
  private let notes: Notes

  init(_ a: NamedArray, _ v: NamedArray, _ sum: Sum, _ output: Output, _ notes: Notes) {
    (self.a, self.v, self.sum, self.output, self.notes) = (a, v, sum, output, notes)
  }

  func run() throws(AudioFileError) {
    let staged = try StagedFile(output.path)
    let result: NumPyArray
    do throws(NumPyError) {
      let kernel = try output.gain == 0 ? v.array : v.array.amplified(by: output.factor)
      if output.isDry { return print(try forecast(kernel)) }
      let convolved = try convolved(kernel)
      result = sum.edges == .corrected ? try corrected(convolved) : convolved
    } catch {
      throw AudioFileError(.badData, "\(error.message): a is \(a.name) (\(a.array.layout)), v is \(v.name) (\(v.array.layout))")
    }
    try staged.write(result)
    try staged.commit()
  }

  private func convolved(_ kernel: NumPyArray) throws(NumPyError) -> NumPyArray {
    // Only real sums gain by leaving exactness out; and two dimensions are refused where they always are.
    let type = ElementType.promoted(a.array.elementType, kernel.elementType)
    let isReal = (type == .float32 || type == .float64) && a.array.shape.count <= 1 && kernel.shape.count <= 1
    if sum.isExact || !isReal {
      return try convolve(a.array, kernel, mode: sum.mode, profile: sum.profile, method: sum.method, jobs: sum.jobs)
    }
    let result = try convolveRounded(
      a.array.doubles, kernel.doubles, mode: sum.mode, profile: sum.profile, method: sum.method, rounding: .none, isExact: false,
      jobs: sum.jobs)
    notes.detail(describe(frame: result.frame, result.work, of: result.values.count, isExact: false))
    return type == .float32 ? NumPyArray(result.values.map(Float.init)) : NumPyArray(result.values)
  }

  /// `result / np.convolve(np.ones(len(a)), v, mode)`, where v has no gain: that of the result would be lost otherwise.
  private func corrected(_ result: NumPyArray) throws(NumPyError) -> NumPyArray {
    let ones = [Double](repeating: 1, count: a.array.elements.count)
    let sums = try convolve(ones, v.array.doubles, mode: sum.mode, profile: sum.profile, jobs: sum.jobs)
    if sums.contains(0) { throw NumPyError("taps add up to 0, by which --edges corrected would divide: leave it out") }
    return NumPyArray(zip(try result.doubles, sums).map { $0 / $1 })
  }

  private func forecast(_ kernel: NumPyArray) throws(NumPyError) -> String {
    let (n, m) = (a.array.elements.count, kernel.elements.count)
    if n == 0 { throw .emptySignal }
    if m == 0 { throw .emptyKernel }
    if a.array.shape.count > 1 || kernel.shape.count > 1 { throw .tooDeep }
    let type = ElementType.promoted(a.array.elementType, kernel.elementType)
    let outputs = sum.mode.outputs(max(n, m), min(n, m)).count
    let isFloat = type == .float32 || type == .float64
    // Floats are summed where they were read, and written from where they were summed; others, and casts, are copies.
    let isUncast = isFloat && a.array.elementType == type && kernel.elementType == type
    let bytes = ((n + m) * (isUncast ? 1 : 2) + outputs * (isFloat ? 1 : 2)) * type.bytes
    let direct = RoundedConvolver(taps: [Double](repeating: 1, count: min(n, m)), outputs: outputs, method: .direct, rounding: .none)
    let seconds = direct.seconds(outputs: outputs) * Double(type.bytes) / 8 / Double(sum.jobs)
    return forecastText(
      result: "\(output.path): NumPy, \(type.rawValue), \(outputs) values", method: isFloat ? "direct" : sum.method.rawValue,
      bytes: bytes, seconds: isFloat ? seconds : nil, jobs: sum.jobs)
  }
}
