/// Measures the convolver and its peers in one process, alternately, cell by cell.
struct Comparison {
  let cells: [Cell]
  let effort: Effort
  let quick: Bool

  private var costs = Table(
    words: 3,
    [
      "taps", "block", "contender", "CPU µs a block, least", "median", "of zita's, least", "median", "error, RMS", "largest",
      "plan",
    ])
  private var times = Table(
    words: 3,
    [
      "taps", "block", "contender", "p50 µs", "p99", "p99.9", "largest", "without noise: mean", "p99.9", "largest",
      "p99.9 / mean",
    ])

  init(cells: [Cell], effort: Effort, quick: Bool) {
    (self.cells, self.effort, self.quick) = (cells, effort, quick)
  }

  mutating func run() throws {
    var references: [Int: Reference] = [:]
    for cell in cells {
      progress("\(cell.taps) taps, block \(cell.block)")
      let material = Material(cell)
      let reference = references[cell.taps] ?? Reference(material, positions: 400)
      references[cell.taps] = reference
      let contenders = try contenders(material)
      let errors = try contenders.map { try Errors(of: $0, material, against: reference) }
      let tracks = contenders.map { Track($0, material) }
      race(tracks, effort)
      add(cell, tracks, errors)
    }
    costs.print("Processor time and exactness")
    times.print("Time of single blocks, µs")
  }

  /// Ours first, then zita; the others where they have a chance.
  private func contenders(_ material: Material) throws -> [any Contender<Float>] {
    var contenders: [any Contender<Float>] = [try OursInFloat32(material), try Peer.zita(material)]
    if !quick || material.cell.taps <= 131_072 { contenders.append(try Peer.fftw(material)) }
    if material.cell.taps <= 16_384 { contenders.append(try Peer.direct(material)) }
    return contenders
  }

  private mutating func add(_ cell: Cell, _ tracks: [Track], _ errors: [Errors]) {
    let summaries = tracks.map(\.summary)
    let zita = summaries[1]
    for (index, track) in tracks.enumerated() {
      let (summary, error) = (summaries[index], errors[index])
      let head = [grouped(cell.taps), grouped(cell.block), track.name]
      costs.add(
        head + [
          microseconds(summary.cpuMinimum), microseconds(summary.cpuMedian), digits(summary.cpuMinimum / zita.cpuMinimum),
          digits(summary.cpuMedian / zita.cpuMedian), scientific(error.rms), scientific(error.largest), track.plan,
        ])
      times.add(head + summary.raw.tail + (track.usesThreads ? ["-", "-", "-", "-"] : summary.quiet.shape))
    }
  }
}

extension Distribution {
  /// The columns of times as they came.
  var tail: [String] { [p50, p99, p999, max].map(microseconds) }

  /// The columns of times with the noise removed.
  var shape: [String] { [mean, p999, max].map(microseconds) + [digits(p999 / mean)] }
}
