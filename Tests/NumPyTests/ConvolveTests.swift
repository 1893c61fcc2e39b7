import NPY
import NumPy
import TestSupport
import Testing

@Suite struct ConvolveTests {
  @Test("Threads change no bit")
  func threads() throws {
    let a = (0..<50_000).map { Double(($0 &* 7_919) % 1_009) / 1_009 - 0.5 }
    let v = (0..<777).map { Double(($0 &* 104_729) % 997) / 997 - 0.3 }
    let single = try convolve(a, v, jobs: 1)
    for jobs in [2, 5, 64] { #expect(try convolve(a, v, jobs: jobs) == single) }
  }

  @Test("An impulse returns the taps, in every mode that shows them all")
  func impulse() throws {
    let taps: [Double] = [1, -2, 0.5, 3]
    #expect(try convolve([1], taps) == taps)
    #expect(try convolve([0, 0, 1, 0, 0, 0], taps) == [0, 0] + taps + [0, 0, 0])
    #expect(try convolve([0, 0, 1, 0, 0, 0], taps, mode: .same) == [0] + taps + [0])
  }

  @Test("What NumPy's tutorials show comes out as NumPy gives it")
  func tutorial() throws {
    #expect(try convolve([1, 2, 3, 4, 5], [0.5, 1, 0.5], mode: .valid) == [4, 6, 8])
    #expect(try convolve([1, 2, 3], [0, 1, 0.5]) == [0, 1, 2.5, 4, 1.5])
    #expect(try convolve([1, 2, 3, 4], [1, 10], mode: .valid) == [12, 23, 34])
    #expect(try convolve([1, 2], [1, 2, 3, 4, 5], mode: .same).count == 5)
  }

  @Test("No result is ever -0, but of float16, where a small negative sum is rounded to it")
  func negativeZero() throws {
    for taps in [1, 5, 11, 12, 16, 40] {
      let zeros = [Double](repeating: -0.0, count: taps)
      #expect(try convolve(zeros, [1]).allSatisfy { $0.sign == .plus })
      #expect(try convolve([Double](repeating: 1, count: 60), zeros).allSatisfy { $0.sign == .plus })
    }
    let (least, tenth) = (NumPyArray(.float16([-.leastNonzeroMagnitude])), NumPyArray(.float16([0.1])))
    let sum = try convolve(least, tenth).doubles[0]
    #expect(sum == 0 && sum.sign == .minus)
  }

  @Test("Types are promoted as by np.promote_types")
  func promotion() throws {
    let names = ElementType.allCases.map(\.rawValue)
    let script = "import numpy as np; n = \(names); print(*(np.promote_types(a, b) for a in n for b in n))"
    let completed = try run(Location.python, ["-c", script])
    let promoted = ElementType.allCases.flatMap { a in ElementType.allCases.map { ElementType.promoted(a, $0).rawValue } }
    #expect(completed.output.split(whereSeparator: \.isWhitespace).map(String.init) == promoted)
  }

  @Test("Integers wrap around, truth values do not")
  func wrapping() throws {
    let bytes = NumPyArray(.int8([100, 100, 100]))
    #expect(try convolve(bytes, bytes).elements == .int8([16, 32, 48, 32, 16]))
    #expect(try convolve(bytes, NumPyArray(.uint8([200]))).elements == .int16([20_000, 20_000, 20_000]))
    let truths = NumPyArray(.bool([Bool](repeating: true, count: 70_000)))
    #expect(try convolve(truths, truths, mode: .valid, method: .direct).elements == .bool([true]))
  }

  @Test("Complex values are no float64")
  func complexValues() throws {
    let array = NumPyArray(.complex64([Complex(1), Complex(0, 1)]))
    #expect(message { try array.doubles } == "its elements are complex64: save the real part, with .real")
  }

  @Test("Empty operands are refused in NumPy's words, the signal first")
  func empty() {
    let none = NumPyArray([] as [Double])
    let one = NumPyArray([1] as [Double])
    #expect(message { try convolve(none, one) } == "a cannot be empty")
    #expect(message { try convolve(one, none) } == "v cannot be empty")
    #expect(message { try convolve(none, none) } == "a cannot be empty")
  }
}
