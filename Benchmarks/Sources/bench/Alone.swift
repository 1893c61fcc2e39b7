/// Measures our convolver alone: how even its blocks are.
func runAlone(_ cells: [Cell], _ effort: Effort) throws {
  var table = Table(
    words: 2,
    [
      "taps", "block", "CPU µs, least", "predicted", "p50", "p99", "p99.9", "largest", "without noise: mean", "p99.9", "largest",
      "p99.9 / mean", "plan",
    ])
  for cell in cells {
    progress("alone: \(cell.taps) taps, block \(cell.block)")
    let material = Material(cell)
    let ours = try OursInFloat32(material)
    let track = Track(ours, material)
    race([track], effort)
    let summary = track.summary
    table.add(
      [
        grouped(cell.taps), grouped(cell.block), microseconds(summary.cpuMinimum),
        ours.predictedNanoseconds.map(microseconds) ?? "-",
      ] + summary.raw.tail + summary.quiet.shape + [ours.plan])
  }
  table.print("convolved alone, µs a block")
}
