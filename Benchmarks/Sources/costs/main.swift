// Measures what the parts of a convolution cost: the figures of `CostTable.shipped`, and the plans that they lead to.
import Convolution
import Vector

func list(_ values: [Double]) -> String {
  "[" + values.map { value in value >= 100 ? "\(Int(value.rounded()))" : "\((value * 10_000).rounded() / 10_000)" }.joined(separator: ", ")
    + "]"
}

for precision in Precision.allCases {
  let costs = CostTable.measured(precision)
  print("\(precision), \(InstructionSet.best), nanoseconds:")
  print("  call: \(list([costs.call])), slot: \(list([costs.slot])), far: \(list([costs.far])),")
  print("  sample: \(list([costs.sample])), tapFrame: \(list([costs.tapFrame])),")
  print("  forward: \(list(costs.forward)),")
  print("  inverse: \(list(costs.inverse)),")
  print("  product: \(list(costs.product))")
  for block in [64, 256, 1024] {
    for taps in [128, 1024, 16384, 131_072, 524_288] {
      let response = try ImpulseResponse([Double](repeating: 1, count: taps))
      let shape = MatrixShape(block: block, inputs: 1, outputs: 1, routes: [Route(from: 0, to: 0, response: response)])
      let plan = Plan.cheapest(for: shape, precision: precision, costs: costs)
      let predicted = plan.predictedNanoseconds(for: shape, precision: precision, costs: costs)
      var convolver = try Convolver(
        block: block, inputs: 1, outputs: 1, routes: [Route(from: 0, to: 0, response: response)], plan: plan, precision: precision,
        costs: costs)
      let x = UnsafeMutablePointer<Float>.allocate(capacity: 2 * block)
      for n in 0..<2 * block { x[n] = Float.random(in: -1...1) }
      var (input, output) = (UnsafePointer(x), x + block)
      let blocks = max(2000, 2 * 524_288 / block)
      var best = Double.infinity
      for _ in 0..<4 {
        let time = ContinuousClock().measure { for _ in 0..<blocks { convolver.process(&input, to: &output) } }
        best = min(best, (Double(time.components.seconds) * 1e9 + Double(time.components.attoseconds) * 1e-9) / Double(blocks))
      }
      print(
        "  \(block) \(taps): predicted \(Int(predicted)), measured \(Int(best)) ns a block, \(Int(100 * predicted / best)) %, plan \(plan)")
      x.deallocate()
    }
  }
}
