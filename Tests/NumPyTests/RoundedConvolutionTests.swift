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

  private static func stored(_ value: Double, _ rounding: Rounding) -> Double {
    guard case .integer(let bits) = rounding else { return Double(bitPattern: UInt64(Float(value).bitPattern)) }
    return (value * Double(1 << (bits - 1))).rounded(.toNearestOrEven) + 0
  }
}
