import ArgumentParser
import AudioFile
import Design
import Glibc
import Platform
import Terminal
import WordKernels

/// The command `design`: writes the kernel that words make.
struct DesignKernel: FileCommand {
  static let configuration = CommandConfiguration(
    commandName: "design", _superCommandName: Convolve.name,
    abstract: "Write the kernel that words make, as a file, and tell its gain, delay and length.",
    discussion: """
      KERNEL is one of the words, or any kernel that is to get another phase: \(KernelWords.help). With several rates the name of the \
      output holds {rate}, which each of them replaces.
      """,
    version: version)

  static let words = OptionWords(
    flags: [], values: ["-o", "--output", "--rate", "--taps", "--phase", "--format", "--plot"], names: ["-o": "--output"])

  enum Phase: String, CaseIterable, ExpressibleByArgument {
    case natural, minimum, linear

    fileprivate var meaning: KernelPhase {
      switch self {
      case .natural: .natural
      case .minimum: .minimum
      case .linear: .linear
      }
    }
  }

  @Argument(help: ArgumentHelp("The words, and further rates.", valueName: "kernel"), completion: .file())
  var operands: [String] = []

  @Option(
    name: [.short, .long],
    help: "The file to write, of the kind that its extension names, or - for WAV on standard output: 'room-{rate}.wav'.",
    completion: .file())
  var output: String

  @Option(help: ArgumentHelp("The rate to make it for, or several: --rate 44100 48000.", valueName: "Hz"), transform: rateArgument)
  var rate: [Int] = []

  @Option(help: "The most taps. Default: as many as are needed; of phases other than natural, those of a second.")
  var taps: Int?

  @Option(help: "The phase: natural is that of the filters or the file itself.")
  var phase: Phase?

  @Option(help: "Samples of the output. Default: double, which keeps every bit; other programs mostly read float.")
  var format: SampleEncoding?

  @Option(help: ArgumentHelp("Draw impulse, magnitude and phase.", valueName: "file.svg"), completion: .file())
  var plot: String?

  func validate() throws {
    let kernels = kernels
    guard kernels.count == 1 else {
      throw ValidationError(
        kernels.isEmpty
          ? "no kernel is named: give words, as in lowpass:LR4@2000" : "two kernels are named: \(kernels[0]) and \(kernels[1])")
    }
    if let rate = rates.first(where: { !RawKernelFile.rates.contains($0) }) {
      throw ValidationError("--rate \(rate): give a rate in Hz, as in --rate 48000")
    }
    if rates.count > 1, !output.contains("{rate}") {
      throw ValidationError("-o \(output): there are \(rates.count) rates, and one name: let it hold {rate}, as in 'room-{rate}.wav'")
    }
    if output.contains("{rate}"), rates.isEmpty {
      throw ValidationError("-o \(output): give the rate that {rate} stands for: --rate 48000")
    }
    if let taps, !(1...Cascade.longest).contains(taps) { throw ValidationError("--taps \(taps): a kernel has 1 to \(Cascade.longest)") }
    if let plot, !plot.lowercased().hasSuffix(".svg") { throw ValidationError("--plot \(plot): it is SVG: let the name end in .svg") }
    if let plot, plot.contains("{rate}") {
      throw ValidationError("--plot \(plot): one drawing shows the kernels of all rates: leave {rate} out of its name")
    }
  }

  /// Numbers that are no files are rates.
  private var kernels: [String] { operands.filter { !isRate($0) } }

  private var rates: [Int] {
    var rates = rate
    for operand in operands where isRate(operand) { rates.append(Int(operand) ?? 0) }
    return rates.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private func isRate(_ operand: String) -> Bool {
    !rate.isEmpty && operand.utf8.allSatisfy { (0x30...0x39).contains($0) } && FileNameParts.isMissing(operand)
  }

  func run() throws {
    let design = try KernelDesign(kernels[0], phase: phase?.meaning, taps: taps)
    try design.checkRates(rates)
    if let plot, isFile(plot, among: design.files) {
      throw Failure(.usage, "\(plot) is read, and would be overwritten: choose another --plot")
    }
    var written: [WrittenKernel] = []
    // All are made before one is written.
    for rate in rates.isEmpty ? [nil] : rates.map(Optional.some) {
      let path = rate.map { output.replacing("{rate}", with: "\($0)") } ?? output
      try checkOverwriting(path, reading: design.files)
      written.append(try WrittenKernel(design.kernel(rate: rate), OutputOptions(path: path, format: format)))
    }
    for kernel in written { try kernel.write() }
    if let plot { try KernelCharts.write(written.flatMap(\.curves), title: kernels[0].printableLine, to: plot) }
  }
}
