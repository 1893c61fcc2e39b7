extension KernelWords {
  /// Reads the files, and makes sure that a rate can have the kernel, without making it.
  ///
  /// - Throws: as `kernels(rate:from:)` does, but for what the work itself meets.
  public func check(rate: Double, from source: WordSource, isCancelled: CancellationCheck = { false }) throws(DesignError) {
    try Self.check(rate: rate)
    switch self {
    case .taps(let name): _ = try source.taps(name)
    case .phased(let phase, _, let words):
      try phase.validate(rate: rate)
      try words.check(rate: rate, from: source, isCancelled: isCancelled)
    case .inverted(let words): try words.check(rate: rate, from: source, isCancelled: isCancelled)
    case .pass(let pass) where pass.family == nil: try pass.checkSinc(rate: rate)
    case .equaliser, .equaliserFile, .graphic, .graphicFile, .responseFile, .pass: _ = try magnitudes(rate: rate, from: source, isCancelled)
    }
  }

  private static func check(rate: Double) throws(DesignError) {
    guard rate.isFinite, rate >= 1, rate <= 1e7 else { throw DesignError("a rate of \(rate) Hz is none: give one like 48000") }
  }

  /// Makes the kernel for a rate: each channel of it, all with the same taps before time 0 and of the same length.
  ///
  /// - Throws: a file is bad, this rate cannot have what the words say, or the work was cancelled.
  public func kernels(
    rate: Double, from source: WordSource, isCancelled: CancellationCheck = { false }
  ) throws(DesignError) -> [DesignedKernel] {
    try Self.check(rate: rate)
    switch self {
    case .phased(let phase, let taps, let words):
      let (magnitudes, notes) = try words.magnitudes(rate: rate, from: source, isCancelled)
      var (kernels, longest): ([DesignedKernel], Int) = ([], 0)
      for magnitude in magnitudes {
        try source.checkRoom(magnitudes.count, longest, kernels.count)
        try Self.check(magnitude.leastBytes(phase: phase, rate: rate, taps: taps), source)
        var kernel = try magnitude.kernel(phase: phase, rate: rate, taps: taps, mostBytes: source.mostBytes, isCancelled: isCancelled)
        guard kernel.taps.allSatisfy(\.isFinite) else {
          throw DesignError("the result is beyond float64: lower the gain, or scale the taps")
        }
        kernel.notes = notes + kernel.notes
        longest = max(longest, kernel.taps.count)
        kernels.append(kernel)
      }
      return Self.even(kernels)
    case .inverted(let words): return try words.kernels(rate: rate, from: source, isCancelled: isCancelled).map(\.inverted)
    case .taps(let name): return try source.taps(name).map { DesignedKernel(taps: $0) }
    case .pass(let pass) where pass.family == nil: return [try pass.sinc(rate: rate)]
    case .equaliser, .equaliserFile, .graphic, .graphicFile, .responseFile, .pass:
      return try KernelWords.phased(.natural, taps: nil, self).kernels(rate: rate, from: source, isCancelled: isCancelled)
    }
  }

  /// Of each channel.
  private func magnitudes(
    rate: Double, from source: WordSource, _ isCancelled: CancellationCheck
  ) throws(DesignError) -> ([Magnitude], notes: [String]) {
    switch self {
    case .equaliser(let text): return try Self.cascade(text, rate: rate, name: "eq", quotes: true)
    case .equaliserFile(let name):
      let text = try Self.parsed(name, source) { bytes throws(TextFaults) in
        try EqualiserText(bytes, isCancelled: isCancelled)
      }
      return try Self.cascade(text, rate: rate, name: name, quotes: source.quotes)
    case .graphic(let text): return ([.response(text.response)], [])
    case .graphicFile(let name):
      let text = try Self.parsed(name, source) { bytes throws(TextFaults) in try GraphicText(bytes, isCancelled: isCancelled) }
      return ([.response(text.response)], [])
    case .responseFile(let name):
      let text = try Self.parsed(name, source) { bytes throws(TextFaults) in try ResponseText(bytes, isCancelled: isCancelled) }
      return ([.response(text.response)], [])
    case .pass(let pass):
      if let (cascade, notes) = try pass.cascade(rate: rate) { return ([.cascade(cascade)], notes) }
      return ([.taps(try pass.sinc(rate: rate).taps)], [])
    case .taps, .phased, .inverted:
      let kernels = try kernels(rate: rate, from: source, isCancelled: isCancelled)
      return (kernels.map { .taps($0.taps) }, kernels.flatMap(\.notes))
    }
  }

  private static func check(_ bytes: Int, _ source: WordSource) throws(DesignError) {
    guard bytes > source.mostBytes else { return }
    throw DesignError(
      "making the kernel takes \(bytes / 1_000_000) MB of memory, more than the \(source.mostBytes / 1_000_000) MB that are left: want"
        + " fewer taps, or another phase")
  }

  private static func parsed<Text>(
    _ name: String, _ source: WordSource, _ parse: ([UInt8]) throws(TextFaults) -> Text
  ) throws(DesignError) -> Text {
    let bytes = try source.text(name)
    do throws(TextFaults) {
      return try parse(bytes)
    } catch {
      if error.isCancelled { throw .cancelled }
      throw DesignError(error, file: name, quotes: source.quotes)
    }
  }

  private static func cascade(
    _ text: EqualiserText, rate: Double, name: String, quotes: Bool
  ) throws(DesignError) -> ([Magnitude], notes: [String]) {
    do throws(TextFaults) {
      let (cascade, notes) = try text.cascade(rate: rate)
      return ([.cascade(cascade)], notes.map { "\(name): \($0.description(quotes: quotes))" })
    } catch {
      throw DesignError(error, file: name, quotes: quotes)
    }
  }

  /// Kernels of the same length, with time 0 at the same tap.
  private static func even(_ kernels: [DesignedKernel]) -> [DesignedKernel] {
    let delay = kernels.map(\.delayFrames).max() ?? 0
    let count = kernels.map { $0.taps.count + delay - $0.delayFrames }.max() ?? 0
    return kernels.map { kernel in
      var result = kernel
      let lead = [Double](repeating: 0, count: delay - kernel.delayFrames)
      result.taps = lead + kernel.taps + [Double](repeating: 0, count: count - lead.count - kernel.taps.count)
      result.delayFrames = delay
      return result
    }
  }
}
