import Convolution
import TestSupport
import Testing
import Vector

@Suite("Output sums")
struct OutputSumsTests {
  /// Signals of magnitudes up to 1, among them what hits one output or one bin hardest.
  private static func signals(_ frames: Int, _ taps: [Double], using random: inout SeededGenerator) -> [[Double]] {
    let peak = 1 - 0x1p-15
    let aligned = (0..<frames).map { n in
      // The loudest that an output can become, at the middle.
      let k = frames / 2 - n
      return taps.indices.contains(k) && taps[k] < 0 ? -peak : peak
    }
    let period = Int.random(in: 6...400, using: &random)
    let sine = Quadrature(period: Double(period) * 1.37)
    return [
      random.noise(frames), aligned, (0..<frames).map { $0 % period < period / 2 ? peak : -peak }, sine.samples(frames),
      (0..<frames).map { $0 == 777 ? peak : 0 }, [Double](repeating: peak, count: frames),
    ]
  }

  /// A sine without the C library: a rotation.
  private struct Quadrature {
    var period: Double

    func samples(_ count: Int) -> [Double] {
      let angle = 6.283185307179586 / period
      let cosine = 1 - angle * angle / 2
      let sine = (1 - cosine * cosine).squareRoot()
      var (re, im) = (1.0, 0.0)
      return (0..<count).map { _ in
        (re, im) = (re * cosine - im * sine, re * sine + im * cosine)
        return im
      }
    }
  }

  @Test("errors stay far below the bound, for any plan and the hardest signals", arguments: InstructionSet.available)
  func bound(set: InstructionSet) throws {
    var random = SeededGenerator(seed: 71)
    var largest = 0.0
    for _ in 0..<(Soak.cases > 0 ? 200 : 12) {
      let block = [16, 64, 100, 256].randomElement(using: &random)!
      let count = [3, 300, 3000, 20_000].randomElement(using: &random)!
      let kind = Int.random(in: 0...2, using: &random)
      // Noise, decaying noise, or all of one sign, whose transform has one large bin.
      let taps = random.noise(count).enumerated().map { n, tap in
        kind == 0 ? tap : kind == 1 ? tap / (1 + 0.01 * Double(n)) : tap.magnitude
      }
      let plan = try anyPlan(block: block, taps: count, using: &random)
      let frames = (3 * count + 6000) / block * block
      for (index, x) in Self.signals(frames, taps, using: &random).enumerated() {
        var convolver = try convolver(taps, block: block, instructionSet: set, plan: plan)
        let y = convolver.run([x])[0]
        let places = [frames / 2, 777] + (0..<30).map { _ in Int.random(in: 0..<frames, using: &random) }
        for n in places {
          let error = abs(y[n] - convolution(x, taps, at: n))
          largest = max(largest, error / convolver.sums[0].bound)
          #expect(error <= convolver.sums[0].bound / 4, "seed 71, signal \(index), \(count) taps, plan \(plan), frame \(n)")
        }
      }
    }
    print("\(set): errors were up to \(largest) of the bound")
    #expect(largest > 1e-4, "the bound means something")
  }

  /// A room's response: noise that decays, as integers of `bits` bits, with a worst case of some 20 dB.
  private func room(_ taps: Int, bits: Int, using random: inout SeededGenerator) -> [Double] {
    let scale = Double(1 << (bits - 1))
    return random.noise(taps).enumerated().map { n, tap in
      n == 0 ? 0.5 : (tap * 0.02 / (1 + Double(n * n) / 1e6) * scale).rounded() / scale
    }
  }

  @Test("what a grid is found for: 16 by 16 and 16 by 24 bits of long kernels, 24 by 24 of short ones")
  func grids() throws {
    var random = SeededGenerator(seed: 72)
    func sums(_ taps: [Double], precision: Precision = .float64) throws -> OutputSums {
      try convolver(taps, block: 256, precision: precision).sums[0]
    }
    let (coarse, fine) = (room(65_536, bits: 16, using: &random), room(65_536, bits: 24, using: &random))
    #expect(try sums(coarse).grid(signalStep: 0x1p-15) == 0x1p-30)
    #expect(try sums(coarse).grid(signalStep: 0x1p-23) == 0x1p-38)
    #expect(try sums(fine).grid(signalStep: 0x1p-15) == 0x1p-38)
    #expect(try sums(fine).grid(signalStep: 0x1p-23) == nil && sums(fine).gridIfUnrounded(signalStep: 0x1p-23) == 0x1p-46)
    #expect(try sums([0.5, -0.25]).grid(signalStep: 0x1p-23) == 0x1p-25 && sums([0.5]).isUnrounded)
    #expect(try sums(coarse, precision: .float32).grid(signalStep: 0x1p-15) == nil)
    #expect(try sums(random.noise(5000)).gridIfUnrounded(signalStep: 0x1p-15) == nil)
    #expect(try sums(coarse.map { $0 * 0.7 }).gridIfUnrounded(signalStep: 0x1p-15) == nil, "a gain has all bits")
  }

  @Test("of two convolvers are as uncertain as both, and as the addition of what they give")
  func added() throws {
    var random = SeededGenerator(seed: 74)
    for count in [1, 300, 5000, 20_000] {
      let parts = try [count, 700].map { try convolver(random.noise($0), block: 256).sums[0] }
      var sum = parts[0]
      sum.add(parts[1])
      let addition = 10 * 0x1p-53 * sum.magnitudes
      let least = (parts[0].bound * parts[0].bound + parts[1].bound * parts[1].bound + addition * addition).squareRoot()
      #expect(sum.magnitudes == parts[0].magnitudes + parts[1].magnitudes)
      #expect(abs(sum.bound / least - 1) < 1e-9, "\(count) taps: \(sum.bound), \(least)")
      #expect(sum.isUnrounded == (parts[0].isUnrounded && parts[1].isUnrounded))
    }
  }
}
