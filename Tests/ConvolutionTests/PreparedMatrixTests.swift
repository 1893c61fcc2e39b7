import Convolution
import Synchronization
import TestSupport
import Testing
import Vector

@Suite("What a convolver is made of")
struct PreparedMatrixTests {
  private struct Case {
    var block: Int
    var routes: [Route]
    var plan: Plan?
    var precision: Precision

    func convolver(
      _ routes: [Route]? = nil, reusing known: PreparedMatrix? = nil, _ isCancelled: () -> Bool = { false }
    ) throws -> Convolver {
      try Convolver(
        block: block, inputs: 3, outputs: 3, routes: routes ?? self.routes, plan: plan, precision: precision, reusing: known,
        isCancelled: isCancelled)
    }
  }

  private func randomCase(using random: inout SeededGenerator) throws -> Case {
    let block = [16, 64, 100, 256].randomElement(using: &random)!
    let routes = try (0..<Int.random(in: 1...6, using: &random)).map { _ in try route(using: &random) }
    let plan = Bool.random(using: &random) ? nil : try anyPlan(block: block, taps: 4000, using: &random)
    return Case(block: block, routes: routes, plan: plan, precision: Precision.allCases.randomElement(using: &random)!)
  }

  private func route(using random: inout SeededGenerator) throws -> Route {
    let bits = Int.random(in: 2...60, using: &random)
    let scale = Double(sign: .plus, exponent: bits, significand: 1)
    let taps = random.noise(Int.random(in: 1...4000, using: &random)).map { bits > 40 ? $0 : ($0 * scale).rounded() / scale }
    return Route(
      from: Int.random(in: 0..<3, using: &random), to: Int.random(in: 0..<3, using: &random), response: try ImpulseResponse(taps),
      gain: [1, 0.5, -0.3].randomElement(using: &random)!, delay: [0, 1, 700].randomElement(using: &random)!)
  }

  private func bytes(_ kernel: PreparedKernel) -> [UInt8] { Array(kernel.region) }

  @Test("one route changed: kernels, plan and sums are those that are made anew, and only the changed kernel is another")
  func reuse() throws {
    var random = SeededGenerator(seed: 86)
    for _ in 0..<60 {
      let trial = try randomCase(using: &random)
      let first = try trial.convolver()
      var changed = trial.routes
      let place = changed.indices.randomElement(using: &random)!
      if Bool.random(using: &random) { changed[place].gain *= 0.7 } else { changed[place] = try route(using: &random) }
      let second = try trial.convolver(changed, reusing: first.prepared)
      let anew = try trial.convolver(changed)
      #expect(second.plan == anew.plan && second.sums == anew.sums && second.reach == anew.reach, "seed 86")
      #expect(second.prepared.kernels.map(bytes) == anew.prepared.kernels.map(bytes), "seed 86, plan \(second.plan)")
      let known = Set(first.prepared.kernels.map(ObjectIdentifier.init))
      let fresh = Set(second.prepared.kernels.map(ObjectIdentifier.init)).subtracting(known)
      #expect(second.plan != first.plan || fresh.count <= 1)
    }
  }

  @Test("cancelled at any time it is not made, and what is made afterwards is as ever")
  func cancelled() throws {
    var random = SeededGenerator(seed: 87)
    for _ in 0..<12 {
      let trial = try randomCase(using: &random)
      let whole = try trial.convolver()
      var asked = 0
      _ = try trial.convolver {
        asked += 1
        return false
      }
      for _ in 0..<8 {
        var left = Int.random(in: 0..<asked, using: &random)
        do {
          _ = try trial.convolver(reusing: Bool.random(using: &random) ? whole.prepared : nil) {
            left -= 1
            return left < 0
          }
          #expect(left >= 0, "seed 87")
        } catch {
          #expect(left < 0 && error as? ConvolutionError == .cancelled, "seed 87")
        }
      }
      let again = try trial.convolver()
      #expect(again.plan == whole.plan && again.sums == whole.sums, "seed 87")
      #expect(again.prepared.kernels.map(bytes) == whole.prepared.kernels.map(bytes), "seed 87")
    }
  }

  @Test("several threads make the same kernels, and end where it is cancelled")
  func threads() throws {
    var random = SeededGenerator(seed: 90)
    for _ in 0..<20 {
      let trial = try randomCase(using: &random)
      let alone = try trial.convolver()
      let asked = Atomic(0)
      let limit = Int.random(in: 1...60, using: &random)
      for threads in [2, 3, 16] {
        func made(_ isCancelled: @Sendable () -> Bool) throws -> Convolver {
          try Convolver(
            block: trial.block, inputs: 3, outputs: 3, routes: trial.routes, plan: alone.plan, precision: trial.precision,
            threads: threads, isCancelled: isCancelled)
        }
        let together = try made { false }
        #expect(together.sums == alone.sums && together.prepared.kernels.map(bytes) == alone.prepared.kernels.map(bytes), "seed 90")
        asked.store(0, ordering: .relaxed)
        do {
          let whole = try made { asked.wrappingAdd(1, ordering: .relaxed).oldValue >= limit }
          #expect(whole.prepared.kernels.map(bytes) == alone.prepared.kernels.map(bytes), "seed 90")
        } catch {
          #expect(error as? ConvolutionError == .cancelled && asked.load(ordering: .relaxed) > limit, "seed 90")
        }
      }
    }
  }

  @Test("a convolver takes over the tables of transforms that it needs")
  func tables() throws {
    var random = SeededGenerator(seed: 88)
    let plan = try Plan("64: 2 x 64 + 6 x 128 + 512", block: 64)
    let first = try convolver(random.noise(3000), block: 64, plan: plan)
    let route = Route(from: 0, to: 0, response: try ImpulseResponse(random.noise(3000)))
    let second = try Convolver(block: 64, inputs: 1, outputs: 1, routes: [route], plan: plan, reusing: first.prepared)
    let other = try Convolver(
      block: 64, inputs: 1, outputs: 1, routes: [route], plan: plan, precision: .float32, reusing: first.prepared)
    let places = first.regions.map(\.baseAddress)
    // One for each of three sizes; signals, tables and kernels are each one's own.
    #expect(second.regions.count { places.contains($0.baseAddress) } == 3)
    #expect(!other.regions.contains { places.contains($0.baseAddress) })
  }

  @Test("the grid of sums is found from the lowest bit of any tap, its gain included")
  func lowestBit() throws {
    var random = SeededGenerator(seed: 89)
    for _ in 0..<200 {
      let (bits, exponent) = (Int.random(in: 1...20, using: &random), Int.random(in: -60...20, using: &random))
      let step = Double(sign: .plus, exponent: exponent, significand: 1)
      let odd = Double(Int.random(in: 0..<1 << bits, using: &random) * 2 + 1) * step
      let taps = (0..<Int.random(in: 0...20, using: &random)).map { _ in
        Double(Int.random(in: -(1 << bits)...1 << bits, using: &random)) * step
      }
      let place = Int.random(in: 0...taps.count, using: &random)
      let sums = try convolver(Array(taps[..<place] + [-odd] + taps[place...]), block: 64, plan: Plan("64: direct", block: 64)).sums[0]
      #expect(sums.grid(signalStep: 0x1p-15) == step * 0x1p-15, "seed 89: \(bits) bits from 2^\(exponent)")
      #expect(abs(sums.magnitudes - (taps.reduce(odd) { $0 + abs($1) })) < 1e-12 * sums.magnitudes)
    }
    for taps in [[1, 0x1p-101], [0x1p-1074, 1], [.leastNormalMagnitude, 1]] {
      #expect(try convolver(taps, block: 64, plan: Plan("64: direct", block: 64)).sums[0].gridIfUnrounded(signalStep: 0x1p-15) == nil)
    }
  }
}
