import NPY
import NumPy
import TestSupport
import Testing

@Suite struct IntegerTransformTests {
  @Test("Transforms give the bits of the direct sum, for the largest values, too", arguments: [100, 3_000, 20_000])
  func methods(taps: Int) throws {
    var random = SeededGenerator(seed: UInt64(taps))
    for n in taps < 10_000 ? [taps, taps + 1, 20_000] : [25_000] {
      try compare(n, taps, &random) { NumPyArray.Elements.int8($0) }
      try compare(n, taps, &random) { NumPyArray.Elements.int16($0) }
      try compare(n, taps, &random) { NumPyArray.Elements.int32($0) }
      try compare(n, taps, &random) { NumPyArray.Elements.int64($0) }
      try compare(n, taps, &random) { NumPyArray.Elements.uint16($0) }
      try compare(n, taps, &random) { NumPyArray.Elements.uint64($0) }
    }
    let truths = NumPyArray(.bool((0..<50_000).map { _ in Int.random(in: 0..<100, using: &random) == 0 }))
    let sparse = NumPyArray(.bool((0..<taps).map { _ in Int.random(in: 0..<100, using: &random) == 0 }))
    #expect(try convolve(truths, sparse, method: .fft) == convolve(truths, sparse, method: .direct))
  }

  private func compare<Integer: FixedWidthInteger>(
    _ n: Int, _ taps: Int, _ random: inout SeededGenerator, _ elements: ([Integer]) -> NumPyArray.Elements
  ) throws {
    let constant = { (count: Int, value: Integer) in [Integer](repeating: value, count: count) }
    let noise = { (count: Int, random: inout SeededGenerator) in
      (0..<count).map { _ in Integer.random(in: .min ... .max, using: &random) }
    }
    let pairs = [
      (constant(n, .min), constant(taps, .min)), (constant(n, .max), constant(taps, .min)),
      (noise(n, &random), noise(taps, &random)), (noise(n, &random), constant(taps, 1)),
    ]
    for (x, h) in pairs {
      let a = NumPyArray(elements(x)), v = NumPyArray(elements(h))
      let mode = ConvolutionMode.allCases.randomElement(using: &random)!
      let direct = try convolve(a, v, mode: mode, method: .direct)
      #expect(try convolve(a, v, mode: mode, method: .fft, jobs: 2) == direct, "\(Integer.self), \(n) * \(taps), \(mode)")
      #expect(try convolve(a, v, mode: mode) == direct, "\(Integer.self), \(n) * \(taps), \(mode)")
    }
  }

  @Test("Limbs add up to the integer, and none is larger than they say")
  func limbs() {
    var random = SeededGenerator(seed: 5)
    var values: [Int64] = [0, 1, -1, 127, 128, -128, 32_767, -32_768, .max, .min, .max - 1]
    for _ in 0..<1_000 {
      values.append(.random(in: .min ... .max, using: &random) >> Int.random(in: 0..<63, using: &random))
    }
    for value in values {
      for width in 4...24 {
        let limbs = Limbs(width: width, magnitude: value.magnitude)
        var sum: Int64 = 0
        for index in 0..<limbs.count {
          let limb = limbs.limb(index, of: value)
          #expect(Double(limb.magnitude) <= limbs.maximum)
          sum &+= limb << Int64(index * width)
        }
        #expect(sum == value, "\(value) in limbs of \(width) bits")
      }
    }
  }

  @Test("Operands are split only where they must be")
  func plans() throws {
    func plan(_ bits: Int, taps: Int, wrapping: Int) -> IntegerTransformPlan? {
      let magnitude = UInt64(1) << UInt64(bits - 1)
      return .cheapest(
        signalMagnitude: magnitude, kernelMagnitude: magnitude, n: 1_000_000, m: taps, outputs: 1_000_000, bits: wrapping)
    }
    let bytes = try #require(plan(8, taps: 16_384, wrapping: 16))
    #expect(bytes.limbs.signal.count == 1 && bytes.limbs.kernel.count == 1)
    let words = try #require(plan(16, taps: 131_072, wrapping: 16))
    #expect(words.limbs.kernel.count > 1)
    for plan in [bytes, words, try #require(plan(64, taps: 100_000, wrapping: 64))] {
      #expect(plan.errorBound(n: 1_000_000, m: 131_072) < 0.5)
    }
    #expect(plan(16, taps: 5_000_000, wrapping: 16) == nil)
  }
}
