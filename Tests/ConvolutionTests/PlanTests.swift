import Convolution
import TestSupport
import Testing
import Vector

@Suite("Plan")
struct PlanTests {
  private func shape(_ taps: Int, block: Int) throws -> MatrixShape {
    let response = try ImpulseResponse([Double](repeating: 1, count: taps))
    return MatrixShape(block: block, inputs: 1, outputs: 1, routes: [Route(from: 0, to: 0, response: response)])
  }

  @Test("is printed as it is written")
  func description() throws {
    for (text, block) in [
      ("64: direct", 64), ("64: 2 x 64 + 6 x 128 + 512", 64), ("32: direct 64 + 64", 256), ("32: direct 96 + 14 x 64 + 512", 441),
    ] {
      #expect(try Plan(text, block: block).description == text)
    }
  }

  @Test(
    "that cannot be followed is refused, with what is wrong",
    arguments: [
      ("direct 64", "begin with the frames of a slot"), ("48: 64", "a slot of 48 frames"), ("128: 128", "a slot of 128 frames"),
      ("64: 128", "partitions of 128 start 0 taps in: they can from 128 on"), ("64: direct + 64", "direct: a number of taps"),
      ("64: 2 x 64 + 3 x 100 + 512", "3 x 100"), ("64: 64 + 64", "64: a count"), ("64: 2 x 64 + 64", "64: a count"),
      ("64: direct 100 + 64", "start 100 taps in"), ("64: 0 x 64 + 128", "0 x 64"), ("64: 9999999999999 x 64 + 128", "9999999999999 x 64"),
      ("64: 1048576", "1048576"), ("64: direct -3", "direct -3"),
    ])
  func refused(text: String, fault: String) throws {
    let error = #expect(throws: ConvolutionError.self) { try Plan(text, block: 64) }
    #expect(error?.description.contains(fault) == true, "\(error?.description ?? "")")
  }

  @Test("the cheapest is one that can be followed, and none of many others is much cheaper", arguments: Precision.allCases)
  func cheapest(precision: Precision) throws {
    var random = SeededGenerator(seed: 21)
    let costs = CostTable.shipped(precision)
    for block in [1, 16, 64, 100, 256, 441, 1024, 1114] {
      for taps in [1, 100, 1024, 16384, 131_072] {
        let shape = try shape(taps, block: block)
        let best = Plan.cheapest(for: shape, precision: precision, costs: costs)
        #expect(try Plan(best.description, block: block) == best)
        let least = best.predictedNanoseconds(for: shape, precision: precision, costs: costs)
        for _ in 0..<40 {
          let other = try anyPlan(block: block, taps: taps, using: &random)
          #expect(other.predictedNanoseconds(for: shape, precision: precision, costs: costs) >= least * 0.97, "\(best) and \(other)")
        }
      }
    }
  }

  @Test("short kernels go direct, long ones through levels that grow")
  func lengths() throws {
    for precision in Precision.allCases {
      for block in [16, 64, 256, 1024] {
        let short = Plan.cheapest(for: try shape(1, block: block), precision: precision)
        #expect(short.levels.isEmpty && short.directTaps == .max)
        let long = Plan.cheapest(for: try shape(262_144, block: block), precision: precision)
        #expect(long.levels.count >= 2)
      }
    }
  }

  @Test("a measured table has costs that grow with the size, and every one is positive")
  func measured() {
    let costs = CostTable.measured(.float32)
    #expect(CostTable(costs.description) == costs)
    #expect(CostTable(costs.description.replacing("call", with: "cell")) == nil && CostTable("") == nil)
    #expect((costs.forward + costs.inverse + costs.product + [costs.tapFrame]).allSatisfy { $0 > 0 })
    for table in [costs.forward, costs.inverse] { #expect(table.last! > 100 * table.first!) }
  }

  @Test("Arm's estimated costs are whole tables, of which larger transforms and farther memory cost more", arguments: ArmCore.allCases)
  func estimatedCosts(core: ArmCore) {
    for precision in Precision.allCases {
      let costs = CostTable.estimated(core, precision)
      #expect(CostTable(costs.description) == costs)
      for list in [costs.forward, costs.inverse] { #expect(zip(list, list.dropFirst()).allSatisfy { 1.9 * $0 < $1 }) }
      #expect(zip(costs.product, costs.product.dropFirst()).allSatisfy { $0 <= $1 })
    }
    let (single, double) = (CostTable.estimated(core, .float32), CostTable.estimated(core, .float64))
    #expect(zip(single.forward, double.forward).allSatisfy { $0 < $1 } && single.tapFrame < double.tapFrame)
  }
}
