import CIntrinsics
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
    // Lengths about those of vectors and blocks, with few outputs and with more than the widest loop takes at once.
    for taps in [1, 7, 11, 12, 16, 31, 32, 33, 63, 64, 65, 96, 127, 128, 200] {
      for count in [1, 3, 11, 12, 23, 24, 25, 47, 48, 49, 95, 96, 97] { compare(Scalar.self, precision, taps, count, seed: 1) }
    }
    for seed in UInt64(2)..<42 {
      var random = SeededGenerator(seed: seed)
      compare(
        Scalar.self, precision, Int.random(in: 1...600, using: &random), Int.random(in: 1...250, using: &random), seed: seed)
    }
  }

  private func compare<Scalar: BinaryFloatingPoint>(
    _: Scalar.Type, _ precision: Precision, _ taps: Int, _ count: Int, seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let x = random.noise(taps + count - 1).map { Scalar($0) }, r = random.noise(taps).map { Scalar($0) }
    let all = InstructionSet.available.map { sums(x, r, count, .table(precision, $0)) }
    #expect(all.allSatisfy { $0 == all[0] }, "seed \(seed): \(taps) taps, \(count) outputs")
  }

  @Test("Ordered sums have the same bits wherever the signal begins", arguments: Precision.allCases)
  func starts(precision: Precision) {
    if precision == .float32 {
      compareStarts(Float.self, precision)
    } else {
      compareStarts(Double.self, precision)
    }
  }

  /// The loops of the baseline do not depend on it.
  private func compareStarts<Scalar: BinaryFloatingPoint>(_: Scalar.Type, _ precision: Precision) {
    var random = SeededGenerator(seed: 3)
    for (taps, count) in [(32, 71), (64, 72), (100, 97), (500, 143), (129, 144), (96, 145), (33, 191), (65, 300)] {
      let x = random.noise(taps + count + 7).map { Scalar($0) }, r = random.noise(taps).map { Scalar($0) }
      for start in 0...8 {
        let expected = sums(Array(x[start...]), r, count, .table(precision, .baseline))
        for set in InstructionSet.available {
          let loops = VectorLoops.table(precision, set)
          let real = [
            loops.ordered_sums_skylakex, loops.ordered_sums_haswell, loops.ordered_sums_sandybridge, loops.ordered_sums_nehalem,
          ].map { write($0, x, from: start, r, taps: taps, count) }
          #expect(real == Array(expected[..<4]), "\(set): \(taps) taps, \(count) outputs from \(start)")
        }
      }
    }
  }

  private func sums<Scalar: BinaryFloatingPoint>(_ x: [Scalar], _ r: [Scalar], _ count: Int, _ loops: VectorLoops) -> [[Scalar]] {
    let real = [
      loops.ordered_sums_skylakex, loops.ordered_sums_haswell, loops.ordered_sums_sandybridge, loops.ordered_sums_nehalem,
      loops.ordered_sums_cortexa, loops.ordered_sums_neoversen1, loops.ordered_sums_neoversev1, loops.ordered_sums_neoversen2,
      loops.sequential_sums,
    ]
    let complex = [
      loops.complex_sums_skylakex, loops.complex_sums_haswell, loops.complex_sums_sandybridge, loops.complex_sums_nehalem,
      loops.complex_sums_cortexa, loops.complex_sums_neoversen1,
    ]
    return real.map { write($0, x, r, taps: r.count, count) }
      // Half as many numbers of two parts each.
      + complex.map { write($0, x, r, taps: r.count / 2, count / 2) }
  }

  private func write<Scalar>(
    _ loop: SumsOfProducts, _ x: [Scalar], from start: Int = 0, _ r: [Scalar], taps: Int, _ count: Int
  ) -> [Scalar] where Scalar: BinaryFloatingPoint {
    var y = [Scalar](repeating: 0, count: count * 2)
    x.withUnsafeBytes { x in
      r.withUnsafeBytes { r in
        y.withUnsafeMutableBytes {
          loop(x.baseAddress! + start * MemoryLayout<Scalar>.stride, r.baseAddress!, taps, $0.baseAddress!, count)
        }
      }
    }
    return y
  }

  @Test("Sums at places are the ordered sums there, on every instruction set", arguments: Precision.allCases)
  func places(precision: Precision) {
    let seed = UInt64.random(in: 0...(.max))
    var random = SeededGenerator(seed: seed)
    // Lengths about those of blocks, periods and tiles, with whole groups of outputs and with some left over.
    let lengths = [1, 15, 16, 31, 32, 33, 63, 64, 65, 96, 127, 128, 8_191, 8_192, 8_223, 16_384, 16_447]
    for taps in lengths + (0..<20).map({ _ in Int.random(in: 1...5_000, using: &random) }) {
      let count = Int.random(in: 0...20, using: &random)
      let places = (0..<count).map { _ in Int.random(in: 0...700, using: &random) }
      if precision == .float32 {
        compare(Float.self, precision, taps, places, &random, seed: seed)
      } else {
        compare(Double.self, precision, taps, places, &random, seed: seed)
      }
    }
  }

  private func compare<Scalar: BinaryFloatingPoint>(
    _: Scalar.Type, _ precision: Precision, _ taps: Int, _ places: [Int], _ random: inout SeededGenerator, seed: UInt64
  ) {
    let x = random.noise(taps + 700).map { Scalar($0) }, r = random.noise(taps).map { Scalar($0) }
    let baseline = VectorLoops.table(precision, .baseline)
    let single = [
      baseline.ordered_sums_skylakex, baseline.ordered_sums_haswell, baseline.ordered_sums_sandybridge, baseline.ordered_sums_nehalem,
      baseline.ordered_sums_cortexa, baseline.ordered_sums_neoversen1, baseline.ordered_sums_neoversev1, baseline.ordered_sums_neoversen2,
    ]
    // Some sums take fewer terms.
    let lengths = places.indices.map { $0 % 3 == 0 || $0 > 12 ? Int.random(in: 1...taps, using: &random) : taps }
    let expected = single.map { loop in
      zip(places, lengths).map { place, length in write(loop, Array(x[place..<place + length]), r, taps: length, 1)[0] }
    }
    let work = UnsafeMutableRawPointer.allocate(byteCount: 256 * max(1, places.count), alignment: 64)
    defer { work.deallocate() }
    for instructions in InstructionSet.available {
      let loops = VectorLoops.table(precision, instructions)
      let many = [
        loops.sums_at_places_skylakex, loops.sums_at_places_haswell, loops.sums_at_places_sandybridge, loops.sums_at_places_nehalem,
        loops.sums_at_places_cortexa, loops.sums_at_places_neoversen1, loops.sums_at_places_neoversev1, loops.sums_at_places_neoversen2,
      ]
      let sums = many.map { loop in
        // What lies behind the outputs stays.
        var y = [Scalar](repeating: 7, count: places.count + 1)
        x.withUnsafeBytes { x in
          r.withUnsafeBytes { r in
            y.withUnsafeMutableBytes { loop(x.baseAddress!, places, lengths, r.baseAddress!, $0.baseAddress!, places.count, work) }
          }
        }
        return y
      }
      #expect(sums == expected.map { $0 + [7] }, "seed \(seed), \(instructions): \(taps) taps, places \(places)")
    }
  }

  @Test("Integer sums are the same on every instruction set and by their definition")
  func integers() {
    var random = SeededGenerator(seed: 2)
    for taps in [1, 2, 17, 100] {
      for count in [1, 3, 4, 15, 16, 17, 63, 64, 65, 130] {
        for instructions in InstructionSet.available {
          let loops = VectorLoops.table(.float64, instructions)
          compare(Int16.self, loops.integer_sums_16, taps, count, &random)
          compare(Int32.self, loops.integer_sums_32, taps, count, &random)
          compare(Int64.self, loops.integer_sums_64, taps, count, &random)
        }
      }
    }
  }

  private func compare<Integer: FixedWidthInteger & SignedInteger>(
    _: Integer.Type, _ loop: SumsOfProducts, _ taps: Int, _ count: Int, _ random: inout SeededGenerator
  ) {
    let x = (0..<taps + count - 1).map { _ in Integer.random(in: .min ... .max, using: &random) }
    let r = (0..<taps).map { _ in Integer.random(in: .min ... .max, using: &random) }
    var y = [Integer](repeating: 1, count: count)
    x.withUnsafeBytes { x in
      r.withUnsafeBytes { r in y.withUnsafeMutableBytes { loop(x.baseAddress!, r.baseAddress!, taps, $0.baseAddress!, count) } }
    }
    let expected = (0..<count).map { o in (0..<taps).reduce(Integer(0)) { $0 &+ x[o + $1] &* r[$1] } }
    #expect(y == expected, "\(Integer.self), \(taps) taps, \(count) outputs")
  }
}
