import Analysis
import ArgumentParser
import AudioFile
import Platform
import Plot
import Terminal
import WordKernels

/// The command `inspect`: describes kernel files and their effect.
struct Inspect: FileCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", _superCommandName: Convolve.name,
    abstract: "Tell what a kernel is and what it will do: delay, worst-case gain, phase, response.",
    discussion: """
      The largest gain of a sine is the largest magnitude of the frequency response, within 0.01 dB; that of any signal is the sum \
      of the taps' magnitudes. A kernel counts as minimum phase if it differs from the minimum phase kernel of the same magnitude \
      by less than \(fixed(PhaseKind.minimumPhaseTolerance, 0)) dB.
      """,
    version: version)

  static let words = OptionWords(flags: ["--json", "--no-charts"], values: ["--kernel-format", "--plot", "--rate"])

  @Argument(
    help: """
      Sound files, .npy arrays, text of a number a line (.txt, .csv), words (eq:FILE, lowpass:LR4@2000, minimum:FILE, f64:FILE), \
      taps:0.5,1,0.5, box:8, diff or dirac.
      """, completion: .file())
  var files: [String]

  @Flag(help: "Print a JSON document (docs/inspect.md).")
  var json = false

  @Flag(help: "Print figures only.")
  var noCharts = false

  @Option(help: "The files are raw samples of this kind, little-endian, one channel.")
  var kernelFormat: RawKernelFormat?

  @Option(help: ArgumentHelp("Rate at which words make a kernel.", discussion: "Default: \(Self.usualRate).", valueName: "Hz"))
  var rate: Int?

  private static let usualRate = 48_000

  @Option(help: ArgumentHelp("Draw impulse, magnitude and phase of all channels.", valueName: "file.svg"), completion: .file())
  var plot: String?

  func validate() throws {
    if json && noCharts { throw ValidationError("--json and --no-charts exclude each other: the document has no charts") }
    if files.isEmpty { throw ValidationError("no file is named: give one or more") }
    try checkStandardInput(files.flatMap { (try? KernelName($0))?.files ?? [] })
    if kernelFormat != nil, let kernel = files.first(where: { !KernelName.isFile($0) }) {
      throw ValidationError("--kernel-format is for files, and \(kernel) is not one: leave it out")
    }
    if let rate {
      guard RawKernelFile.rates.contains(rate) else { throw ValidationError("--rate \(rate): give a rate in Hz, as in --rate 48000") }
      guard files.contains(where: dependsOnRate) else {
        throw ValidationError("--rate is for words, and no kernel is made from any: leave it out")
      }
    }
    if let plot, !plot.lowercased().hasSuffix(".svg") { throw ValidationError("--plot \(plot): it is SVG: let the name end in .svg") }
  }

  private func dependsOnRate(_ file: String) -> Bool { (try? KernelName(file))?.dependsOnRate ?? false }

  func run() throws {
    if let plot, isFile(plot, among: files.flatMap { (try? KernelName($0))?.files ?? [] }) {
      throw Failure(.usage, "\(plot) is read, and would be overwritten: choose another --plot")
    }
    var inspections: [Inspection] = []
    var failures: [Failure] = []
    for file in files {
      do throws(Failure) {
        inspections.append(try inspection(of: file))
        // What is drawn comes before what is printed.
        if !json && plot == nil { print(text(inspections.last!)) }
      } catch {
        failures.append(error)
      }
    }
    if let plot, !inspections.isEmpty { try draw(inspections, to: plot) }
    if json { print(JSON.array(inspections.map(\.json)).text) } else if plot != nil { inspections.forEach { print(text($0)) } }
    guard let first = failures.first, let last = failures.last else { return }
    for failure in failures.dropLast() { Convolve.report(failure) }
    throw Failure(first.status, last.message, faults: last.faults)
  }

  private func inspection(of file: String) throws(Failure) -> Inspection {
    try Inspection(KernelSource(text: file, rawFormat: kernelFormat), rate: dependsOnRate(file) ? rate ?? Self.usualRate : nil)
  }

  private func text(_ inspection: Inspection) -> String {
    let charts =
      noCharts
      ? []
      : inspection.channels.indices.map { channel in
        zip(KernelCharts([inspection.curve(channel)]).charts, [8, 10, 6]).flatMap { chart, rows in chart.braille(rows: rows) + [""] }
      }
    return inspection.lines(charts: charts).joined(separator: "\n")
  }

  private func draw(_ inspections: [Inspection], to path: String) throws(Failure) {
    let curves = inspections.flatMap { inspection in inspection.channels.indices.map { inspection.curve($0) } }
    try KernelCharts.write(curves, title: inspections.map(\.kernel.name.printableLine).joined(separator: ", "), to: path)
  }
}
