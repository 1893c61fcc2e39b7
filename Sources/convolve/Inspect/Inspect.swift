import Analysis
import ArgumentParser
import AudioFile
import Platform
import Plot
import Terminal

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

  static let words = OptionWords(flags: ["--json", "--no-charts"], values: ["--kernel-format", "--plot"])

  @Argument(
    help: "Sound files, .npy arrays, text of a number a line (.txt, .csv), taps:0.5,1,0.5, box:8, diff or dirac.", completion: .file())
  var files: [String]

  @Flag(help: "Print a JSON document (docs/inspect.md).")
  var json = false

  @Flag(help: "Print figures only.")
  var noCharts = false

  @Option(help: "The files are raw samples of this kind, little-endian, one channel.")
  var kernelFormat: RawKernelFormat?

  @Option(help: ArgumentHelp("Draw impulse, magnitude and phase of all channels.", valueName: "file.svg"), completion: .file())
  var plot: String?

  func validate() throws {
    if json && noCharts { throw ValidationError("--json and --no-charts exclude each other: the document has no charts") }
    if files.isEmpty { throw ValidationError("no file is named: give one or more") }
    if files.filter({ $0 == "-" }).count > 1 { throw ValidationError("- is given twice: standard input can be only one of the files") }
    if kernelFormat != nil, let kernel = files.first(where: Kernel.isSpecification) {
      throw ValidationError("--kernel-format is for files, and \(kernel) is not one: leave it out")
    }
    if let plot, !plot.lowercased().hasSuffix(".svg") { throw ValidationError("--plot \(plot): it is SVG: let the name end in .svg") }
  }

  func run() throws {
    var inspections: [Inspection] = []
    var failures: [Failure] = []
    for file in files {
      do throws(Failure) {
        inspections.append(try Inspection(KernelSource(text: file, rawFormat: kernelFormat)))
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
    throw Failure(first.status, last.message)
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
    do throws(AudioFileError) {
      // Before the work, rather than after.
      let staged = try StagedFile(path)
      let curves = inspections.flatMap { inspection in inspection.channels.indices.map { inspection.curve($0) } }
      let document = svg(KernelCharts(curves).charts, title: inspections.map(\.kernel.name.printableLine).joined(separator: ", "))
      try staged.write(Array(document.utf8))
      try staged.commit()
    } catch {
      throw Failure(error)
    }
  }
}
