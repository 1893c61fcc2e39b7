import ArgumentParser
import CMachine
import Foundation
import Peers
import Vector

@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures convolved's convolver against its peers.",
    discussion: "Without a mode: ours, zita-convolver, FFTW and the direct sum by turns in one process. See README.md.")

  enum Mode: String, EnumerableFlag {
    case alone, paced, matrix, precision, interface, changes, creation

    static func help(for value: Mode) -> ArgumentHelp? {
      switch value {
      case .alone: "Ours only: how even its blocks are."
      case .paced: "A block when a device would deliver one; ours and zita's."
      case .matrix: "8 x 8 kernels; ours and zita's."
      case .precision: "Ours in float64 and in float32."
      case .interface: "The C interface against the convolver within, few taps too."
      case .changes: "The largest blocks while a kernel changes."
      case .creation: "Making a convolver, and changing one kernel; memory."
      }
    }
  }

  @Flag(exclusivity: .exclusive) var mode: Mode?

  @Option(parsing: .upToNextOption, help: "Only kernels of these numbers of taps, powers of two up to 16777216.")
  var taps: [Int] = []

  @Option(parsing: .upToNextOption, help: "Only these blocks, powers of two from 64 to 8192.")
  var block: [Int] = []

  @Option(help: "At most so many rounds.")
  var rounds = 200

  @Flag(help: "A tenth of the time, to try it out.")
  var quick = false

  func validate() throws {
    guard taps.allSatisfy({ (1...1 << 24).contains($0) && $0 & ($0 - 1) == 0 }) else {
      throw ValidationError("--taps takes powers of two up to 16777216")
    }
    guard block.allSatisfy({ (64...8_192).contains($0) && $0 & ($0 - 1) == 0 }) else {
      throw ValidationError("--block takes powers of two from 64 to 8192")
    }
    guard rounds >= 1 else { throw ValidationError("--rounds must be at least 1") }
  }

  func run() throws {
    try flushDenormals()
    // Paced, zita's threads have the other processors, as in life.
    let processor = mode == .paced ? -1 : machine_pin_to_last_processor()
    printMachine(processor)
    switch mode {
    case nil:
      var comparison = Comparison(cells: cells(), effort: effort(5), quick: quick)
      try comparison.run()
    case .alone: try runAlone(cells(), effort(5))
    case .paced: try runPaced(cells([16_384, 524_288], [64]), seconds: quick ? 2 : 10)
    case .matrix: try runMatrix(effort(8))
    case .precision: try runPrecision(cells(), effort(2))
    case .interface: try runInterface(cells([1, 2, 4, 8, 1_024, 16_384]), effort(2))
    case .changes: try runChanges(cells([16_384, 131_072, 524_288], [64, 256]), changes: quick ? 5 : 20)
    case .creation: try runCreation(Cell.creations, rounds: quick ? 3 : 20)
    }
    print("Load at the end: \(load)\n")
  }

  /// The cells of a mode, or those that were asked for.
  private func cells(_ taps: [Int] = Cell.taps, _ blocks: [Int] = Cell.blocks) -> [Cell] {
    (self.taps.isEmpty ? taps : self.taps).flatMap { taps in
      (block.isEmpty ? blocks : block).map { Cell(taps: taps, block: $0) }
    }
  }

  private func effort(_ seconds: Double) -> Effort {
    Effort(rounds: rounds, leastRounds: min(rounds, quick ? 2 : 3), seconds: quick ? seconds / 10 : seconds)
  }

  private var load: String {
    var averages = [0.0]
    getloadavg(&averages, 1)
    return String(format: "%.1f", averages[0])
  }

  private func printMachine(_ processor: Int32) {
    let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = information.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last ?? " unknown"
    print(
      """
      \(mode.map { "bench --\($0)" } ?? "bench"):\(model), \(ProcessInfo.processInfo.processorCount) processors, \
      \(processor < 0 ? "on all of them" : "on processor \(processor)"); \(InstructionSet.best); \
      zita-convolver \(String(cString: peer_zita_version())), \(String(cString: peer_fftw_version()))
      Seed \(Material.seed); a reading of the clock takes \(digits(clockOverhead())) ns; load \(load) at the start

      """)
  }
}
