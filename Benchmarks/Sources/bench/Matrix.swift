/// Measures a matrix of kernels from each input to each output, ours and zita's.
func runMatrix(_ effort: Effort) throws {
  let cell = Cell(taps: 65_536, block: 256, channels: 8)
  progress("matrix: \(cell.channels) x \(cell.channels) kernels of \(cell.taps) taps, block \(cell.block)")
  let material = Material(cell)
  let reference = Reference(material, positions: 40)
  let largestPartition = try Peer.fastestPartition(material)
  let ours = try resident { try OursInFloat32(material) }
  let zita = try resident { try Peer.zita(material, largestPartition: largestPartition) }
  let contenders: [any Contender<Float>] = [ours.made, zita.made]
  let errors = try contenders.map { try Errors(of: $0, material, against: reference) }
  let tracks = contenders.map { Track($0, material) }
  race(tracks, effort)

  var table = Table(
    words: 1,
    [
      "contender", "CPU µs a block, least", "median", "of zita's, least", "error, RMS", "largest", "memory MiB",
      "of the spectra's", "resident MiB", "plan",
    ])
  let summaries = tracks.map(\.summary)
  for (index, (memory, resident)) in [(ours.made.bytes, ours.bytes), (nil, zita.bytes)].enumerated() {
    let (summary, error) = (summaries[index], errors[index])
    table.add([
      tracks[index].name, microseconds(summary.cpuMinimum), microseconds(summary.cpuMedian),
      digits(summary.cpuMinimum / summaries[1].cpuMinimum), scientific(error.rms), scientific(error.largest),
      memory.map(mebibytes) ?? "-", memory.map { digits(Double($0) / Double(cell.spectraBytes)) } ?? "-",
      mebibytes(resident), tracks[index].plan,
    ])
  }
  table.print("\(cell.channels) x \(cell.channels) kernels of \(grouped(cell.taps)) taps, blocks of \(cell.block)")
}
