import Analysis
import Design
import Foundation
import TestSupport
import Testing

@Suite struct PhaseTests {
  @Test("The minimum phase of taps is SciPy's", arguments: [65, 1_000, 5_000])
  func scipy(count: Int) throws {
    var random = SeededGenerator(seed: UInt64(count))
    let taps = random.noise(count).enumerated().map { $1 * exp(-6 * Double($0) / Double(count)) }
    let folder = try ScratchFolder()
    try taps.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: folder.file("taps"))) }
    try Reference.run("design.py", ["minimum", folder.file("taps"), folder.file("minimum")])
    let (expected, found) = (try doubles(folder.file("minimum")), try minimumPhase(taps))
    let peak = expected.reduce(0) { max($0, abs($1)) }
    #expect(found.cutOff < 1e-5, "\(found.summary)")
    for (a, b) in zip(expected, found.taps) { #expect(abs(a - b) < 1e-5 * peak) }
  }

  @Test("Minimum phase keeps |H| within what it states, is the same for the mirrored kernel, and stays as it is")
  func laws() throws {
    var random = SeededGenerator(seed: 63)
    for count in [1, 2, 3, 50, 700] {
      let taps = random.noise(count).map { $0 * 1e3 }
      let (minimum, mirrored) = (try minimumPhase(taps), try minimumPhase(taps.reversed()))
      let again = try minimumPhase(minimum.taps)
      let largest = FrequencyResponse(taps: taps).largestGain().magnitude
      #expect(minimum.taps.count == count && minimum.taps[0] > 0 && minimum.cutOff < 1e-3)
      for (a, b) in zip(minimum.taps, mirrored.taps) { #expect(abs(a - b) < 1e-6 * largest) }
      for (a, b) in zip(minimum.taps, again.taps) { #expect(abs(a - b) < 1e-2 * largest) }
      for _ in 0..<50 {
        let frequency = Double.random(in: 0...0.5, using: &random)
        let difference = magnitude(taps, frequency) - magnitude(minimum.taps, frequency)
        #expect(abs(difference) <= minimum.cutOff * largest * (1 + 1e-9), "seed 63, \(count) taps")
      }
    }
    #expect(throws: DesignError.self) { try minimumPhase([0, 0]) }
    #expect(throws: DesignError.self) { try minimumPhase([]) }
    #expect(throws: DesignError.self) { try minimumPhase([1, .nan]) }
    #expect(throws: DesignError.self) { try minimumPhase([Double](repeating: 1, count: Cascade.longest + 1)) }
  }

  @Test("A cascade's minimum phase has its |H| without its all-passes, exactly")
  func reflected() throws {
    var random = SeededGenerator(seed: 64)
    for _ in 0..<200 {
      let zeros = (Double.random(in: -3...3, using: &random), Double.random(in: -3...3, using: &random))
      // Real zeros, or a pair of complex ones.
      let isReal = Bool.random(using: &random)
      let b = isReal ? (-zeros.0 - zeros.1, zeros.0 * zeros.1) : (-zeros.0, zeros.0 * zeros.0 / 4 + abs(zeros.1))
      let section = Section(b0: 1, b1: b.0, b2: b.1, a1: -0.5, a2: 0.3)
      let cascade = Cascade(gain: -2, [section])
      let minimum = cascade.minimumPhase
      for step in 0...20 {
        let angle = Double.pi * Double(step) / 20
        let (own, other) = (cascade.response(at: angle).magnitude, minimum.response(at: angle).magnitude)
        #expect(abs(own - other) < 1e-12 * (1 + own), "\(section)")
      }
      let (kernel, own) = (try minimum.kernel(), try cascade.kernel())
      #expect(abs(kernel.taps[0]) >= abs(own.taps[0]) * (1 - 1e-12) && kernel.taps[0] > 0)
    }
    let allPass = try #require(try SectionForm(.allPass, at: 1_000, .q(2)).section(rate: 48_000))
    let plain = try Cascade([allPass]).minimumPhase.kernel()
    #expect(abs(plain.taps[0] - 1) < 1e-12 && plain.taps.dropFirst().allSatisfy { abs($0) < 1e-12 })
  }

  @Test("Linear phase mirrors its taps, has the |H|, and crossovers of Linkwitz-Riley add up to a pure delay")
  func linear() throws {
    for (order, frequency) in [(4, 2_000.0), (8, 300.0), (2, 5_000.0)] {
      let kernels = try [Family.Side.low, .high].map { side in
        let sections = try #require(try Family("LR\(order)").sections(side, at: frequency, rate: 48_000))
        return try Magnitude.cascade(Cascade(sections)).kernel(phase: .linear, rate: 48_000)
      }
      #expect(kernels[0].taps.count == kernels[1].taps.count && kernels[0].delayFrames == kernels[0].taps.count / 2)
      for (tap, pair) in zip(kernels[0].taps, kernels[1].taps).enumerated() {
        #expect(kernels[0].taps[tap] == kernels[0].taps[kernels[0].taps.count - 1 - tap])
        #expect(abs(pair.0 + pair.1 - (tap == kernels[0].delayFrames ? 1 : 0)) < 1e-12)
      }
      #expect(abs(magnitude(kernels[0].taps, frequency / 48_000) - 0.5) < 1e-5)
    }
  }

  @Test("A kernel that is cut to a number of taps says what it lost, and that bounds what |H| lacks", arguments: [1, 2, 63, 64, 1_001])
  func cut(count: Int) throws {
    let sections = try #require(try Family("BW4").sections(.high, at: 200, rate: 48_000))
    let cascade = Cascade(sections)
    for phase in [KernelPhase.natural, .minimum, .linear, .linearAbove(1_000), .linearBelow(1_000)] {
      let kernel = try Magnitude.cascade(cascade).kernel(phase: phase, rate: 48_000, taps: count)
      #expect((1...count).contains(kernel.taps.count) && (0..<kernel.taps.count).contains(kernel.delayFrames))
      for step in 1..<100 {
        let frequency = Double(step) / 200
        let expected = cascade.response(at: 2 * .pi * frequency).magnitude
        #expect(abs(magnitude(kernel.taps, frequency) - expected) <= kernel.cutOff + 1e-5, "\(phase), \(kernel.summary)")
      }
    }
  }

  @Test("Mixed phase is linear on one side of its frequency and minimum on the other")
  func mixed() throws {
    let text = try EqualiserText(items: "PK Fc 100 Hz Gain 9 dB Q 2; PK Fc 5 kHz Gain -9 dB Q 2")
    let cascade = try text.cascade(rate: 48_000).cascade
    for (phase, isLinear) in [(KernelPhase.linearAbove(700), { $0 > 2_000.0 }), (.linearBelow(700), { $0 < 300.0 })] {
      let kernel = try Magnitude.cascade(cascade).kernel(phase: phase, rate: 48_000)
      for frequency in [40.0, 90, 120, 200, 3_000, 4_500, 6_000, 9_000] {
        let own = FrequencyResponse(taps: kernel.taps).value(at: frequency / 48_000)
        let angle = 2 * Double.pi * frequency / 48_000
        let expected = isLinear(frequency) ? 0 : cascade.response(at: angle).phase
        let turn = (own.phase + angle * Double(kernel.delayFrames) - expected).remainder(dividingBy: 2 * .pi)
        #expect(abs(turn) < 1e-4, "\(phase), \(frequency) Hz")
        #expect(abs(own.magnitude / cascade.response(at: angle).magnitude - 1) < 1e-4)
      }
    }
  }

  @Test("A phase that is none, and taps that are none, are refused")
  func refused() {
    for (phase, taps) in [(KernelPhase.linearAbove(0), 64), (.linearBelow(24_000), 64), (.linear, 0), (.linear, Cascade.longest + 1)] {
      #expect(throws: DesignError.self) { try Magnitude.taps([1, 2]).kernel(phase: phase, rate: 48_000, taps: taps) }
    }
    #expect(throws: DesignError.self) { try Magnitude.taps([0]).kernel(phase: .linear, rate: 48_000) }
  }

  @Test("Taps beyond the longest transform are refused, and those beyond eight times the result's are all heard")
  func manyTaps() throws {
    let many = Magnitude.taps(Array(repeating: 1, count: Cascade.longest + 1))
    for phase in [KernelPhase.linear, .minimum, .linearAbove(700)] {
      let error = #expect(throws: DesignError.self) { try many.kernel(phase: phase, rate: 48_000) }
      #expect(error.map { "\($0)".contains("cut it to \(Cascade.longest)") } == true)
    }
    // An echo that stands behind what 8 x 4,096 points hold.
    let echo = [1] + Array(repeating: 0, count: 39_999) + [0.5]
    let kernel = try Magnitude.taps(echo).kernel(phase: .linear, rate: 48_000, taps: 101)
    #expect(kernel.taps.count <= 101 && kernel.cutOff > 0.1)
  }

  @Test("Taps are trimmed, aligned, inverted and normalised")
  func edits() {
    let kernel = DesignedKernel(taps: [0, 1e-4, -0.5, 0.25, 0, 1e-5, 0], delayFrames: 2)
    #expect(kernel.trimmed(below: 0)?.taps == [1e-4, -0.5, 0.25, 0, 1e-5] && kernel.trimmed(below: 0)?.delayFrames == 1)
    #expect(kernel.trimmed(below: 1e-3)?.taps == [-0.5, 0.25] && kernel.trimmed(below: 1e-3)?.delayFrames == 0)
    #expect(kernel.aligned(peakAt: 4).taps == [0, 0] + kernel.taps && kernel.aligned(peakAt: 4).delayFrames == 4)
    #expect(kernel.aligned(peakAt: 0).taps.first == -0.5 && kernel.aligned(peakAt: 0).delayFrames == 0)
    #expect(kernel.inverted.taps[2] == 0.5)
    let normal = kernel.normalised!
    #expect(abs(FrequencyResponse(taps: normal.taps).largestGain().magnitude - 1) < 1e-9)
    #expect(DesignedKernel(taps: [0]).trimmed(below: 0) == nil && DesignedKernel(taps: [0]).normalised == nil)
  }

  private func magnitude(_ taps: [Double], _ frequency: Double) -> Double { FrequencyResponse(taps: taps).value(at: frequency).magnitude }
}
