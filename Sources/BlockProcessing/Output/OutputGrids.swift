import Buffers
import Convolution

/// The grids on which sums lie that a convolver computes with rounding errors: taken to it, a sum is exact.
///
/// `init` allocates, `snap` is real-time safe.
struct OutputGrids: ~Copyable {
  /// The step for each output and each of `ProgrammeWidth.integerBits`; 0 where sums are left as they are.
  private let steps: UnsafeMutablePointer<Double>
  private let memory: Memory
  private let outputs: Int

  init(_ sums: [OutputSums]) {
    let widths = ProgrammeWidth.integerBits
    memory = Memory(byteCount: max(1, sums.count * widths.count) * MemoryLayout<Double>.stride)
    steps = memory.base.bindMemory(to: Double.self, capacity: max(1, sums.count * widths.count))
    outputs = sums.count
    for (output, sums) in sums.enumerated() where !sums.isUnrounded {
      for (index, bits) in widths.enumerated() {
        steps[output * widths.count + index] = sums.grid(signalStep: ProgrammeWidth.step(bits: bits)) ?? 0
      }
    }
  }

  var region: UnsafeRawBufferPointer { memory.region }

  /// - Parameter bits: those of the integers that the convolver has heard.
  @_noLocks @_noAllocation
  func snap(_ y: UnsafePointer<UnsafeMutablePointer<Double>>, frames: Int, bits: Int) {
    let index = bits / 8 &- 2
    guard 0..<3 ~= index else { return }
    for output in 0..<outputs {
      let step = steps[output &* 3 &+ index]
      if step > 0 { Grid.snap(y[output], count: frames, to: step) }
    }
  }
}

/// The bits of the integers that a programme has been made of for as long as anything of it can still be heard.
///
/// Real-time safe.
struct ProgrammeWidth {
  /// Those of what comes; 0: nothing has come yet.
  private var present = 0
  /// The most of what came before, until it is forgotten.
  private var former = 0
  /// Blocks since then.
  private var blocks = 0

  /// Samples of any bits.
  static var any: Int { @_noLocks @_noAllocation get { 64 } }
  /// Of the sample formats of integers.
  static let integerBits = [16, 24, 32]

  /// The distance of two samples.
  static func step(bits: Int) -> Double { Double(sign: .plus, exponent: 1 - bits, significand: 1) }

  /// Another block, of integers of `bits` bits.
  @_noLocks @_noAllocation
  mutating func take(bits: Int, remembered capacity: Int) {
    if bits != present {
      former = self.bits(remembered: capacity)
      (present, blocks) = (bits, 0)
    }
    blocks &+= 1
  }

  /// - Parameter capacity: blocks that are remembered.
  @_noLocks @_noAllocation
  func bits(remembered capacity: Int) -> Int { blocks > capacity ? present : max(present, former) }
}
