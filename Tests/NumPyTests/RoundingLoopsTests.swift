import CIntrinsics
import Foundation
import TestSupport
import Testing
import Vector

/// Each against its definition, one value at a time.
@Suite("Loops for rounding, of every instruction set", .serialized)
struct RoundingLoopsTests {
  private static let tables = InstructionSet.available.flatMap { set in Precision.allCases.map { VectorLoops.table($0, set) } }

  @Test("Quantizing rounds half to even, clips and counts", arguments: tables.indices, [8, 16, 24, 32])
  func quantize(table: Int, bits: Int) {
    let scale = Double(sign: .plus, exponent: bits - 1, significand: 1)
    var random = SeededGenerator(seed: 80)
    for count in 0..<70 {
      let values = (0..<count).map { _ in Self.value(&random, scale) }
      var (integers, peak) = ([Int32](repeating: 77, count: count + 1), 0.0)
      let clipped = Self.tables[table].quantize(values, count, scale, &integers, &peak)
      let rounded = values.map { ($0 * scale).rounded(.toNearestOrEven) }
      #expect(clipped == rounded.count { $0 < -scale || $0 > scale - 1 }, "seed 80, \(count) values")
      #expect(integers == rounded.map { Int32(min(max($0, -scale), scale - 1)) } + [77], "seed 80, \(count) values")
      #expect(peak == values.map(\.magnitude).max() ?? 0)
    }
    var (integers, peak) = ([Int32](repeating: 0, count: 30), 0.0)
    for place in 0..<30 {
      var values = [Double](repeating: 0.5, count: 30)
      values[place] = .nan
      _ = Self.tables[table].quantize(values, 30, scale, &integers, &peak)
      #expect(peak.isNaN)
    }
  }

  @Test("The sum of squares and the largest magnitude", arguments: tables.indices)
  func squares(table: Int) {
    var random = SeededGenerator(seed: 81)
    for count in 0..<80 {
      // What follows the values does not count.
      var values = (0..<count).map { _ in Double.random(in: -1...1, using: &random) } + [1e6, -.infinity, .nan, 3, 3, 3, 3]
      var largest = -1.0
      let sum = Self.tables[table].squares(values, count, &largest)
      #expect((sum - values.prefix(count).reduce(0) { $0 + $1 * $1 }).magnitude < 1e-13)
      #expect(largest == values.prefix(count).map(\.magnitude).max() ?? 0)
      for special in [Double.nan, -.infinity] where count > 0 {
        values[max(0, count - 3)] = special
        #expect(!Self.tables[table].squares(values, count, &largest).isFinite && !largest.isFinite && !(largest < 1))
      }
    }
  }

  @Test("Values that are not clear are found, and no whole group of others", arguments: tables.indices)
  func unclear(table: Int) {
    let loops = Self.tables[table]
    for (place, value) in [(0, 0.25 + 1e-9), (37, 0.75 - 1e-9), (95, .nan), (64, 1e300), (31, -.infinity)] {
      var values = [Double](repeating: 3.125, count: 100)
      values[place] = value
      // Twice the values lie at halves: 0.5 + 2e-9 is nearer to one than the limit lets.
      #expect(loops.first_unclear(values, 0, 100, 2, 0.5 - 1e-8) == place / 32 * 32)
      #expect(loops.first_unclear(values, place / 32 * 32 + 32, 100, 2, 0.5 - 1e-8) == 96)
    }
    let middle = 1 + 0x1p-24
    for (place, value) in [(0, middle), (40, -middle), (95, .nan), (70, 1e-12), (33, 1e300)] {
      var values = [Double](repeating: 1, count: 100)
      values[place] = value
      let expected = value == 1e300 ? 96 : place / 32 * 32
      #expect(loops.first_unclear_float32(values, 0, 100, 1e-10) == expected, "\(value)")
    }
  }

  /// Within the range or beyond it, a tie or nearly one, or small.
  private static func value(_ random: inout SeededGenerator, _ scale: Double) -> Double {
    let integer = Double(Int.random(in: -Int(scale) * 5 / 4...Int(scale) * 5 / 4, using: &random))
    switch random.next() % 5 {
    case 0: return (integer + 0.5) / scale
    case 1: return ((integer + 0.5) / scale).nextUp
    case 2: return integer / scale
    case 3: return Double.random(in: -1.25...1.25, using: &random)
    default: return [1, -1, Double.infinity, -.infinity, 1e300, 0, -0.0].randomElement(using: &random)!
    }
  }
}
