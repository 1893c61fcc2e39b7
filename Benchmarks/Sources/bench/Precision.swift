/// Our convolver in float64 against itself in float32.
func runPrecision(_ cells: [Cell], _ effort: Effort) throws {
  var table = Table(
    words: 2,
    [
      "taps", "block", "float64: CPU µs, least", "float32", "float64 by float32", "float64: error, RMS", "largest",
      "float32: error, RMS", "largest",
    ])
  var references: [Int: Reference] = [:]
  for cell in cells {
    progress("precision: \(cell.taps) taps, block \(cell.block)")
    let material = Material(cell)
    let reference = references[cell.taps] ?? Reference(material, positions: 400)
    references[cell.taps] = reference
    let (wide, narrow) = (try OursInFloat64(material), try OursInFloat32(material))
    let errors = (try Errors(of: wide, material, against: reference), try Errors(of: narrow, material, against: reference))
    let tracks = [Track(wide, material), Track(narrow, material)]
    race(tracks, effort)
    let costs = tracks.map(\.cpuMinimum)
    table.add([
      grouped(cell.taps), grouped(cell.block), microseconds(costs[0]), microseconds(costs[1]), digits(costs[0] / costs[1]),
      scientific(errors.0.rms), scientific(errors.0.largest), scientific(errors.1.rms), scientific(errors.1.largest),
    ])
  }
  table.print("float64 and float32")
}
