import ArgumentParser
import AudioFile
import Glibc
import NumPy
import Platform
import Terminal
import Vector

/// The command without a name: convolves a file with a kernel as np.convolve does, bit for bit.
struct ConvolveFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Convolve.name,
    abstract: "Convolve a sound file or array with a kernel: the numbers of np.convolve, bit for bit.",
    discussion: """
      Three more commands, each with a --help of its own:
        convolve 2d IMAGE KERNEL -o OUT     two-dimensional arrays, as scipy.signal.convolve2d
        convolve find RECORDING PATTERN     where a pattern occurs in a recording
        convolve inspect FILE...            what a kernel is and what it will do
      """,
    version: version)

  @Argument(help: "A sound file (WAV, RF64, W64, AIFF, FLAC), .npy array, or - for WAV on standard input.", completion: .file())
  var input: String

  @Argument(
    help: ArgumentHelp("A sound file, .npy array, text of a number a line (.txt, .csv), or \(Kernel.specificationHelp)."),
    completion: .file())
  var kernel: String

  @Option(
    name: [.short, .long], help: "The file to write, of the kind that its extension names, or - for WAV on standard output.",
    completion: .file())
  var output: String

  @Option(help: "All outputs with any overlap, as many as the longer operand has, or those of complete overlap.")
  var mode = ConvolutionMode.full

  @Option(help: "Samples of the output; INPUT's own if not given.")
  var format: SampleEncoding?

  @Option(help: "KERNEL is raw samples of this kind, little-endian, one channel.")
  var kernelFormat: RawKernelFormat?

  @Flag(help: "Resample a kernel of another rate to INPUT's.")
  var resample = false

  // A negative gain begins with a minus sign, and is not an option.
  @Option(parsing: .unconditional, help: "Amplify by so many dB: each tap is multiplied by 10^(dB/20).")
  var gain = 0.0

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

  @Option(help: "Threads; as many as there are processors if not given. The result does not depend on it.")
  var jobs: Int?

  @Flag(help: "Only tell length, method, memory and time of the result.")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "Tell what was detected and chosen.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  func validate() throws {
    if let jobs, !ConvolutionOptions.jobs.contains(jobs) { throw ValidationError(ConvolutionOptions.fault(jobs: jobs)) }
    if fast && method == .direct { throw ValidationError("--fast and --method direct exclude each other: the direct sum is exact") }
    if !(gain.magnitude <= 1_000) { throw ValidationError("--gain is \(gain), and must be a number of dB up to 1000 either way") }
    if strict && output == "-" { throw ValidationError("--strict cannot undo what was written to standard output: name a file") }
    if verbose && quiet { throw ValidationError("--verbose and --quiet exclude each other") }
    if input == "-" && kernel == "-" { throw ValidationError("INPUT and KERNEL are both -: standard input can be only one of them") }
    if kernelFormat != nil && Kernel.isSpecification(kernel) {
      throw ValidationError("--kernel-format is for files, and \(kernel) is not one: leave it out")
    }
  }

  func run() throws {
    let messages = Messages(verbose: verbose, quiet: quiet)
    var target = try OutputOptions(path: output, format: format)
    (target.gain, target.isStrict, target.isDry) = (gain, strict, dryRun)
    let source = KernelSource(text: kernel, rawFormat: kernelFormat, resamples: resample)
    let options = ConvolutionOptions(mode: mode, profile: profile.order, method: method, isExact: !fast, edges: edges, jobs: threads)
    do throws(AudioFileError) {
      let operands = try Operands(input: input, kernel: source, output: target)
      messages.detail("input: \(input): \(operands.inputLayout)")
      messages.detail("kernel: \(kernel): \(operands.kernelLayout)")
      messages.detail("profile: \(profile.order.rawValue)\(profile == .auto ? ", as OpenBLAS chooses here" : "")")
      messages.detail("mode: \(mode.rawValue), instructions: \(InstructionSet.best.rawValue), threads: \(threads)")
      try operands.convolve(options, to: target, messages)
    } catch {
      throw Failure(error)
    }
  }

  private var threads: Int { jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

enum ProfileChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, skylakex, haswell, sandybridge, nehalem, neon

  var order: Profile { Profile(rawValue: rawValue) ?? .automatic }
}

extension Edges: ExpressibleByArgument {}
extension ConvolutionMethod: ExpressibleByArgument {}
extension ConvolutionMode: ExpressibleByArgument {}
extension RawKernelFormat: ExpressibleByArgument {}
extension SampleEncoding: ExpressibleByArgument {}
