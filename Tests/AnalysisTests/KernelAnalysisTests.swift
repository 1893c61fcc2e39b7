import Analysis
import Foundation
import TestSupport
import Testing

@Suite struct KernelAnalysisTests {
  @Test("Norms, the largest gain within 0.01 dB and minimum phase are NumPy's")
  func numpy() throws {
    var numbers = try Numbers("kernels", "40", "120")
    var kinds = [-1.0: 0, 0: 0, 1: 0]
    for index in 0..<120 {
      let taps = numbers.next(Int(numbers.next(1)[0]))
      let figures = numbers.next(5)
      let analysis = try KernelAnalysis(taps: taps)
      #expect(close(analysis.l1Norm, figures[0], decibels: 1e-9) && close(analysis.l2Norm, figures[1], decibels: 1e-9))
      #expect(close(analysis.largestGain.magnitude, figures[2], decibels: 0.01), "seed 40, kernel \(index), \(taps.count) taps")
      #expect(abs(abs(analysis.gainAtDC) - figures[3]) < 1e-9 * figures[0])
      #expect(analysis.largestGain.magnitude >= abs(analysis.gainAtDC) * (1 - 1e-9))
      #expect(analysis.l1Norm >= analysis.largestGain.magnitude * (1 - 1e-9))
      let found = FrequencyResponse(taps: taps).value(at: analysis.largestGain.frequency).magnitude
      #expect(close(found, analysis.largestGain.magnitude, decibels: 1e-6))
      kinds[figures[4]]! += 1
      if figures[4] >= 0 {
        let phase = try #require(analysis.phase)
        #expect(phase.isMinimum == (figures[4] == 1), "seed 40, kernel \(index), \(taps.count) taps: \(phase.minimumPhaseDifference) dB")
      }
    }
    #expect(kinds.values.allSatisfy { $0 > 10 })
  }

  @Test("The memory that an analysis is said to take is that of its longest transform, and little more")
  func memory() {
    for count in [1, 8_192, 131_072, KernelAnalysis.longest, .max] {
      let points = max(65_536, 8 * min(count, KernelAnalysis.longest))
      #expect((50 * points...64 * points).contains(KernelAnalysis.byteCount(taps: count)))
    }
    #expect(KernelAnalysis.byteCount(taps: 131_073) > 19 * KernelAnalysis.byteCount(taps: 131_072) / 10)
  }

  @Test("A unit impulse at n has delay n, a flat response, linear and minimum phase", arguments: [0, 1, 7, 1_000, 65_535])
  func impulse(delay: Int) throws {
    var taps = [Double](repeating: 0, count: 65_536)
    taps[delay] = -1
    let analysis = try KernelAnalysis(taps: taps)
    #expect(analysis.peak == .init(tap: delay, value: -1))
    let after = 65_535 - delay
    #expect(analysis.silence == .init(leadingZeros: delay, trailingZeros: after, leadingQuiet: delay, trailingQuiet: after))
    #expect(analysis.l1Norm == 1 && analysis.l2Norm == 1 && analysis.gainAtDC == -1)
    #expect(abs(analysis.largestGain.magnitude - 1) < 1e-9 && analysis.largestGain.frequency == 0)
    let phase = try #require(analysis.phase)
    #expect(phase.symmetry == .symmetric && phase.groupDelay == Double(delay) && phase.isMinimum)
  }

  @Test("Taps that mirror each other have linear phase, the middle's delay", arguments: [2, 3, 64, 65, 4_097])
  func symmetric(count: Int) throws {
    var random = SeededGenerator(seed: UInt64(count))
    for (sign, symmetry) in [(1.0, PhaseKind.Symmetry.symmetric), (-1, .antisymmetric)] {
      let half = random.noise(count / 2)
      let middle = count % 2 == 0 ? [] : [sign > 0 ? 2.0 : 0]
      let zeros = [Double](repeating: 0, count: 5)
      let taps = half + middle + half.reversed().map { sign * $0 }
      let (plain, delayed) = (try KernelAnalysis(taps: taps), try KernelAnalysis(taps: zeros + taps + zeros + zeros))
      #expect(plain.phase?.symmetry == symmetry && plain.phase?.groupDelay == Double(count - 1) / 2)
      #expect(delayed.phase?.symmetry == symmetry && delayed.phase?.groupDelay == Double(count - 1) / 2 + 5)
      var bent = taps
      bent[0] += 1e-3
      #expect(try KernelAnalysis(taps: bent).phase?.symmetry == nil)
    }
  }

  @Test("Known filters have their maxima where they belong")
  func known() throws {
    #expect(try KernelAnalysis(taps: [0.25, 0.5, 0.25]).largestGain == GainPeak(magnitude: 1, frequency: 0))
    #expect(try KernelAnalysis(taps: [0.25, -0.5, 0.25]).largestGain == GainPeak(magnitude: 1, frequency: 0.5))
    // A burst of 1/5 of the rate.
    let burst = (0..<1_000).map { cos(2 * .pi * 0.2 * Double($0)) / 500 }
    let peak = try KernelAnalysis(taps: burst).largestGain
    #expect(abs(peak.frequency - 0.2) < 1e-4 && close(peak.magnitude, 1, decibels: 0.01))
  }

  @Test("Quiet taps at the ends are counted apart from zeros")
  func silence() throws {
    let analysis = try KernelAnalysis(taps: [0, 0, 1e-7, 1e-7, -0.5, 1, 0, 1e-8, 0])
    #expect(analysis.silence == .init(leadingZeros: 2, trailingZeros: 1, leadingQuiet: 4, trailingQuiet: 3))
    let zeros = try KernelAnalysis(taps: [0, 0, 0])
    #expect(zeros.silence == .init(leadingZeros: 3, trailingZeros: 0, leadingQuiet: 3, trailingQuiet: 0))
    #expect(zeros.phase == nil && zeros.l1Norm == 0 && zeros.largestGain == GainPeak(magnitude: 0, frequency: 0))
  }

  @Test("Scaling a kernel scales its figures, even out of reach of its square", arguments: [1e-200, 1e-3, 1e100])
  func scaled(scale: Double) throws {
    var random = SeededGenerator(seed: 41)
    let taps = random.noise(100)
    let (plain, scaled) = (try KernelAnalysis(taps: taps), try KernelAnalysis(taps: taps.map { $0 * scale }))
    #expect(close(scaled.largestGain.magnitude / scale, plain.largestGain.magnitude, decibels: 1e-6))
    #expect(close(scaled.l1Norm / scale, plain.l1Norm, decibels: 1e-9) && close(scaled.l2Norm / scale, plain.l2Norm, decibels: 1e-9))
    let phases = (try #require(plain.phase), try #require(scaled.phase))
    #expect(abs(phases.0.minimumPhaseDifference - phases.1.minimumPhaseDifference) < 1e-6)
  }

  @Test("What is no kernel is refused")
  func refused() {
    #expect(throws: AnalysisError.emptyKernel) { try KernelAnalysis(taps: []) }
    #expect(throws: AnalysisError.tapNotFinite(index: 1, value: .infinity)) { try KernelAnalysis(taps: [1, .infinity]) }
    #expect(throws: AnalysisError.self) { try KernelAnalysis(taps: [.nan]) }
    let many = [Double](repeating: 1, count: KernelAnalysis.longest + 1)
    #expect(throws: AnalysisError.tooLong(tapCount: many.count)) { try KernelAnalysis(taps: many) }
  }
}
