import AudioFile
import Design

extension KernelWords {
  /// A rate at which frequencies that people hear are all possible.
  private static let highestRate = 768_000

  /// Makes the kernel for a rate.
  ///
  /// - Parameters:
  ///   - name: the words as text.
  ///   - rate: Hz; nil: that of the kernel that they name, if it says one.
  /// - Throws: a file is missing or bad, this rate cannot have the kernel, or the work was cancelled.
  public func kernel(name: String, rate: Int?, from supply: KernelSupply) throws(AudioFileError) -> Kernel {
    let shown = KernelName.shown(name)
    guard rate != nil || !dependsOnRate else {
      // An array has none.
      let remedy = "convolve design \(Conversion.quoted(name == shown ? name : "WORDS")) -o kernel.npy --rate 48000"
      throw AudioFileError(
        .badData,
        "\(shown): the words make a kernel for a rate, and nobody says one here: give a sound file, or make the kernel first: \(remedy)")
    }
    let files = SuppliedFiles(supply, name: shown)
    let made = try Self.made(shown, files) { () throws(DesignError) in
      try kernels(rate: Double(rate ?? 48_000), from: files.source, isCancelled: supply.limit.isCancelled)
    }
    try supply.limit.check(taps: made[0].taps.count, channels: made.count, name: shown)
    let hertz = dependsOnRate ? rate : files.sampleRate
    let place = (hertz.map { "made at \($0) Hz: " } ?? "made: ") + (made.count > 1 ? "\(made.count) channels, " : "")
    var kernel = try Kernel(channels: made.map(\.taps), sampleRate: hertz, name: shown, layout: place + made[0].summary)
    kernel.ending = made[0].ending
    kernel.leadFrames = made[0].delayFrames + (keepsTime ? files.leadFrames : 0)
    kernel.cautions = files.cautions
    for note in made.flatMap(\.notes) where !kernel.cautions.contains(Self.located(note, shown)) {
      kernel.cautions.append(Self.located(note, shown))
    }
    return kernel
  }

  /// Reads the files, and makes sure that a rate can have the kernel.
  ///
  /// - Parameter rate: Hz; nil: whether any can.
  /// - Returns: a silent kernel with as many channels.
  public func check(name: String, rate: Int?, from supply: KernelSupply) throws(AudioFileError) -> Kernel {
    var channels = 1
    var counting = supply
    counting.kernel = { name throws(AudioFileError) in
      let kernel = try supply.kernel(name)
      channels = kernel.channels.count
      return kernel
    }
    let shown = KernelName.shown(name)
    let files = SuppliedFiles(counting, name: shown)
    try Self.made(shown, files) { () throws(DesignError) in
      try check(rate: Double(rate ?? Self.highestRate), from: files.source, isCancelled: supply.limit.isCancelled)
    }
    return try Kernel(channels: Array(repeating: [0], count: channels), name: shown, layout: "not made yet")
  }

  /// Whether a kernel that they name keeps its beginning.
  private var keepsTime: Bool {
    switch self {
    case .taps: true
    case .inverted(let words): words.keepsTime
    default: false
    }
  }

  private static func made<Value>(
    _ name: String, _ files: SuppliedFiles, _ make: () throws(DesignError) -> Value
  ) throws(AudioFileError) -> Value {
    do throws(DesignError) {
      return try make()
    } catch {
      if let failure = files.failure { throw failure }
      throw AudioFileError(error.isCancelled ? .inputOutput : .badData, located("\(error)", name), faults: error.faults)
    }
  }

  /// Says whose fault it is, where that is not the text's, which has a name.
  private static func located(_ text: String, _ name: String) -> String {
    text.prefix { $0 != "\n" }.contains(": line ") ? text : "\(name): \(text)"
  }
}
