/// The convolution at some output positions: sums of float64, rounded once, since what products and sums lose is added up apart.
/// Source: T. Ogita, S. M. Rump, S. Oishi, "Accurate sum and dot product", 2005.
struct Reference {
  let positions: [Int]
  /// For each output, a value for each position.
  let values: [[Double]]

  /// Complexity: O(positions · taps · channels²).
  init(_ material: Material, positions count: Int) {
    var random = SplitMix64(seed: Material.seed + 1)
    let frames = material.input[0].count
    let positions = (0..<count).map { _ in Int.random(in: 0..<frames, using: &random) }.sorted()
    self.positions = positions
    values = material.kernels.map { row in
      positions.map { position in
        var (sum, lost) = (0.0, 0.0)
        for (taps, input) in zip(row, material.input) { accumulate(taps, input, at: position, &sum, &lost) }
        return sum + lost
      }
    }
  }
}

private func accumulate(_ taps: [Float], _ input: [Float], at n: Int, _ sum: inout Double, _ lost: inout Double) {
  taps.withUnsafeBufferPointer { h in
    input.withUnsafeBufferPointer { x in
      for k in 0...min(n, h.count - 1) {
        // Exact, as every product of two float32 values is.
        let product = Double(h[k]) * Double(x[n - k])
        let next = sum + product
        let part = next - sum
        lost += (sum - (next - part)) + (product - part)
        sum = next
      }
    }
  }
}

/// Errors of an output, each by the output's RMS.
struct Errors {
  let rms, largest: Double

  /// Beyond -80 dB a result is not rounded but wrong, and its time worth nothing.
  private static let limit = 1e-4

  /// Convolves the material's input from silence, which the contender must come from.
  /// - Throws: if an error is too large to be rounding.
  init<Sample: BinaryFloatingPoint>(
    of contender: any Contender<Sample>, _ material: Material, against reference: Reference
  ) throws {
    let cell = material.cell
    let drive = Drive(contender, input: material.input, cell: cell)
    var (squares, power, largest) = (0.0, 0.0, 0.0)
    var next = 0
    for block in 0..<material.input[0].count / cell.block {
      drive.step(block)
      while next < reference.positions.count, reference.positions[next] < (block + 1) * cell.block {
        for output in 0..<cell.channels {
          let expected = reference.values[output][next]
          let error = abs(Double(drive.y.pointers[output][reference.positions[next] - block * cell.block]) - expected)
          squares += error * error
          power += expected * expected
          largest = error.isNaN ? .infinity : max(largest, error)
        }
        next += 1
      }
    }
    let count = Double(reference.positions.count * cell.channels)
    let scale = (power / count).squareRoot()
    rms = (squares / count).squareRoot() / scale
    self.largest = largest / scale
    guard self.largest < Self.limit else {
      throw Failure("\(contender.name), \(cell.taps) taps, block \(cell.block): off by \(self.largest) of the output's RMS")
    }
  }
}
