import Foundation
import NPY
import NumPy
import TestSupport
import Testing

@Suite("A convolution whose results are rounded")
struct RoundedConvolutionTests {
  private static let roundings: [Rounding] = [.integer(bits: 16), .integer(bits: 24), .integer(bits: 32), .float32]

  @Test("is rounded by FFT as the sums in order are, whatever the signal and kernel", arguments: Profile.allCases)
  func agrees(profile: Profile) throws {
    var (random, repaired, snapped) = (SeededGenerator(seed: 40), 0, 0)
    for index in 0..<400 {
      let signal = Self.signal(&random, count: 1 + Int(random.next() % 5_000), bits: [nil, 16, 24][index % 3])
      let kernel = Self.kernel(&random, count: 1 + Int(random.next() % (index % 10 == 0 ? 6_000 : 300)), kind: Int(random.next() % 4))
      let (mode, rounding) = (ConvolutionMode.allCases[index % 3], Self.roundings[index / 3 % 4])
      let exact = try convolve(signal, kernel, mode: mode, profile: profile)
      let jobs = 1 + index % 2
      let fft = try convolveRounded(signal, kernel, mode: mode, profile: profile, method: .fft, rounding: rounding, jobs: jobs)
      #expect(fft.values.count == exact.count)
      let differing = zip(fft.values, exact).count { Self.stored($0, rounding) != Self.stored($1, rounding) }
      #expect(
        differing == 0, "seed 40, case \(index), \(mode), \(rounding), \(signal.count) by \(kernel.count), FFT of \(fft.windowLength)")
      repaired += fft.work.repaired
      snapped += fft.work.snapped
    }
    // Both ways out of uncertainty have been taken.
    #expect(repaired > 100 && snapped > 10_000)
  }

  @Test("is rounded likewise with long kernels, whatever they and the signal are", arguments: [UInt64.random(in: 0...(.max))])
  func longKernels(seed: UInt64) throws {
    var (random, repaired) = (SeededGenerator(seed: seed), 0)
    for index in 0..<24 {
      let taps = Int.random(in: 3_000...40_000, using: &random)
      let signal = Self.hardSignal(&random, count: Int.random(in: taps / 2...2 * taps, using: &random), kind: index % 6)
      let kernel = Self.longKernel(&random, count: taps, kind: index / 6)
      let (mode, rounding) = (ConvolutionMode.allCases[index % 3], [Rounding.float32, .integer(bits: 32)][index / 2 % 2])
      let profile = Profile.allCases[index % Profile.allCases.count]
      let exact = try convolve(signal, kernel, mode: mode, profile: profile, jobs: 2)
      let fft = try convolveRounded(signal, kernel, mode: mode, profile: profile, method: .fft, rounding: rounding)
      let differing = zip(fft.values, exact).count { !Self.isSame($0, $1, rounding) }
      #expect(differing == 0, "seed \(seed), case \(index), \(profile), \(mode), \(rounding), \(signal.count) by \(taps)")
      repaired += fft.work.repaired
    }
    #expect(repaired > 1_000)
  }

  @Test("The sums of magnitudes are not above their bounds, and not far below", arguments: [UInt64.random(in: 0...(.max))])
  func magnitudes(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for index in 0..<12 {
      let (points, taps) = (MagnitudeSums.fewestPoints, Int.random(in: 1...6_000, using: &random))
      let scale = [1, 1e-90, 1e90][index % 3]
      let weights: [Double] = Self.longKernel(&random, count: taps, kind: index % 4).map { $0.magnitude / scale }
      let window: [Double] = Self.hardSignal(&random, count: 2 * points, kind: index % 5).map { $0 * scale }
      let norm = Self.norm(window)
      var work = [Double](repeating: 0, count: 2 * points)
      let outputs = 2 * points - taps + 1
      let bounds = MagnitudeSums(weights: weights, points: points).bounds(window, norm: norm, outputs: outputs, with: &work)
      #expect(bounds.count == (outputs + MagnitudeSums.group - 1) / MagnitudeSums.group)
      var largest = [Double](repeating: 0, count: bounds.count)
      for n in 0..<outputs {
        var sum = 0.0
        for k in 0..<taps { sum += weights[k] * window[n + taps - 1 - k].magnitude }
        largest[n / MagnitudeSums.group] = max(largest[n / MagnitudeSums.group], sum)
      }
      let most = norm * Self.norm(weights)
      let isBound = zip(largest, bounds).allSatisfy { $0 <= $1 && $1 <= 1.01 * $0 + 1e-4 * most }
      #expect(isBound, "seed \(seed), case \(index), \(taps) taps")
    }
  }

  @Test("lies within the bound of NumPy's where it is not repaired")
  func bound() throws {
    var random = SeededGenerator(seed: 41)
    for index in 0..<100 {
      let signal = Self.signal(&random, count: 1 + Int(random.next() % 5_000), bits: nil)
      let kernel = Self.kernel(&random, count: 1 + Int(random.next() % 500), kind: index % 2)
      let exact = try convolve(signal, kernel)
      let fast = try convolveRounded(signal, kernel, method: .fft, rounding: .none, isExact: false)
      #expect(fast.method == .fft && fast.work == RoundingWork(bound: fast.work.bound))
      #expect(zip(fast.values, exact).allSatisfy { ($0 - $1).magnitude <= fast.work.bound }, "seed 41, case \(index)")
    }
  }

  @Test("is zero where a sound has ended, and that takes no sum", arguments: [Rounding.float32, .integer(bits: 24)])
  func silence(rounding: Rounding) throws {
    var random = SeededGenerator(seed: 43)
    var signal = Self.signal(&random, count: 20_000, bits: nil)
    for n in 4_000..<20_000 { signal[n] = n % 3 == 0 ? -0.0 : 0 }
    let kernel = Self.kernel(&random, count: 500, kind: 0)
    let exact = try convolve(signal, kernel)
    let fft = try convolveRounded(signal, kernel, method: .fft, rounding: rounding)
    #expect(zip(fft.values, exact).allSatisfy { Self.stored($0, rounding) == Self.stored($1, rounding) })
    #expect(fft.values[4_499...].allSatisfy { Self.stored($0, rounding) == 0 } && fft.work.repaired < 1_000)
  }

  @Test("is rounded likewise where runs of equal values make one tie after the other", arguments: [Rounding.integer(bits: 16), .float32])
  func equalValues(rounding: Rounding) throws {
    var (random, repaired) = (SeededGenerator(seed: 42), 0)
    for index in 0..<40 {
      let taps = 20 + Int(random.next() % 200)
      // They add up to a half, and no grid holds them.
      let weights = (0..<taps).map { _ in Double.random(in: 0...1, using: &random) }
      let kernel = weights.map { $0 * 0.5 / weights.reduce(0, +) }
      var signal: [Double] = []
      while signal.count < 3_000 {
        let value = Double(Int(random.next() % 5) - 2) / 32_768
        signal += [Double](repeating: value, count: 1 + Int(random.next() % UInt64(3 * taps)))
        if index % 2 == 1 { signal += [Double](repeating: -0.0, count: index % 3) }
      }
      let mode = ConvolutionMode.allCases[index % 3]
      let exact = try convolve(signal, kernel, mode: mode)
      let fft = try convolveRounded(signal, kernel, mode: mode, method: .fft, rounding: rounding, jobs: 1 + index % 2)
      let differing = zip(fft.values, exact).count { Self.stored($0, rounding) != Self.stored($1, rounding) }
      #expect(differing == 0, "seed 42, case \(index), \(mode)")
      repaired += fft.work.repaired
    }
    // Halves of a step are ties of integers, not of floats.
    #expect(rounding == .float32 || repaired > 2_000, "\(repaired)")
  }

  @Test("takes values that no bound holds for by the sums in order")
  func extremes() throws {
    var random = SeededGenerator(seed: 42)
    for value in [Double.infinity, .nan, 1e300, 1e-300, .leastNonzeroMagnitude] {
      var signal = Self.signal(&random, count: 3_000, bits: nil)
      signal[1_000] = value
      let kernel = Self.kernel(&random, count: 200, kind: 0).map { value.isFinite ? $0 * value : $0 }
      let exact = try convolve(signal, kernel).map { Float($0) }
      let fft = try convolveRounded(signal, kernel, method: .fft, rounding: .float32).values.map { Float($0) }
      #expect(zip(exact, fft).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }, "\(value)")
    }
  }

  @Test("is direct where a float64 result is kept, or the kernel is short")
  func method() throws {
    let signal = [Double](repeating: 0.3, count: 5_000)
    #expect(try convolveRounded(signal, signal, method: .fft, rounding: .none).method == .direct)
    #expect(try convolveRounded(signal, [0.1, 0.2, 0.3], rounding: .integer(bits: 16)).method == .direct)
    #expect(try convolveRounded(signal, signal, rounding: .integer(bits: 16)).method == .fft)
    #expect(throws: NumPyError.self) { try convolveRounded([], signal, rounding: .float32) }
    #expect(throws: NumPyError.self) { try convolveRounded(signal, [], rounding: .float32) }
  }

  // MARK: Operands

  /// Noise whose level changes, with silence in places; multiples of 2^(1-bits) if there are bits.
  private static func signal(_ random: inout SeededGenerator, count: Int, bits: Int?) -> [Double] {
    var level = 1.0
    return (0..<count).map { n in
      if n % 97 == 0 { level = [0, 1e-4, 0.1, 1][Int(random.next() % 4)] }
      let value = Double.random(in: -1...1, using: &random) * level
      guard let bits else { return value }
      let scale = Double(1 << (bits - 1))
      return (value * scale).rounded() / scale
    }
  }

  /// Of full precision, of 16 bits, of a few powers of two (ties!), or one tap.
  private static func kernel(_ random: inout SeededGenerator, count: Int, kind: Int) -> [Double] {
    (0..<count).map { k in
      let value = Double.random(in: -1...1, using: &random) / Double(1 + k / 8)
      switch kind {
      case 0: return value
      case 1: return (value * 32_768).rounded() / 32_768
      case 2: return [0.5, 0.25, -0.125, 0][Int(random.next() % 4)]
      default: return k == count / 2 ? 0.5 : 0
      }
    }
  }

  /// Noise, noise of every magnitude, few values of which many are equal, one tone, single values, or an infinity amid noise.
  private static func hardSignal(_ random: inout SeededGenerator, count: Int, kind: Int) -> [Double] {
    var level = 1.0
    var signal = (0..<count).map { n in
      let value = Double(Float.random(in: -1...1, using: &random))
      if n % 500 == 0 { level = Double(sign: .plus, exponent: -Int(random.next() % 60), significand: 1) }
      switch kind {
      case 1: return value * level
      case 2: return n / 700 % 3 == 0 ? 0.125 : Double(n / 50 % 7) / 8
      case 3: return Double(n % 480) / 480 - 0.5
      case 4: return n % 997 == 0 ? value : 0
      default: return value
      }
    }
    if kind == 5 { signal[count / 3] = count % 2 == 0 ? .infinity : .nan }
    return signal
  }

  /// Noise that decays, even noise, few taps that are not zero, or all the same.
  private static func longKernel(_ random: inout SeededGenerator, count: Int, kind: Int) -> [Double] {
    let decay = Foundation.exp(-6 / Double(count))
    var level = 1.0
    return (0..<count).map { k in
      let value = Double.random(in: -1...1, using: &random)
      level *= decay
      switch kind {
      case 0: return value * level
      case 1: return value / 64
      case 2: return k % 331 == 0 ? value : 0
      default: return 1 / Double(count)
      }
    }
  }

  private static func norm(_ values: [Double]) -> Double {
    var squares = 0.0
    for value in values { squares += value * value }
    return squares.squareRoot()
  }

  /// Any NaN is any other.
  private static func isSame(_ a: Double, _ b: Double, _ rounding: Rounding) -> Bool {
    guard a.isFinite, b.isFinite else { return a.isNaN == b.isNaN && (a.isNaN || a == b) }
    return stored(a, rounding) == stored(b, rounding)
  }

  private static func stored(_ value: Double, _ rounding: Rounding) -> Double {
    guard case .integer(let bits) = rounding else { return Double(bitPattern: UInt64(Float(value).bitPattern)) }
    return (value * Double(1 << (bits - 1))).rounded(.toNearestOrEven) + 0
  }
}
