import ArgumentParser
import AudioFile
import NPY
import NumPy
import Platform
import Terminal
import WordKernels
import Vector

/// The command without a name: convolves files with a kernel as np.convolve does, bit for bit.
struct ConvolveFiles: FileCommand {
  static let configuration = CommandConfiguration(
    commandName: Convolve.name,
    abstract: "Convolve sound files or arrays with a kernel: the numbers of np.convolve, bit for bit.",
    discussion: """
      INPUT is a sound file (WAV, RF64, W64, AIFF, FLAC), a .npy array, or - for WAV on standard input. KERNEL is one too, or text of a \
      number a line (.txt, .csv), or \(KernelName.help). The kernel comes last, and serves every input. A configuration of convolved \
      (.yaml, .yml) in its place gives the matrix of its filters.

      Four more commands, each with a --help of its own:
        convolve 2d IMAGE KERNEL -o OUT     two-dimensional arrays, as scipy.signal.convolve2d
        convolve design KERNEL -o FILE      the kernel that words make, as a file
        convolve find RECORDING PATTERN     where a pattern occurs in a recording
        convolve inspect FILE...            what a kernel is and what it will do
      """,
    version: version)

  static let words = OptionWords(
    flags: ["--resample", "--strict", "--fast", "--dry-run", "-v", "--verbose", "-q", "--quiet"],
    values: [
      "-o", "--output", "--mode", "--format", "--kernel-format", "--gain", "--edges", "--profile", "--method", "--jobs", "--matrix",
      "--raw",
    ],
    names: ["-o": "--output"])

  @Argument(
    help: ArgumentHelp("Inputs, and the kernel as the last.", valueName: "input ... kernel"), completion: .file())
  var operands: [String] = []

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      """
      The file to write, of the kind that its extension names, or - for WAV on standard output. For several inputs a folder, or a \
      template with {stem}, {name} or {ext}: 'wet/{stem}.flac'.
      """), completion: .file())
  var output: String

  @Option(help: "All outputs with any overlap, as many as the longer operand has, those of complete overlap, or as many as INPUT has.")
  var mode = OutputMode.full

  @Option(help: "Samples of the output; INPUT's own if not given.")
  var format: SampleEncoding?

  @Option(help: "KERNEL is raw samples of this kind, little-endian, one channel.")
  var kernelFormat: RawKernelFormat?

  @Option(
    help: ArgumentHelp(
      "KERNEL has a channel for each ear from each side: which it is, in its order. LR leads from the left input to the right output.",
      valueName: "LL,LR,RL,RR"),
    transform: { text in
      guard let order = ChannelOrder(text) else {
        throw ValidationError("\(text) is no order of the four paths LL,LR,RL,RR: name each once, as the kernel's channels follow")
      }
      return order
    })
  var matrix: ChannelOrder?

  @Option(
    help: ArgumentHelp(
      "Standard input has no header, and neither has standard output: sample format, channels and rate, as in s16,2,44100.",
      valueName: "format,channels,rate"),
    transform: { text in
      guard let format = RawSoundFormat(text) else {
        let formats = RawKernelFormat.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\(text) is no FORMAT,CHANNELS,RATE, as in s16,2,44100: formats are \(formats), channels 1 to 1024")
      }
      return format
    })
  var raw: RawSoundFormat?

  @Flag(help: "Resample a kernel of another rate to INPUT's.")
  var resample = false

  // A negative gain begins with a minus sign, and is not an option.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Amplify by so many dB: each tap is multiplied by 10^(dB/20). auto: as many as bring the worst case to 0 dBFS.", valueName: "dB"),
    transform: OutputGain.init)
  var gain = OutputGain.decibels(0)

  @Option(
    help: ArgumentHelp(
      "Beyond INPUT's ends there is zero, or nothing: corrected divides each output by the sum of the taps that met samples."))
  var edges = Edges.zero

  @Flag(help: "Write nothing if a sample clips.")
  var strict = false

  @Option(help: "The processor whose NumPy to reproduce; auto is this one.")
  var profile = ProfileChoice.auto

  @Option(help: "How to compute; the result does not depend on it.")
  var method = ConvolutionMethod.auto

  @Flag(help: "Leave out what exactness costs: the result lies within a bound that --verbose prints.")
  var fast = false

  @Option(help: "Threads, at most as many as there are processors, which is the default. The result does not depend on it.")
  var jobs: Int?

  @Flag(help: "Only tell length, method, memory and time of the result.")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "Tell what was detected and chosen.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  func validate() throws {
    guard operands.count >= 2 else {
      let given = operands.first.map { "\($0) is alone" } ?? "nothing is given"
      throw ValidationError("\(given): give an input and a kernel")
    }
    try Threads.check(jobs)
    let kernelFiles = (try? KernelName(operands.last!))?.files ?? []
    try checkStandardInput(operands.dropLast() + kernelFiles)
    if let contradiction { throw ValidationError(contradiction) }
  }

  /// Options of which one leaves another without effect.
  private var contradiction: String? {
    let kernel = operands.last!
    if fast && method == .direct { return "--fast and --method direct exclude each other: the direct sum is exact" }
    if fast && edges == .corrected { return "--fast and --edges corrected exclude each other: corrected sums are direct, and exact" }
    if method == .fft && edges == .corrected {
      return "--method fft and --edges corrected exclude each other: corrected sums are direct"
    }
    if gain == .auto && edges == .corrected {
      return "--gain auto and --edges corrected exclude each other: corrected sums have no worst case"
    }
    if strict && output == "-" { return "--strict cannot undo what was written to standard output: name a file" }
    if strict, let format, format.bits == nil {
      return "--strict and --format \(format.rawValue) exclude each other: floating point does not clip"
    }
    if verbose && quiet { return "--verbose and --quiet exclude each other" }
    if kernelFormat != nil && !KernelName.isFile(kernel) {
      return "--kernel-format is for files, and \(kernel) is not one: leave it out"
    }
    if resample && !mayHaveRate(kernel) { return "--resample is for files of a rate, and \(kernel) has none: leave it out" }
    if resample && kernelFormat != nil { return "--resample and --kernel-format exclude each other: raw samples have no rate" }
    return matrixContradiction ?? rawContradiction
  }

  /// Of what leads from several inputs to several outputs.
  private var matrixContradiction: String? {
    let (kernel, isConfiguration) = (operands.last!, isConfiguration)
    let what = isConfiguration ? "the configuration \(kernel)" : matrix != nil ? "--matrix" : raw != nil ? "--raw" : nil
    guard let what else { return nil }
    if mode == .same || mode == .valid { return "--mode \(mode.rawValue) and \(what) exclude each other: there it is full or head" }
    if edges == .corrected { return "--edges corrected and \(what) exclude each other: what leads to an output may be a sum" }
    guard isConfiguration else { return nil }
    if kernelFormat != nil { return "--kernel-format and \(what) exclude each other: its kernels have formats of their own" }
    if resample { return "--resample and \(what) exclude each other: set `resample: true` there" }
    return matrix != nil ? "--matrix and \(what) exclude each other: its filters say where they lead" : nil
  }

  private var rawContradiction: String? {
    guard raw != nil else { return nil }
    if operands.first != "-" { return "--raw says what standard input holds, and INPUT is \(operands[0]): give - in its place" }
    return nil
  }

  private var isConfiguration: Bool { ConfiguredMatrix.isConfiguration(operands.last!) }

  private func mayHaveRate(_ kernel: String) -> Bool { (try? KernelName(kernel))?.mayHaveRate ?? true }

  func run() throws {
    let messages = Messages(verbose: verbose, quiet: quiet)
    Threads.warn(jobs, messages)
    let pattern = try OutputPattern(output, inputs: operands.dropLast(), kernel: operands.last!)
    let source =
      isConfiguration
      ? FilteringSource.configuration(ConfiguredMatrix(operands.last!))
      : .kernel(KernelSource(text: operands.last!, rawFormat: kernelFormat, resamples: resample), matrix)
    if case .file(let path) = pattern {
      // The input is opened once: what its rate makes of `{rate}` is looked at then.
      try checkOverwriting(path, reading: [operands[0]] + source.files(inputs: []))
      try convolve(operands[0], source, to: path, isNamedByInput: false, messages, Trial())
    } else {
      let inputs = Array(operands.dropLast())
      let batch = try BatchPlan(inputs: inputs, kernel: source.text, files: source.files(inputs: inputs), pattern)
      try Batch(batch, source, isDry: dryRun, messages).run { (input, output, messages, trial) throws(Failure) in
        try convolve(input, source, to: output, isNamedByInput: true, messages, trial)
      }
    }
  }

  /// - Parameter isNamedByInput: whether the output has its name from the input, which is at fault then if it is no file of sound.
  private func target(_ output: String, for input: String, isNamedByInput: Bool) throws(Failure) -> OutputOptions {
    do throws(Failure) {
      return try OutputOptions(path: output, format: format, raw: raw)
    } catch {
      guard isNamedByInput, !OutputOptions.isKindKnown(output) else { throw error }
      do throws(AudioFileError) {
        try InputFile.open(input) { file throws(AudioFileError) in
          if try !NumPyArray.isFile(file.path) { _ = try SoundSource(path: file.path) }
        }
      } catch {
        throw Failure(error)
      }
      throw Failure(error.status, "\(input): from its name comes \(error.message), or give -o a template that ends so: 'wet/{stem}.wav'")
    }
  }

  /// Convolves one file.
  private func convolve(
    _ input: String, _ source: FilteringSource, to output: String, isNamedByInput: Bool, _ messages: Messages, _ trial: Trial
  ) throws(Failure) {
    var target = try self.target(output, for: input, isNamedByInput: isNamedByInput)
    if mode == .head, case .array = target.kind {
      throw Failure(.usage, "\(output): --mode head is for sound, and this is an array: take the first values of the full one")
    }
    if gain == .auto, case .array = target.kind {
      throw Failure(.usage, "\(output): --gain auto is for sound, since an array has no full scale: give a number of dB")
    }
    // A dry run makes no folder.
    let parts = FileNameParts(output)
    let isFolderNew = dryRun && trial.isBatch && FileNameParts.isMissing(parts.folder)
    if isFolderNew { target.path = "\(FileNameParts(parts.folder).folder)/\(parts.name)" }
    (target.isStrict, target.trial) = (strict, dryRun ? trial : nil)
    if case .decibels(let gain) = gain { target.gain = gain }
    let options = ConvolutionOptions(
      mode: mode, profile: profile.order, isProfileGiven: profile != .auto, method: method, isExact: !fast, edges: edges,
      jobs: Threads.count(jobs), isResampling: resample)
    do throws(AudioFileError) {
      try InputFile.open(input) { file throws(AudioFileError) in
        let operands = try Operands(input: file, filtering: source, output: target, raw: raw)
        if gain == .auto { target.gain = operands.safeGain(messages) }
        messages.detail("input: \(input): \(operands.inputLayout)")
        messages.detail("kernel: \(source.text): \(operands.kernelLayout)")
        messages.detail("profile: \(profile.order.rawValue)\(profile == .auto ? ", as OpenBLAS chooses here" : "")")
        messages.detail("mode: \(mode.rawValue), instructions: \(InstructionSet.best.rawValue), threads: \(options.jobs)")
        try operands.convolve(options, to: target, messages)
      }
    } catch {
      throw Failure(error)
    }
  }
}

enum ProfileChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, skylakex, haswell, sandybridge, nehalem, cortexa, neoversen1, neoversev1, neoversen2

  init?(argument: String) { self.init(rawValue: Profile(named: argument)?.rawValue ?? argument) }

  var order: Profile { Profile(rawValue: rawValue) ?? .automatic }
}

extension Edges: ExpressibleByArgument {}
extension ConvolutionMethod: ExpressibleByArgument {}
extension ConvolutionMode: ExpressibleByArgument {}
extension OutputMode: ExpressibleByArgument {}
extension RawKernelFormat: ExpressibleByArgument {}
extension SampleEncoding: ExpressibleByArgument {}
