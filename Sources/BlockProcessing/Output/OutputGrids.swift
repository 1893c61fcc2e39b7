import Buffers
import Convolution

/// The grids on which exact sums lie: a sum that a convolver has computed with rounding errors is exact once it is snapped to its grid.
///
/// `init` allocates, `snap` is real-time safe.
struct OutputGrids: ~Copyable {
  /// For each of `SignalWidth.integerBits`: the bits, then the step of each output; 0: the output's sums are not snapped.
  private let rows: UnsafeMutablePointer<Double>
  private let rowCount = SignalWidth.integerBits.count
  private let memory: Memory
  private let outputs: Int

  init(_ sums: [OutputSums]) {
    outputs = sums.count
    let count = rowCount * (1 + sums.count)
    memory = Memory(byteCount: count * MemoryLayout<Double>.stride)
    rows = memory.base.bindMemory(to: Double.self, capacity: count)
    for (index, bits) in SignalWidth.integerBits.enumerated() {
      let row = rows + index * (1 + sums.count)
      row[0] = Double(bits)
      for (output, sums) in sums.enumerated() where !sums.isUnrounded {
        row[1 + output] = sums.grid(signalStep: SignalWidth.step(bits: bits)) ?? 0
      }
    }
  }

  var region: UnsafeRawBufferPointer { memory.region }

  /// - Parameter bits: bits of the integers that the convolver remembers. Nothing is snapped for any but `SignalWidth.integerBits`.
  @_noLocks @_noAllocation
  func snap(_ y: UnsafePointer<UnsafeMutablePointer<Double>>, frames: Int, bits: Int) {
    for index in 0..<rowCount {
      let row = rows + index &* (1 &+ outputs)
      guard row[0] == Double(bits) else { continue }
      for output in 0..<outputs where row[1 &+ output] > 0 { Grid.snap(y[output], count: frames, to: row[1 &+ output]) }
    }
  }
}

/// The bits of the integers that the input has consisted of, for as long as the convolver remembers any of them.
///
/// Real-time safe.
package struct SignalWidth {
  /// Bits of the latest blocks; 0: none has come yet.
  private var present = 0
  /// The most bits of the blocks before, until they are forgotten.
  private var former = 0
  /// Blocks of `present` bits.
  private var blocks = 0

  /// Stands for samples that are not integers.
  static var any: Int { @_noLocks @_noAllocation get { 64 } }
  /// Bits of the sample formats of integers.
  package static let integerBits = [16, 24, 32]

  /// The distance of two samples.
  static func step(bits: Int) -> Double { Double(sign: .plus, exponent: 1 - bits, significand: 1) }

  /// Counts another block, of integers of `bits` bits.
  @_noLocks @_noAllocation
  mutating func take(bits: Int, remembered capacity: Int) {
    if bits != present {
      former = self.bits(remembered: capacity)
      (present, blocks) = (bits, 0)
    }
    blocks &+= 1
  }

  /// - Parameter capacity: blocks that the convolver remembers.
  @_noLocks @_noAllocation
  func bits(remembered capacity: Int) -> Int { blocks > capacity ? present : max(present, former) }
}
