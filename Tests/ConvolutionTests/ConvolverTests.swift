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
    for trial in 0..<80 {
      let block = Int.random(in: 1...200, using: &random)
      // Direct sums of float32 lose more the longer they are; no plan takes long ones.
      let count = Int.random(in: 1...(trial % 4 == 0 ? 400 : 1500), using: &random)
      let (x, h) = (random.noise(block * (1 + 2000 / block)), random.noise(count))
      let plan =
        switch trial % 4 {
        case 0: try Plan("32: direct", block: block)
        case 1: Plan?.none
        default: try anyPlan(block: block, taps: count, using: &random)
        }
      var convolver = try convolver(h, block: block, precision: precision, instructionSet: set, plan: plan)
      let (y, expected) = (convolver.run([x])[0], convolved(x, h))
      let scale = rms(expected)
      let label = "block \(block), \(count) taps, plan \(convolver.plan)"
      #expect(largestDifference(y, expected) / scale < Self.bound(precision).largest, "\(label)")
      #expect(rms(zip(y, expected).map { $0 - $1 }) / scale < Self.bound(precision).rms, "\(label)")
    }
  }

  @Test("so do long kernels in all their levels, in blocks of any length", arguments: Precision.allCases)
  func long(precision: Precision) throws {
    var random = SeededGenerator(seed: 17)
    for (block, count) in [
      (64, 16384), (64, 131_072), (256, 100_000), (441, 65536), (1024, 131_072), (1114, 40_000), (37, 20_000), (1, 3000),
    ] {
      let (x, h) = (random.noise((count + 70_000) / block * block), random.noise(count))
      for plan in [nil, try anyPlan(block: block, taps: count, using: &random)] {
        var convolver = try convolver(h, block: block, precision: precision, plan: plan)
        let y = convolver.run([x])[0]
        let frames = (0..<400).map { _ in Int.random(in: x.indices, using: &random) } + [0, x.count - 1]
        let expected = frames.map { convolution(x, h, at: $0) }
        let errors = zip(frames, expected).map { y[$0] - $1 }
        let scale = rms(expected)
        let label = "block \(block), \(count) taps, plan \(convolver.plan)"
        #expect(rms(errors) / scale < Self.bound(precision).rms, "\(label)")
        #expect(errors.map(abs).max()! / scale < Self.bound(precision).largest, "\(label)")
      }
    }
  }

  @Test("an impulse returns the taps, whatever the plan")
  func impulse() throws {
    var random = SeededGenerator(seed: 12)
    for block in [1, 16, 31, 64, 100, 441] {
      let h = random.noise(3 * block + 700)
      let blocks = 1 + (h.count + 300) / block
      for plan in [try Plan("32: direct", block: block)]
        + (try (0..<6).map { _ in try anyPlan(block: block, taps: h.count, using: &random) })
      {
        var convolver = try convolver(h, block: block, plan: plan)
        for at in [0, 5, 130] {
          var x = [Double](repeating: 0, count: blocks * block)
          x[at] = 1
          let y = convolver.run([x])[0]
          let expected = [Double](repeating: 0, count: at) + h + [Double](repeating: 0, count: blocks * block - h.count - at)
          #expect(largestDifference(y, expected) < 1e-15, "block \(block), plan \(plan), impulse at \(at)")
          convolver.reset()
        }
      }
    }
  }

  @Test("a kernel that is one impulse returns every 24-bit sample, late by the tap")
  func delayedImpulse() throws {
    var random = SeededGenerator(seed: 13)
    for (tap, block) in [(0, 1024), (63, 64), (64, 441), (5000, 64), (65535, 1024)] {
      let x = (0..<70 * 1024 / block * block).map { _ in Double(Int.random(in: -(1 << 23)..<1 << 23, using: &random)) / Double(1 << 23) }
      var h = [Double](repeating: 0, count: 65536)
      h[tap] = 1
      var convolver = try convolver(h, block: block)
      let y = convolver.run([x])[0].map { ($0 * Double(1 << 23)).rounded(.toNearestOrEven) / Double(1 << 23) }
      #expect(y == [Double](repeating: 0, count: tap) + x.dropLast(tap), "tap \(tap)")
    }
  }

  @Test("float32 samples go the same way")
  func singlePrecision() throws {
    var random = SeededGenerator(seed: 18)
    let (block, blocks) = (96, 30)
    let (x, h) = (random.noise(block * blocks).map { Double(Float($0)) }, random.noise(900))
    for precision in Precision.allCases {
      var wide = try convolver(h, block: block, precision: precision)
      var narrow = try convolver(h, block: block, precision: precision)
      let expected = wide.run([x])[0]
      var y: [Float] = []
      for start in stride(from: 0, to: x.count, by: block) {
        let samples = x[start..<start + block].map { Float($0) }
        let result = [Float](unsafeUninitializedCapacity: block) { room, count in
          samples.withUnsafeBufferPointer { samples in
            var (input, output) = (samples.baseAddress!, room.baseAddress!)
            narrow.process(&input, to: &output)
          }
          count = block
        }
        y += result
      }
      #expect(y == expected.map { Float($0) })
    }
  }

  @Test("a few taps are right too, in blocks of any length, and nothing is written beyond a block that lies in its own input")
  func fewTaps() throws {
    var random = SeededGenerator(seed: 22)
    for trial in 0..<200 {
      let block = trial % 2 == 0 ? 32 << Int.random(in: 0...3, using: &random) : Int.random(in: 1...200, using: &random)
      let silence = [0, 0, 1, 70].randomElement(using: &random)!
      let h = [Double](repeating: 0, count: silence) + random.noise(Int.random(in: 1...10, using: &random))
      let x = random.noise(block * 6).map { Double(Float($0)) }
      let expected = convolved(x, h)
      let plan = trial % 3 == 0 ? try anyPlan(block: block, taps: h.count, using: &random) : nil
      for set in InstructionSet.available {
        for precision in Precision.allCases {
          let label = "block \(block), \(h.count) taps, \(precision), \(set)"
          var wide = try convolver(h, block: block, precision: precision, instructionSet: set, plan: plan)
          var narrow = try convolver(h, block: block, precision: precision, instructionSet: set, plan: plan)
          let y = runInPlace(x, block) { wide.process(&$0, to: &$1) }
          let z = runInPlace(x.map { Float($0) }, block) { narrow.process(&$0, to: &$1) }
          // Late taps may be silent to the end.
          #expect(largestDifference(y, expected) <= Self.bound(precision).largest * rms(expected), "\(label)")
          #expect(z == y.map { Float($0) }, "\(label)")
        }
      }
    }
  }

  /// Convolves block by block in one place, behind which nothing may change.
  private func runInPlace<S: BinaryFloatingPoint>(
    _ x: [S], _ block: Int, _ process: (inout UnsafePointer<S>, inout UnsafeMutablePointer<S>) -> Void
  ) -> [S] {
    var result: [S] = []
    let room = UnsafeMutableBufferPointer<S>.allocate(capacity: block + 80)
    defer { room.deallocate() }
    room.initialize(repeating: 77)
    for start in stride(from: 0, to: x.count, by: block) {
      for n in 0..<block { room[n] = x[start + n] }
      var (input, output) = (UnsafePointer(room.baseAddress!), room.baseAddress!)
      process(&input, &output)
      result += room[..<block]
      #expect(room[block...].allSatisfy { $0 == 77 })
    }
    return result
  }

  @Test("windows that share the reading of a kernel are as right as others", arguments: Precision.allCases, InstructionSet.available)
  func sharedReading(precision: Precision, set: InstructionSet) throws {
    var random = SeededGenerator(seed: 23)
    for trial in 0..<60 {
      let size = 64 << Int.random(in: 0...3, using: &random)
      let plan = try Plan("64: direct \(2 * size) + \(size)", block: 64)
      let partitions = Int.random(in: 1...12, using: &random)
      // Partitions of silence before the first are left out.
      let silence = trial % 3 == 0 ? size * Int.random(in: 1...9, using: &random) : 0
      let missing = Int.random(in: 0..<size, using: &random)
      let taps: Int = (2 + partitions) * size - missing
      let h = [Double](repeating: 0, count: silence) + random.noise(taps)
      let x = random.noise(64 * ((h.count + 5 * size) / 64))
      let expected = convolved(x, h)
      var convolver = try convolver(h, block: 64, precision: precision, instructionSet: set, plan: plan)
      // An odd number of windows, then anew.
      _ = convolver.run([Array(x.prefix(3 * size))])
      convolver.reset()
      let y = convolver.run([x])[0]
      let label = "\(plan), \(partitions) partitions after \(silence) frames"
      #expect(largestDifference(y, expected) / rms(expected) < 2 * Self.bound(precision).largest, "\(label)")
    }
  }

  @Test("reset is the same as new")
  func reset() throws {
    var random = SeededGenerator(seed: 15)
    for (block, taps) in [(64, 700), (64, 20_000), (100, 5000)] {
      let (x, h) = (random.noise(block * 60), random.noise(taps))
      var used = try convolver(h, block: block)
      let first = used.run([x])
      used.reset()
      #expect(used.run([x]) == first)
    }
  }

  @Test("what is absorbed leaves the state that processing leaves")
  func absorbed() throws {
    var random = SeededGenerator(seed: 16)
    let blocks = 40
    for (block, taps) in [(64, 1), (64, 40), (64, 1000), (50, 1900), (256, 9000)] {
      let (x, h) = (random.noise(block * blocks), random.noise(taps))
      var whole = try convolver(h, block: block)
      let expected = whole.run([x])[0].suffix(block)
      var warmed = try convolver(h, block: block)
      for index in 0..<blocks - 1 { absorb(x, index, into: &warmed) }
      #expect(warmed.run([Array(x.suffix(block))])[0] == Array(expected), "\(taps) taps")
      // Float32 samples leave it too.
      let samples = x.map { Float($0) }
      var narrow = try convolver(h, block: block, precision: .float32)
      var wide = try convolver(h, block: block, precision: .float32)
      for index in 0..<blocks - 1 {
        absorb(samples.map { Double($0) }, index, into: &wide)
        samples.withUnsafeBufferPointer { samples in
          var pointer = samples.baseAddress! + index * block
          narrow.absorb(&pointer)
        }
      }
      let last = samples.suffix(block).map { Double($0) }
      #expect(narrow.run([last]) == wide.run([last]), "\(taps) taps")
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
    #expect(throws: ConvolutionError.emptyKernel) { try ImpulseResponse([]) }
    #expect(throws: ConvolutionError.tapNotFinite(index: 2, value: .infinity)) { try ImpulseResponse([1, 2, .infinity]) }
    let error = #expect(throws: ConvolutionError.self) { try ImpulseResponse([1, .nan]) }
    #expect(error?.description == "tap 1 of the kernel is nan: every tap must be a finite number")
    let response = try ImpulseResponse([1])
    for (route, fault) in [
      (Route(from: 0, to: 2, response: response), ConvolutionError.routeOutOfRange(from: 0, to: 2, inputs: 1, outputs: 2)),
      (Route(from: 0, to: 0, response: response, delay: -1), .routeNotPossible(gain: 1, delay: -1)),
      (Route(from: 0, to: 0, response: response, gain: .infinity), .routeNotPossible(gain: .infinity, delay: 0)),
    ] {
      #expect(throws: fault) { _ = try Convolver(block: 64, inputs: 1, outputs: 2, routes: [route]) }
    }
  }
}
