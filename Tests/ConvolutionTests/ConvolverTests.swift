import Convolution
import TestSupport
import Testing
import Vector

@Suite("Convolver")
struct ConvolverTests {
  /// Against the float64 sum, relative to the output's RMS.
  static func bound(_ precision: Precision) -> (rms: Double, largest: Double) {
    precision == .float64 ? (2e-15, 1e-14) : (6e-7, 4e-6)
  }

  @Test("equals the convolution sum within the stated bound", arguments: Precision.allCases, InstructionSet.available)
  func random(precision: Precision, set: InstructionSet) throws {
    var random = SeededGenerator(seed: 11)
    for trial in 0..<60 {
      let block = Int.random(in: 1...200, using: &random)
      let direct = trial % 3 == 0
      let count = Int.random(in: 1...(direct ? 200 : 900), using: &random)
      let (x, h) = (random.noise(block * (1 + 1500 / block)), random.noise(count))
      let plan = direct ? Plan(sections: [.direct(taps: count)]) : trial % 3 == 1 ? partitioned(count, block: block) : nil
      var convolver = try convolver(h, block: block, precision: precision, instructionSet: set, plan: plan)
      let (y, expected) = (convolver.run([x])[0], convolved(x, h))
      let scale = rms(expected)
      let label = "block \(block), \(count) taps, plan \(plan?.description ?? "cheapest")"
      #expect(largestDifference(y, expected) / scale < Self.bound(precision).largest, "\(label)")
      #expect(rms(zip(y, expected).map { $0 - $1 }) / scale < Self.bound(precision).rms, "\(label)")
    }
  }

  @Test("an impulse returns the taps, whatever the method")
  func impulse() throws {
    var random = SeededGenerator(seed: 12)
    for block in [16, 64, 100, 441] {
      let h = random.noise(3 * block + 7)
      for plan in [partitioned(h.count, block: block), Plan(sections: [.direct(taps: h.count)])] {
        var convolver = try convolver(h, block: block, plan: plan)
        let y = convolver.run([[1] + [Double](repeating: 0, count: 5 * block - 1)])[0]
        #expect(largestDifference(y, h + [Double](repeating: 0, count: 5 * block - h.count)) < 1e-15)
      }
    }
  }

  @Test("a kernel that is one impulse returns every 24-bit sample, late by the tap")
  func delayedImpulse() throws {
    var random = SeededGenerator(seed: 13)
    for tap in [0, 63, 64, 5000, 65535] {
      let x = (0..<70 * 1024).map { _ in Double(Int.random(in: -(1 << 23)..<1 << 23, using: &random)) / Double(1 << 23) }
      var h = [Double](repeating: 0, count: 65536)
      h[tap] = 1
      var convolver = try convolver(h, block: 1024)
      let y = convolver.run([x])[0].map { ($0 * Double(1 << 23)).rounded(.toNearestOrEven) / Double(1 << 23) }
      #expect(y == [Double](repeating: 0, count: tap) + x.dropLast(tap), "tap \(tap)")
    }
  }

  @Test("a matrix is the sum of its routes")
  func matrix() throws {
    var random = SeededGenerator(seed: 14)
    let (block, inputs, outputs) = (48, 3, 4)
    let x = (0..<inputs).map { _ in random.noise(20 * block) }
    // Two routes share a path, output 3 has none, and short and long kernels meet in output 0.
    let ends = [(0, 0), (1, 0), (2, 0), (2, 0), (0, 1), (1, 2)]
    let taps = [1, 300, 17, 500, 96, 5].map { random.noise($0) }
    let routes = try zip(ends, taps).map { end, h in
      Route(from: end.0, to: end.1, kernel: try PreparedKernel(taps: h, block: block))
    }
    var convolver = try Convolver(block: block, inputs: inputs, outputs: outputs, routes: routes)
    let y = convolver.run(x)
    for output in 0..<outputs {
      var expected = [Double](repeating: 0, count: 20 * block)
      for (end, h) in zip(ends, taps) where end.1 == output {
        for (n, value) in convolved(x[end.0], h).enumerated() { expected[n] += value }
      }
      #expect(largestDifference(y[output], expected) < 1e-13)
    }
    #expect(y[3].allSatisfy { $0 == 0 })
  }

  @Test("reset is the same as new")
  func reset() throws {
    var random = SeededGenerator(seed: 15)
    let (x, h) = (random.noise(64 * 30), random.noise(700))
    var used = try convolver(h, block: 64)
    let first = used.run([x])
    used.reset()
    #expect(used.run([x]) == first)
  }

  @Test("a history absorbed and one block dropped leave the state that processing leaves")
  func absorbed() throws {
    var random = SeededGenerator(seed: 16)
    let (block, blocks) = (64, 40)
    for taps in [1, 40, 1000] {
      let (x, h) = (random.noise(block * blocks), random.noise(taps))
      var whole = try convolver(h, block: block)
      let expected = whole.run([x])[0].suffix(block)
      var warmed = try convolver(h, block: block)
      for index in 0..<blocks - 2 { absorb(x, index, into: &warmed) }
      let y = warmed.run([Array(x.suffix(2 * block))])[0].suffix(block)
      #expect(Array(y) == Array(expected), "\(taps) taps")
    }
  }

  private func absorb(_ x: [Double], _ index: Int, into convolver: inout Convolver) {
    let block = convolver.block
    x.withUnsafeBufferPointer { samples in
      var pointer = samples.baseAddress! + index * block
      convolver.absorb(&pointer)
    }
  }

  @Test("bad kernels and routes are refused, with what is wrong")
  func refused() throws {
    #expect(throws: ConvolutionError.emptyKernel) { try PreparedKernel(taps: [], block: 64) }
    #expect(throws: ConvolutionError.tapNotFinite(index: 2, value: .infinity)) {
      try PreparedKernel(taps: [1, 2, .infinity], block: 64)
    }
    let error = #expect(throws: ConvolutionError.self) { try PreparedKernel(taps: [1, .nan], block: 64) }
    #expect(error?.description == "tap 1 of the kernel is nan: every tap must be a finite number")
    let kernel = try PreparedKernel(taps: [1], block: 64)
    let routes = [Route(from: 0, to: 2, kernel: kernel)]
    #expect(throws: ConvolutionError.routeOutOfRange(from: 0, to: 2, inputs: 1, outputs: 2)) {
      _ = try Convolver(block: 64, inputs: 1, outputs: 2, routes: routes)
    }
  }

  @Test("short kernels go direct, long ones through spectra")
  func plans() {
    for precision in Precision.allCases {
      for block in [16, 64, 256, 1024] {
        let costs = CostTable.shipped(precision)
        #expect(Plan.cheapest(taps: 1, block: block, costs: costs).sections == [.direct(taps: 1)])
        #expect(Plan.cheapest(taps: 65536, block: block, costs: costs) == partitioned(65536, block: block))
      }
    }
  }
}
