/// Convolves each block when a device would deliver it, and sleeps in between; contenders alternate, each in its own runs.
func runPaced(_ cells: [Cell], seconds: Double) throws {
  let roundCount = 2
  var table = Table(
    words: 3,
    [
      "taps", "block", "contender", "CPU µs a block", "beyond the pace's", "of zita's", "mean µs", "p50", "p99", "p99.9", "largest",
      "late", "plan",
    ])
  var granted = false
  for cell in cells {
    let material = Material(cell)
    // Ours and zita at the least cost it has; the last shows what the pace itself costs.
    let zita = try Peer.fastestPartition(material)
    let contenders: [() throws -> any Contender<Float>] = [
      { try OursInFloat32(material) }, { try Peer.zita(material, largestPartition: zita) }, { Silence(cell) },
    ]
    var rounds: [[Pace]] = []
    for round in 1...roundCount {
      progress("paced: \(cell.taps) taps, block \(cell.block), round \(round)")
      rounds.append(
        try contenders.map { make in
          let (pace, realTime) = try withRealTimePriority { try Pace(make(), material, seconds: seconds) }
          granted = realTime
          return pace
        })
    }
    // Of each the round that took least: what else the machine did only adds.
    let results = contenders.indices.map { index in rounds.map { $0[index] }.min { $0.cpu < $1.cpu }! }
    let pace = results[2].cpu
    for result in results {
      let times = Distribution(result.times)
      table.add(
        [
          grouped(cell.taps), grouped(cell.block), result.name, microseconds(result.cpu), microseconds(result.cpu - pace),
          digits((result.cpu - pace) / (results[1].cpu - pace)), microseconds(times.mean),
        ] + times.tail + ["\(result.late)", result.plan])
    }
  }
  table.print("Paced at \(grouped(Cell.rate)) frames a second, \(granted ? "SCHED_FIFO" : "without real-time priority")")
}

/// The times of a run at the pace of a device.
private struct Pace {
  let name, plan: String
  /// Nanoseconds of all threads, for a block.
  let cpu: Double
  /// Wall time of each block.
  let times: [Double]
  /// Blocks that ended after the next one was due.
  let late: Int

  init(_ contender: any Contender<Float>, _ material: Material, seconds: Double) throws {
    let cell = material.cell
    (name, plan) = (contender.name, contender.plan)
    let drive = Drive(contender, input: material.cyclicInput, cell: cell)
    for index in 0..<cell.period { drive.step(index) }
    let count = Int(seconds * 1e9 / cell.blockNanoseconds)
    var (starts, ends) = ([Int](repeating: 0, count: count), [Int](repeating: 0, count: count))
    let (first, cpuStart) = (wallTime(), processTime())
    for index in 0..<count {
      sleep(until: first + Int(Double(index) * cell.blockNanoseconds))
      starts[index] = wallTime()
      drive.step(index)
      ends[index] = wallTime()
    }
    cpu = Double(processTime() - cpuStart) / Double(count)
    times = zip(starts, ends).map { Double($1 - $0) }
    late = ends.indices.count { Double(ends[$0] - first) > Double($0 + 1) * cell.blockNanoseconds }
  }
}

/// Convolves nothing.
private final class Silence: Contender {
  let name = "the pace itself"
  let plan = ""
  private let cell: Cell

  init(_ cell: Cell) { self.cell = cell }

  func process(_ x: UnsafePointer<UnsafePointer<Float>>, to y: UnsafePointer<UnsafeMutablePointer<Float>>) {
    y[0].update(from: x[0], count: cell.block)
  }
}
