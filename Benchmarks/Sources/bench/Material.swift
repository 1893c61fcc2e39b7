import Glibc

/// The kernels and the input of a cell, from a seed.
///
/// Kernels are noise that decays by 60 dB along their taps, of energy one; inputs are white noise. All are float32 values, so
/// that every contender has the same.
struct Material {
  static let seed: UInt64 = 4

  let cell: Cell
  /// For each output the kernels of its inputs.
  let kernels: [[[Float]]]
  /// For each channel, five quarters of the kernel, so that every tap has its part in what is checked.
  let input: [[Float]]

  init(_ cell: Cell) {
    self.cell = cell
    var random = SplitMix64(seed: Self.seed)
    kernels = (0..<cell.channels).map { _ in
      (0..<cell.channels).map { _ in Self.decayingNoise(cell.taps, &random) }
    }
    let frames = max(Self.cycle, cell.taps / 4 * 5)
    input = (0..<cell.channels).map { _ in random.noise(frames).map { Float($0) } }
  }

  /// Frames of the input that the timed runs go round: few, so that they lie near, as what a device has just delivered does.
  private static let cycle = 8_192

  var cyclicInput: [[Float]] { input.map { Array($0.prefix(Self.cycle)) } }

  static func decayingNoise(_ taps: Int, _ random: inout SplitMix64) -> [Float] {
    let decay = pow(1e-3, 1 / Double(taps))
    var gain = 1.0
    let values = random.noise(taps).map { value in
      defer { gain *= decay }
      return value * gain
    }
    let energy = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { Float($0 / energy) }
  }
}
