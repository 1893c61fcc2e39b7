import Convolution

/// Measures the functions of the C library against the convolver that they call: kernels of a few taps, where the way of the samples
/// is all the work, and longer ones.
func runInterface(_ cells: [Cell], _ effort: Effort) throws {
  var table = Table(
    words: 2,
    [
      "taps", "block", "float32: convolver, CPU µs", "C interface", "C interface by convolver", "float64: convolver", "C interface",
      "C interface by convolver",
    ])
  for cell in cells {
    progress("interface: \(cell.taps) taps, block \(cell.block)")
    let material = Material(cell)
    // The library's plans are those by shipped costs.
    let tracks = [
      Track(try OursInFloat32(material, costs: .shipped(.float32)), material), Track(try OursByC32(material), material),
      Track(try OursInFloat64(material, costs: .shipped(.float64)), material), Track(try OursByC64(material), material),
    ]
    race(tracks, effort)
    let costs = tracks.map(\.cpuMinimum)
    table.add(
      [grouped(cell.taps), grouped(cell.block)]
        + [
          microseconds(costs[0]), microseconds(costs[1]), digits(costs[1] / costs[0]), microseconds(costs[2]), microseconds(costs[3]),
          digits(costs[3] / costs[2]),
        ])
  }
  table.print("The C interface, µs a block")
}
