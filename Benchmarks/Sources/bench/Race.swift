/// A contender with its input, and the times of its runs.
final class Track {
  let name: String
  let plan: String
  let usesThreads: Bool
  private let cell: Cell
  private let step: (Int) -> Void
  private var cpu: [Double] = []
  private var times: [[Double]] = []
  /// Nanoseconds of the first run.
  private(set) var runTime = 0

  init<Sample: BinaryFloatingPoint>(_ contender: any Contender<Sample>, _ material: Material) {
    name = contender.name
    plan = contender.plan
    usesThreads = contender.usesThreads
    cell = material.cell
    let drive = Drive(contender, input: material.cyclicInput, cell: cell)
    step = { drive.step($0) }
  }

  /// Nanoseconds of processor time a block, in the run that took least.
  var cpuMinimum: Double { cpu.min()! }

  /// Complexity: O(n log n) in all blocks of all runs.
  var summary: Summary { Summary(cpu: cpu, times: times) }

  /// One run: blocks back to back, the first ones untimed.
  func run() {
    let start = wallTime()
    var stamps = [Int](repeating: start, count: cell.runBlocks - cell.leadBlocks + 1)
    for index in 0..<cell.leadBlocks { step(index) }
    let cpuStart = processTime()
    stamps[0] = wallTime()
    for index in 1..<stamps.count {
      step(cell.leadBlocks + index - 1)
      stamps[index] = wallTime()
    }
    cpu.append(Double(processTime() - cpuStart) / Double(stamps.count - 1))
    times.append((1..<stamps.count).map { Double(stamps[$0] - stamps[$0 - 1]) })
    if runTime == 0 { runTime = wallTime() - start }
  }
}

/// How long to measure.
struct Effort {
  /// At most.
  var rounds: Int
  var leastRounds: Int
  /// For each contender, if its least rounds allow.
  var seconds: Double

  func rounds(runTime: Int) -> Int { min(rounds, max(leastRounds, Int(seconds * 1e9 / Double(max(1, runTime))))) }
}

/// Runs the tracks round by round, in an order that rotates. Slow ones skip some rounds, evenly spread.
func race(_ tracks: [Track], _ effort: Effort) {
  for track in tracks { track.run() }
  let wanted = tracks.map { effort.rounds(runTime: $0.runTime) }
  let rounds = wanted.max()!
  for round in 1..<max(2, rounds) {
    for place in tracks.indices {
      let index = (place + round) % tracks.count
      if (round + 1) * wanted[index] / rounds > round * wanted[index] / rounds { tracks[index].run() }
    }
  }
}
