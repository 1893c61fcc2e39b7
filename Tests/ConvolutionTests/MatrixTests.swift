import Convolution
import TestSupport
import Testing
import Vector

@Suite("Matrix")
struct MatrixTests {
  private struct Case {
    var block: Int
    var inputs: Int
    var outputs: Int
    var routes: [Route]
    var plan: Plan?
  }

  private func randomCase(using random: inout SeededGenerator) throws -> Case {
    let block = [16, 32, 48, 64, 100, 128, 441].randomElement(using: &random)!
    let (inputs, outputs) = (Int.random(in: 1...5, using: &random), Int.random(in: 1...5, using: &random))
    let responses = try (0..<4).map { _ in
      // Silence at either end is left out, and must not be missed.
      let silences = (0..<2).map { _ in [Double](repeating: 0, count: [0, 0, 3, 300].randomElement(using: &random)!) }
      return try ImpulseResponse(silences[0] + random.noise(Int.random(in: 1...1200, using: &random)) + silences[1])
    }
    let routes = (0..<Int.random(in: 0...10, using: &random)).map { _ in
      Route(
        from: Int.random(in: 0..<inputs, using: &random), to: Int.random(in: 0..<outputs, using: &random),
        response: responses.randomElement(using: &random)!, gain: [1, 0.5, -0.3, 0].randomElement(using: &random)!,
        delay: [0, 0, 1, 500, 2000].randomElement(using: &random)!)
    }
    let plan = Bool.random(using: &random) ? nil : try anyPlan(block: block, taps: 3000, using: &random)
    return Case(block: block, inputs: inputs, outputs: outputs, routes: routes, plan: plan)
  }

  @Test("is the sum of its routes, each with its gain and delay", arguments: Precision.allCases, InstructionSet.available)
  func sum(precision: Precision, set: InstructionSet) throws {
    var random = SeededGenerator(seed: 14)
    for _ in 0..<40 {
      let trial = try randomCase(using: &random)
      let frames = (5000 / trial.block) * trial.block
      let x = (0..<trial.inputs).map { _ in random.noise(frames) }
      var convolver = try Convolver(
        block: trial.block, inputs: trial.inputs, outputs: trial.outputs, routes: trial.routes, plan: trial.plan, precision: precision,
        instructionSet: set)
      let y = convolver.run(x)
      for output in 0..<trial.outputs {
        let ending = trial.routes.filter { $0.to == output && $0.gain != 0 }
        if ending.isEmpty { #expect(y[output].allSatisfy { $0 == 0 }) }
        for _ in 0..<60 {
          let n = Int.random(in: 0..<frames, using: &random)
          let expected = ending.reduce(0) { sum, route in
            n < route.delay ? sum : sum + route.gain * convolution(x[route.from], route.response.taps, at: n - route.delay)
          }
          // Of white noise through taps of about one each.
          let scale = 30.0 * Double(max(1, ending.count))
          let bound = scale * (precision == .float64 ? 1e-14 : 4e-6)
          #expect(abs(y[output][n] - expected) < bound, "block \(trial.block), output \(output), frame \(n), plan \(convolver.plan)")
        }
      }
    }
  }

  @Test("computes equal filters once, and again only what has changed")
  func sharing() throws {
    var random = SeededGenerator(seed: 19)
    let taps = random.noise(3000)
    let (a, same, other) = (try ImpulseResponse(taps), try ImpulseResponse(taps), try ImpulseResponse(random.noise(3000)))
    let routes = [Route(from: 0, to: 0, response: a), Route(from: 1, to: 1, response: same), Route(from: 1, to: 0, response: a, gain: 0.5)]
    let first = try Convolver(block: 64, inputs: 2, outputs: 2, routes: routes)
    #expect(Set(first.prepared.kernels.map(ObjectIdentifier.init)).count == 2)
    var changed = routes
    changed[2].response = other
    let known = Set(first.prepared.kernels.map(ObjectIdentifier.init))
    let second = try Convolver(block: 64, inputs: 2, outputs: 2, routes: changed, plan: first.plan, reusing: first.prepared)
    #expect(second.prepared.kernels.filter { known.contains(ObjectIdentifier($0)) }.count == 2)
  }

  @Test("of 64 by 64 channels is as right as a small one")
  func large() throws {
    var random = SeededGenerator(seed: 20)
    let responses = try (0..<8).map { _ in try ImpulseResponse(random.noise(500)) }
    let routes = (0..<64 * 64).map { Route(from: $0 / 64, to: $0 % 64, response: responses[($0 * 31) % 8]) }
    let x = (0..<64).map { _ in random.noise(1280) }
    var convolver = try Convolver(block: 128, inputs: 64, outputs: 64, routes: routes)
    let y = convolver.run(x)
    for output in [0, 13, 63] {
      for n in [0, 400, 777, 1279] {
        let expected = routes.filter { $0.to == output }.reduce(0) { $0 + convolution(x[$1.from], $1.response.taps, at: n) }
        #expect(abs(y[output][n] - expected) < 1e-11)
      }
    }
  }
}
