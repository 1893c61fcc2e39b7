import ArgumentParser
import AudioFile
import Glibc
import NumPy
import Terminal
import Vector

/// Convolves one file with another: np.convolve, bit for bit.
struct ConvolveFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Program.name,
    abstract: "Convolve a sound file or array with a kernel: the numbers of np.convolve, bit for bit.",
    discussion: """
      Two more commands, each with a --help of its own:
        convolve find RECORDING PATTERN     where a pattern occurs in a recording
        convolve inspect FILE...            what a kernel is and what it will do
      """)

  @Argument(help: "A sound file (WAV, RF64, W64, AIFF, FLAC) or .npy array.")
  var input: String

  @Argument(help: "A sound file, .npy array, text of a number a line (.txt, .csv), taps:0.5,1,0.5 or dirac.")
  var kernel: String

  @Option(name: [.short, .long], help: "The file to write, of the kind that its extension names.")
  var output: String

  @Option(help: "All outputs with any overlap, as many as the longer operand has, or those of complete overlap.")
  var mode = ConvolutionMode.full

  @Option(help: "Samples of the output; INPUT's own if not given.")
  var format: SampleEncoding?

  @Option(help: "The processor whose NumPy to reproduce; auto is this one.")
  var profile = ProfileChoice.auto

  @Option(help: "Threads; as many as there are processors if not given. The result does not depend on it.")
  var jobs: Int?

  @Flag(name: .shortAndLong, help: "Tell what was detected and chosen.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs is \(jobs), and must be 1 or more") }
    if verbose && quiet { throw ValidationError("--verbose and --quiet exclude each other") }
    for path in [input, kernel, output] where path == "-" {
      throw ValidationError("standard input and output are not supported: name a file instead of -")
    }
  }

  func run() throws {
    let notes = Notes(verbose: verbose, quiet: quiet)
    let target = try OutputKind(path: output, format: format)
    let operands = try Operands(input: input, kernel: kernel, target: target)
    notes.detail("input: \(input): \(operands.inputLayout)")
    notes.detail("kernel: \(kernel): \(operands.kernelLayout)")
    notes.detail("profile: \(profile.order.rawValue)\(profile == .auto ? ", as OpenBLAS chooses here" : "")")
    notes.detail("mode: \(mode.rawValue), instructions: \(InstructionSet.best.rawValue), threads: \(threads)")
    try operands.convolve(Sum(mode: mode, profile: profile.order, jobs: threads), to: output, as: target, notes)
  }

  private var threads: Int { jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

enum ProfileChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, skylakex, haswell

  var order: Profile {
    switch self {
    case .auto: .automatic
    case .skylakex: .skylakex
    case .haswell: .haswell
    }
  }
}

/// How to add up: everything but the numbers.
struct Sum {
  var mode: ConvolutionMode
  var profile: Profile
  var jobs: Int
}

extension ConvolutionMode: ExpressibleByArgument {}
extension SampleEncoding: ExpressibleByArgument {}
