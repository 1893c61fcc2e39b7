import TestSupport
import Testing
import Vector

@Suite struct OrderedSumsTests {
  @Test("Ordered sums have the same bits on every instruction set", arguments: Precision.allCases)
  func instructionSets(precision: Precision) {
    if precision == .float32 {
      compare(Float.self, precision)
    } else {
      compare(Double.self, precision)
    }
  }

  private func compare<Scalar: BinaryFloatingPoint>(_: Scalar.Type, _ precision: Precision) {
    var random = SeededGenerator(seed: 1)
    for taps in [1, 7, 11, 12, 16, 31, 32, 33, 63, 64, 65, 96, 127, 128, 200] {
      for count in [1, 3, 11, 12, 23, 24, 25, 50] {
        let x = (0..<taps + count - 1).map { _ in Scalar(Double.random(in: -1...1, using: &random)) }
        let r = (0..<taps).map { _ in Scalar(Double.random(in: -1...1, using: &random)) }
        let all = InstructionSet.available.map { sums(x, r, count, .table(precision, $0)) }
        #expect(all.allSatisfy { $0 == all[0] }, "\(taps) taps, \(count) outputs")
      }
    }
  }

  private func sums<Scalar: BinaryFloatingPoint>(_ x: [Scalar], _ r: [Scalar], _ count: Int, _ loops: VectorLoops) -> [[Scalar]] {
    let real = [
      loops.ordered_sums_skylakex, loops.ordered_sums_haswell, loops.ordered_sums_sandybridge, loops.ordered_sums_nehalem,
      loops.ordered_sums_neon, loops.sequential_sums,
    ]
    return real.map { loop in
      var y = [Scalar](repeating: .nan, count: count)
      x.withUnsafeBytes { x in
        r.withUnsafeBytes { r in
          y.withUnsafeMutableBytes { loop(x.baseAddress!, r.baseAddress!, r.count / loops.scalar_bytes, $0.baseAddress!, count) }
        }
      }
      return y
    }
  }
}
